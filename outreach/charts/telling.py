"""A chart without its picture: what it shows in a sentence or two, and its numbers as a table."""

from outreach.charts import wording
from outreach.charts.chart import OVER_TIME, SUMMED, At, Chart, DataTable, Row
from outreach.core.text import Words


def described(chart: Chart, words: Words) -> str:
    """The text alternative: title, extent, total (where values add up), the largest and the smallest value."""
    title = wording.said(chart.title, words).rstrip(".")
    if not chart.known:
        return words("chart.described.empty", title=title)
    told = [words("chart.described", title=title, extent=_extent(chart, words))]
    if chart.kind in SUMMED:
        whole = sum(row.value or 0 for row in chart.known)
        told.append(words("chart.described.total", total=wording.counted(whole, chart.unit, words)))
    if chart.kind == "stacked":
        parts = "; ".join(_part(chart, name, words) for name in chart.series)
        told.append(words("chart.described.parts", parts=parts))
    if chart.kind == "flow":
        told += [_column(chart, at, words) for at in chart.places]
    elif chart.kind in ("lines", "points"):
        told += [_course(chart, name, words) for name in chart.series]
    else:
        told += _ends(chart, words)
    return " ".join(told)


def table(chart: Chart, words: Words) -> DataTable:
    """The numbers behind the picture: one row a place and one column a series; a rate has its limits beside it."""
    first, value = wording.said(chart.x, words), wording.said(chart.y, words)
    by_place = {(row.at, row.series): row for row in chart.rows}
    names = [wording.said(name, words) for name in chart.series]
    columns: list[str] = []
    for name in names:
        own = name if len(names) > 1 or name else value
        columns.append(own)
        if chart.uncertain:
            columns += [words("chart.low", series=own), words("chart.high", series=own)]
    rows = []
    for at in chart.places:
        cells = [wording.place(at, chart.step, words, whole=True)]
        for series in chart.series:
            row = by_place.get((at, series)) or Row(at, None)
            numbers = [row.value, *([row.low, row.high] if chart.uncertain else [])]
            cells += [words("chart.unknown") if n is None else wording.number(n, chart.unit, words) for n in numbers]
        rows.append(tuple(cells))
    return DataTable((first, *columns), tuple(rows), wording.said(chart.title, words))


def _extent(chart: Chart, words: Words) -> str:
    if chart.kind not in OVER_TIME:
        return words("chart.described.rows", count=len(chart.rows))
    first, last = wording.span(chart, words)
    return first if first == last else words("chart.described.span", first=first, last=last)


def _ends(chart: Chart, words: Words) -> list[str]:
    """The largest and the smallest; of one value alone nothing more needs to be said than itself."""
    rows = list(chart.known)
    if chart.kind == "stacked":
        sums = {at: sum(row.value or 0 for row in rows if row.at == at) for at in chart.places}
        rows = [Row(at, value) for at, value in sums.items()]
    most, least = max(rows, key=lambda row: row.value or 0), min(rows, key=lambda row: row.value or 0)
    facts = {
        "most": wording.limits(most, chart.unit, words),
        "most_at": wording.place(most.at, chart.step, words),
        "least": wording.limits(least, chart.unit, words),
        "least_at": wording.place(least.at, chart.step, words),
    }
    if most.value == least.value:
        return [words("chart.described.even", value=facts["most"])]
    return [words("chart.described.ends", **facts)]


def _part(chart: Chart, name: str, words: Words) -> str:
    whole = sum(row.value or 0 for row in chart.known if row.series == name)
    value = wording.number(whole, chart.unit, words)
    return words("chart.described.part", series=wording.said(name, words), value=value)


def _column(chart: Chart, at: At, words: Words) -> str:
    """A column in words: its whole and its parts."""
    own = [row for row in chart.known if row.at == at]
    parts = "; ".join(
        words(
            "chart.described.part",
            series=wording.said(row.series, words),
            value=wording.number(row.value or 0, chart.unit, words),
        )
        for row in own
    )
    whole = wording.number(sum(row.value or 0 for row in own), chart.unit, words)
    return words("chart.described.column", column=wording.place(at, chart.step, words), whole=whole, parts=parts)


def _course(chart: Chart, name: str, words: Words) -> str:
    """A line in words: where it begins and ends, its largest value and when that was."""
    rows = sorted((row for row in chart.known if row.series == name), key=lambda row: str(row.at))
    series = wording.said(name, words) or wording.said(chart.y, words)
    if not rows:
        return words("chart.described.no_course", series=series)
    most = max(rows, key=lambda row: row.value or 0)
    return words(
        "chart.described.course",
        series=series,
        first=wording.limits(rows[0], chart.unit, words),
        last=wording.limits(rows[-1], chart.unit, words),
        most=wording.number(most.value or 0, chart.unit, words),
        most_at=wording.place(most.at, chart.step, words),
    )
