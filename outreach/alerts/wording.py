"""An event in one sentence of the reader's language, and where it can be looked at. Pure."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.core.text import Words

ACCESS = "access"  # the fact that holds a channel's number where its access is what an alert is about
# A page for each kind, with the fact that holds the number it is found by.
_PAGES = {
    "critical": ("/mentions/{}", "mention"),
    "source_down": ("/settings/sources/{}", "source"),
    "unconfirmed": ("/deliveries/{}", "delivery"),
    "unanswered": ("/inquiries/{}", "inquiry"),
}
_MOMENTS = frozenset({"since", "ends", "due"})


def sentence(kind: str, facts: Mapping[str, object], words: Words, zone: ZoneInfo) -> str:
    """What happened, on one line and without a full stop; `zone` is that of the moments it names."""
    # Numbers of rows are names, not quantities: they come as text and are not grouped.
    said: dict[str, object] = {name: _line(str(value)) for name, value in facts.items()}
    for name in _MOMENTS & facts.keys():
        said[name] = words.moment(datetime.fromisoformat(str(facts[name])), zone)
    if ACCESS in facts:
        return words(f"alerts.sentence.access.{'shut' if 'ends' not in facts else facts['stage']}", **said)
    if kind == "spike":
        said["count"] = facts.get("count", 0)
        said["usual"] = words.number(_number(facts.get("usual")))
    if kind == "source_down":
        said["state"] = words(f"scrapers.state.{facts['state']}")
    return words(f"alerts.sentence.{kind}", **said)


def where(kind: str, facts: Mapping[str, object], words: Words) -> str:
    """The outlet or the tier that it is about; empty for other kinds."""
    if kind == "critical":
        return _line(str(facts.get("outlet", "")))
    return words(f"scrapers.tier.{facts['tier']}") if kind == "source_down" else ""


def link(kind: str, facts: Mapping[str, object], base: str) -> str:
    """The address of its page, below `base`."""
    if kind == "spike":
        return f"{base}/mentions?period=24h&standing=counted"
    page, fact = ("/settings/channels/{}", ACCESS) if ACCESS in facts else _PAGES[kind]
    return base + page.format(facts[fact])


def _line(value: str) -> str:
    # Headlines come from outside: whatever ends a line, or turns the reading direction, does not.
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())


def _number(value: object) -> int | float:
    number = float(value) if isinstance(value, int | float) else 0.0
    return int(number) if number.is_integer() else round(number, 1)
