"""Pictures of what became of releases."""

from outreach.charts.chart import Chart, Row
from outreach.pressroom.results.weeks import Compared
from outreach.pressroom.results.year import Year

_OUTLETS = 15


def around(told: Compared) -> Chart:
    """Inquiries a week before and after a release as points, and what a week usually brings as a band behind them.

    Weeks that are not over yet have no point.
    """
    days = (*told.weeks.before, *told.weeks.after)
    seen = "pressresult.chart.asked"
    rows = [Row(day, told.counts.get(day), seen) for day in days]
    if told.weekly is not None:
        band = told.weekly
        # The band's limits are whole numbers; a mean that scatters much may lie outside them by less than one.
        mean = round(band.mean, 1)
        low, high = min(band.low, mean), max(band.high, mean)
        rows += [Row(day, mean, "pressresult.chart.usual", low, high) for day in days]
    return Chart(
        "points", "pressresult.chart.title", "pressresult.chart.week", "pressresult.chart.asked", tuple(rows),
        unit="inquiries",
    )  # fmt: skip


def months(told: Year) -> Chart:
    """How many releases went out in each month."""
    return Chart(
        "days", "pressresult.months.title", "pressresult.months.month", "pressresult.months.count",
        tuple(Row(month, count) for month, count in told.months), step="month",
    )  # fmt: skip


def outlets(told: Year) -> Chart:
    """How often outlets print what they get, each with its limits, in the order of their groups; at most fifteen."""
    rows = [one for group in told.groups for one in group][:_OUTLETS]
    return Chart(
        "intervals", "pressresult.outlets.chart", "pressresult.outlets.outlet", "pressresult.outlets.share",
        tuple(
            Row(one.outlet, round(100 * one.value, 1), low=round(100 * min(one.low, one.value), 1),
                high=round(100 * max(one.high, one.value), 1))
            for one in rows
        ),
        unit="percent",
    )  # fmt: skip
