"""The list of sources as its page filters and sorts it, and the choices of a source's form. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from outreach.core import registry
from outreach.core.text import Words
from outreach.web import kinds
from outreach.web.fields import Choices, FieldShown, told
from scrapers import outlets
from scrapers.fulltext import folded
from scrapers.models import OWNERS, TIERS
from scrapers.queries import TROUBLES, SourceState

PACKAGE = "scrapers.sources"
COLUMNS = ("name", "state", "days", "last_new", "gap", "last_ok", "interval", "tier", "language", "kind", "next")
SHOWN = COLUMNS[:9]
_LANGUAGES = ("lv", "ltg", "ru", "en", "lv|ru", "lv|en")
_MEASURES = {
    "last_ok": "last_ok_at", "last_new": "last_new_at", "next": "next_poll_at", "gap": "usual_gap_seconds",
    "interval": "interval_seconds",
}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What every source has, whatever its kind."""

    name: str = field(metadata=told(max=200))
    tier: str = field(metadata=told("select"))
    language: str = field(metadata=told("select"))
    owner: str = field(default="earned", metadata=told("select"))
    note: str = field(default="", metadata=told("textarea", max=1000))


@dataclass(frozen=True)
class Filters:
    """Which sources to show; everything is in the address."""

    state: str = field(default="", metadata=told("select"))
    tier: str = field(default="", metadata=told("select"))
    language: str = field(default="", metadata=told("select"))
    kind: str = field(default="", metadata=told("select"))
    q: str = field(default="", metadata=told(max=100))


def fits(row: SourceState, chosen: Filters) -> bool:
    """Whether a source is among the chosen."""
    state = row.state in TROUBLES if chosen.state == "trouble" else chosen.state in {"", row.state}
    asked = folded(chosen.q).split()
    return (
        state
        and chosen.tier in {"", row.tier}
        and (not chosen.language or chosen.language in row.language.split("|"))
        and chosen.kind in {"", row.kind}
        and all(word in folded(row.name) for word in asked)
    )


def ordered(rows: Sequence[SourceState], sort: str, totals: Mapping[int, int]) -> Sequence[SourceState]:
    """Sorted by a column, "-" before it for descending; by how they fare where no such column is. `totals` are the
    items of 90 days by source.
    """
    name = sort.removeprefix("-")
    down = sort.startswith("-")
    if name in _MEASURES:
        column = _MEASURES[name]
        known = [row for row in rows if getattr(row, column) is not None]
        known.sort(key=lambda row: getattr(row, column), reverse=down)
        return [*known, *(row for row in rows if getattr(row, column) is None)]
    if name == "days":
        return sorted(rows, key=lambda row: totals.get(row.id, 0), reverse=down)
    if name in {"name", "tier", "language", "kind"}:
        return sorted(rows, key=lambda row: (folded(str(getattr(row, name))), folded(row.name)), reverse=down)
    return sorted(rows, key=outlets.worst_first, reverse=down)


def tally(rows: Sequence[SourceState]) -> list[tuple[str, int]]:
    """How many sources are in each state, the worst state first; states of none are left out."""
    counts = Counter(row.state for row in rows)
    return [(state, counts[state]) for state in outlets.STATES if counts[state]]


def filter_choices(t: Words, rows: Sequence[SourceState]) -> dict[str, Choices]:
    """What the filters offer, among it only languages that some source speaks."""
    anything = ("", t("sources.filter.any"))
    spoken = sorted({part for row in rows for part in row.language.split("|") if part})
    return {
        "state": [
            anything,
            ("trouble", t("sources.filter.trouble")),
            *((state, t(f"sources.state.{state}")) for state in outlets.STATES),
        ],
        "tier": [anything, *((tier, t(f"scrapers.tier.{tier}")) for tier in TIERS)],
        "language": [anything, *((code, language(t, code)) for code in spoken)],
        "kind": [anything, *((kind, kind_name(t, kind)) for kind in kinds.names(PACKAGE))],
    }


def form_choices(t: Words, held: str = "") -> dict[str, Choices]:
    """The choices of a source's form; `held` are the languages it has now, which may be none of ours."""
    spoken = dict.fromkeys([*_LANGUAGES, *([held] if held else [])])
    return {
        "tier": [(tier, t(f"scrapers.tier.{tier}")) for tier in TIERS],
        "owner": [(owner, t(f"sources.owner.{owner}")) for owner in reversed(OWNERS)],
        "language": [(codes, ", ".join(language(t, code) for code in codes.split("|"))) for codes in spoken],
    }


def language(t: Words, code: str) -> str:
    """A language by its code."""
    return kinds.labelled(t, f"sources.language.{code}", code)


def kind_name(t: Words, kind: str) -> str:
    """A kind of source in words."""
    return kinds.labelled(t, f"scrapers.kind.{kind}", kinds.labelled(t, f"sources.kind.{kind}", kind))


def in_force(shown: Sequence[FieldShown]) -> Sequence[dict[str, str]]:
    """The filters that are in force, as chips show them."""
    labels = [
        (one, dict(one.choices).get(one.value, one.value) if one.choices else one.value) for one in shown if one.value
    ]
    return [{"name": one.name, "value": str(one.value), "label": f"{one.label}: {label}"} for one, label in labels]


def asked_kinds() -> tuple[str, ...]:
    """The kinds that are asked by the program; people bring what the others have."""
    return tuple(name for name, cls in registry.kinds(PACKAGE).items() if getattr(cls, "polled", True))


def advice(t: Words, row: SourceState) -> str:
    """What to do about it in a sentence: about its reason where there is something to say, else about its state."""
    if row.state == "new" and row.kind not in asked_kinds():
        return ""
    reason = (row.reason_key or "").rpartition(".")[2]
    told = kinds.labelled(t, f"sources.advice.{reason}", "") if row.state in TROUBLES and reason else ""
    return told or kinds.labelled(t, f"sources.advice.{row.state}", "")


def host_in(url: str) -> str:
    """The host of an address; what is none stays as it is."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
