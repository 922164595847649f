"""Pictures of what worked: the flow of kinds, shares between their limits, and how long journeys were."""

from outreach.charts.chart import Chart, Row
from outreach.tracker.credit.journeys import FAMILY, INQUIRY, RETURNED
from outreach.tracker.credit.naming import Named
from outreach.tracker.credit.paths import UNKNOWN
from outreach.tracker.credit.timing import WEEKS, Lag
from outreach.tracker.credit.worked import PEOPLE, Flow, Worked

_MOST = 12
_COLUMNS = (INQUIRY, FAMILY, PEOPLE, RETURNED)
# In this order a part that may be anybody's never lies beside the unknown, whose tone it shares.
_ORDER = ("kind:own", "kind:earned", "kind:partner", "kind:open", "kind:mouth", UNKNOWN)
_TONES = ("lake", "ochre", "plum", "slate", "green", "slate")


def flow(told: Flow) -> Chart:
    """How the credit of each kind of outreach goes from inquiries to families, their people, and returns."""
    by_name = {named.name: (named, credit) for named, credit in told.kinds}
    series = [by_name[name] for name in _ORDER if name in by_name and any(by_name[name][1].values())]
    rows = tuple(
        Row(f"worked.measure.{measure}", round(credit[measure], 1), label(named))
        for measure in _COLUMNS
        for named, credit in series
    )
    fixed = {name: tone for name, tone in zip(_ORDER, _TONES, strict=True) if name in by_name}
    tones = tuple((label(by_name[name][0]), tone) for name, tone in fixed.items())
    return Chart("flow", "worked.flow.title", "worked.flow.column", "worked.flow.credit", rows, tones=tones)


def shares(told: Worked) -> Chart | None:
    """The largest shares of the wanted end with their limits; none where the model was not asked."""
    # Two posts may bear one title: the first of them is drawn, the table below has both.
    rows = {
        label(line.named): Row(
            label(line.named), round(line.share.share * 100, 1), "",
            round(line.share.low * 100, 1), round(line.share.high * 100, 1),
        )
        for line in reversed(told.lines)
        if line.share is not None
    }  # fmt: skip
    if not rows:
        return None
    drawn = tuple(reversed(rows.values()))[:_MOST]
    return Chart(
        "intervals", "worked.shares.title", "worked.column.touch", "worked.column.share", drawn, unit="percent"
    )


def weeks(lag: Lag) -> Chart:
    """How many journeys began in each week before their end."""
    last = max((place for place, count in enumerate(lag.weeks) if count), default=0)
    names = [f"worked.lag.week.{place + 1}" if place < WEEKS else "worked.lag.week.more" for place in range(last + 1)]
    rows = tuple(Row(name, lag.weeks[place]) for place, name in enumerate(names))
    return Chart("bars", "worked.lag.title", "worked.lag.week", "worked.lag.journeys", rows)


def label(named: Named) -> str:
    """A name as charts take it: the catalogue's key, or the text."""
    return named.key or named.text
