"""The figures that regions compare, of a statement that was given out, without what is too small to be told."""

from collections.abc import Mapping

from outreach.core import smallcells
from outreach.core.errors import OutreachError
from outreach.statements.reading import Line, StatementSeen
from outreach.tracker.returns import GROUPS

Numbers = Mapping[str, int | None]

# In the order of the table; what a figure is called, a report of one of `KINDS` calls it too.
FIGURES = (
    "contacted.families",
    "contacted.people",
    "offers",
    "offer_sent.people",
    *(f"{stage}.{of}" for stage in GROUPS for of in ("families", "people")),
)
# The reports that state such figures; where several do for one period, the first that is there is believed.
KINDS = ("stages", "yearly", "results")
# What tells of each other: where one is small, all are kept back. People are told of families and of offers, and the
# sum of both kinds of return is known elsewhere.
_TOGETHER = (
    ("contacted.families", "contacted.people"),
    ("offers", "offer_sent.people"),
    tuple(name for name in FIGURES if name.startswith("planning.")),
    tuple(name for name in FIGURES if name.startswith("returned_")),
)


def of_statement(given: StatementSeen) -> dict[str, int | None]:
    """The figures of a statement as other regions may see them, None for what is kept back.

    OutreachError `regions.error.kind` for a report that states none of them.
    """
    line = given.line
    if not is_shared(line):
        raise OutreachError("regions.error.kind", kind=line.kind)
    before = f"{line.last.year}." if line.kind == "yearly" else ""
    stated = {name: given.figures.numbers[before + name] for name in FIGURES if before + name in given.figures.numbers}
    return suppressed(stated)


def is_shared(line: Line) -> bool:
    """Whether a statement has such figures."""
    return line.kind in KINDS and (line.kind != "yearly" or line.period == "year")


def suppressed(stated: Mapping[str, int]) -> dict[str, int | None]:
    """Small figures kept back, and what would give them away."""
    hidden = {
        name for group in _TOGETHER if any(smallcells.few(stated.get(one, 0)) for one in group) for name in group
    }
    return {name: None if name in hidden else stated[name] for name in FIGURES if name in stated}
