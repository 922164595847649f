"""Which outreach the inquiries of a period are linked with; the share of those with an unknown source always
shows.
"""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from outreach.charts.chart import Chart, Row
from outreach.core.office import Office
from outreach.report import Cell, Label, Period, Table, Written, between, percent
from outreach.tracker import queries
from outreach.tracker.models import RULES
from outreach.tracker.queries import SourceCount

_MOST = 10


@dataclass(frozen=True)
class Outreach:
    """Linked, said, found by a person in coverage, unknown."""

    kind: ClassVar[str] = "outreach"

    def write(self, session: Session, office: Office, period: Period, language: str) -> Written:
        counts = queries.counts_by_source(session, *period.moments())
        records = {
            rule: tuple(sorted(number for count in counts if count.rule == rule for number in count.inquiry_ids))
            for rule in RULES
        }
        records["all"] = tuple(sorted(number for count in counts for number in count.inquiry_ids))
        numbers = {name: len(found) for name, found in records.items()}
        total = numbers["all"]
        shares = Table(
            "report.outreach.shares",
            ("report.column.rule", "report.column.inquiries", "report.column.share"),
            tuple((Label(f"tracker.rule.{rule}"), numbers[rule], percent(numbers[rule], total)) for rule in RULES),
            tuple(("", rule) for rule in RULES),
        )
        named = Table(
            "report.outreach.sources",
            (
                "report.column.rule",
                "report.column.source",
                "report.column.campaign",
                "report.column.channel",
                "report.column.inquiries",
                "report.column.share",
            ),
            tuple(
                (
                    Label(f"tracker.rule.{count.rule}"),
                    _source(count),
                    count.campaign,
                    count.channel,
                    count.count,
                    percent(count.count, total),
                )
                for count in counts
            ),
        )
        told = (
            Label("report.outreach.total", {"count": total}),
            Label("report.outreach.parts", {name: numbers[name] for name in RULES}),
            Label("report.outreach.unknown", {"share": between(numbers["unknown"], total)}),
            Label("report.outreach.care"),
        )
        return Written(
            self.kind,
            period,
            language,
            told if total else told[:1],
            (shares, named),
            numbers,
            records,
            dict.fromkeys(numbers, "inquiry"),
            _chart(counts) if total else None,
        )


def _chart(counts: list[SourceCount]) -> Chart:
    """The sources that most are linked with, those that cannot be named among them."""
    known = [count for count in counts if count.label]
    # One name may come by several channels; a bar is a name.
    bars: dict[str, int] = {}
    for count in known:
        name = count.label_key or count.label or ""
        bars[name] = bars.get(name, 0) + count.count
    most = sorted(bars.items(), key=lambda bar: -bar[1])[:_MOST]
    unknown = sum(count.count for count in counts if not count.label)
    return Chart(
        "bars",
        "report.outreach.chart",
        "report.column.source",
        "report.column.inquiries",
        (*(Row(name, number) for name, number in most), Row("tracker.rule.unknown", unknown)),
        unit="inquiries",
    )


def _source(count: SourceCount) -> Cell:
    return Label(count.label_key) if count.label_key else count.label
