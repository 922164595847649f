"""Room for words and numbers, reckoned without a font: widths of text, marks of an axis, labels pushed apart."""

import math
from collections.abc import Sequence

# Shares of the font size, a little more than IBM Plex Sans and its stand-ins need, so that no text runs into another.
_NARROW = frozenset("iljtfrI.,:;'|!()[]-· īļГг")
_WIDE = frozenset("mwMWЖЩШЮФМЫжщшюфмы@%—ŽĢŅŌ")


def width(text: str, size: float = 12, *, bold: bool = False) -> float:
    """About how wide a text is, in pixels; rather too wide than too narrow."""
    ems = sum(0.36 if char in _NARROW else 0.9 if char in _WIDE else 0.68 if char.isupper() else 0.6 for char in text)
    return ems * size * (1.06 if bold else 1)


def shortened(text: str, room: float, size: float = 12, *, bold: bool = False) -> str:
    """The text if it fits, else its beginning and an ellipsis."""
    if width(text, size, bold=bold) <= room:
        return text
    kept = text
    while kept and width(f"{kept}…", size, bold=bold) > room:
        kept = kept[:-1]
    return f"{kept.rstrip(' ,.;:–-')}…"


def wrapped(text: str, room: float, size: float = 12, *, bold: bool = False) -> list[str]:
    """The text in lines that fit; a word longer than a line is shortened."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(shortened(word, room, size, bold=bold))
    return lines


def ticks(highest: float, about: int = 4) -> list[float]:
    """Round numbers from 0 to the first at or over `highest`, in about so many steps: 0, 5, 10, 15."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size for share in (1, 2, 2.5, 5, 10) if (size := share * power) >= rough * 0.999)
    # Counts have no halves; a tenth of a mention would be a strange mark.
    if highest >= about and step != int(step) and step > 1:
        step = math.ceil(step)
    return [round(step * place, 10) for place in range(math.ceil(highest / step - 1e-9) + 1)]


def apart(wanted: Sequence[float], gap: float, lowest: float, highest: float) -> list[float]:
    """Places near the wanted ones, in their order, at least `gap` apart; within the limits if so many fit there."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    placed = [0.0] * len(wanted)
    floor = lowest
    for place in order:
        placed[place] = floor = max(wanted[place], floor)
        floor += gap
    ceiling = max(highest, lowest + gap * (len(wanted) - 1))
    for place in reversed(order):
        placed[place] = ceiling = min(placed[place], ceiling)
        ceiling -= gap
    return placed
