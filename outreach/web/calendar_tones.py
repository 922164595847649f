"""What tells campaigns or channels apart on the calendar: one of eight tones, and letters: no colour stands alone."""

from collections.abc import Mapping
from dataclasses import dataclass

HUES = 8


@dataclass(frozen=True)
class Tone:
    """`hue` from 1 to 8, always the same for the same thing; `letters` no other thing on the page has."""

    hue: int
    letters: str
    name: str


def tones(names: Mapping[int, str]) -> Mapping[int, Tone]:
    """Tones of things by their number: the first letter of the name, with a number where several begin alike."""
    first: dict[str, list[int]] = {}
    for number in sorted(names):
        first.setdefault(_letter(names[number]), []).append(number)
    return {
        number: Tone(
            hue=(number - 1) % HUES + 1,
            letters=letter if len(alike) == 1 else f"{letter}{alike.index(number) + 1}",
            name=names[number],
        )
        for letter, alike in first.items()
        for number in alike
    }


def _letter(name: str) -> str:
    return next((sign.upper()[:1] for sign in name if sign.isalpha()), "#")
