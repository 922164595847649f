"""What goes out and whether it fits: pure functions."""

from campaigns.channel import Unit
from campaigns.counting import count

_LINK = "{link}"


def render(text: str, link: str) -> str:
    """The text with its tracked link: where `{link}` stands, else after the text in a line of its own."""
    text = text.strip()
    if _LINK in text:
        return text.replace(_LINK, link)
    return f"{text}\n\n{link}" if text else link


def overlong(text: str, limit: int, per_url: int | None, unit: Unit = "seen") -> int:
    """By how much a rendered text is too long, in `unit`; 0 if it fits.

    Each address counts as `per_url`, however long (None: as it is).
    """
    return max(0, length(text, per_url, unit) - limit)


def length(text: str, per_url: int | None = None, unit: Unit = "seen") -> int:
    """How long a text is for a channel that counts in `unit` and every address as `per_url`: `counting.count`."""
    return count(text, per_url, unit)
