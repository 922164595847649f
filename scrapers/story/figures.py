"""Numbers and dates that several written words make together: "812 000", "2,3 miljoni", "3.-7. jūnijā", "March 12"."""

from collections.abc import Sequence

from scrapers.story import numerals
from scrapers.story.vocabulary import date_fact, fact, number_fact, piece_fact, pieces

_MONTH = 3  # a month alone says as little as a number up to 31
_DAYS = range(1, 32)


def looked_at(
    chunks: Sequence[str], specials: Sequence[int], begins: Sequence[int]
) -> tuple[dict[int, int], list[tuple[int, bool, int]]]:
    """What the words at `specials` (ascending) make with their neighbours: facts in the place of those at a position,
    0 for none, and further ones: position, whether it has a capital, fact. `begins` are where the text of each begins:
    nobody before it is a neighbour.
    """
    instead: dict[int, int] = {}
    further: list[tuple[int, bool, int]] = []
    known: dict[int, float] = {}
    for at, begin in zip(specials, begins, strict=True):
        found = pieces(chunks[at])
        low = found[0].lower()
        before = chunks[at - 1] if at > begin else ""
        if len(found) > 1:
            instead[at] = 0
            further.extend((at, piece[0].isupper(), told) for piece in found if (told := piece_fact(piece)))
        elif many := numerals.times(low):
            instead[at] = 0
            number = known.get(at - 1, _number(before))
            if number is not None and before:
                known[at] = number * many
                instead[at - 1], instead[at] = 0, number_fact(known[at])
        elif month := numerals.month(low):
            days = _days(before) or _days(chunks[at + 1] if at + 1 < len(chunks) else "")
            instead[at] = 0 if days else fact(_MONTH, f"{month}.")
            further.extend((at, False, date_fact(month, day)) for day in days)
        elif before and (number := known.get(at - 1, _group(before))) is not None:
            known[at] = number * 1_000 + int(low)
            instead[at - 1], instead[at] = 0, number_fact(known[at])
        else:
            known[at] = float(low)
    return instead, further


def _number(chunk: str) -> float | None:
    found = pieces(chunk)
    if len(found) != 1:
        return None
    return numerals.value(found[0]) if found[0][0].isdecimal() else numerals.spelled(found[0].lower())


def _group(chunk: str) -> float | None:
    """The digits before a space and three more: "10 000"."""
    plain = chunk.lstrip("(„“\"«+−–-€$")
    return float(plain) if 0 < len(plain) <= 3 and plain.isdecimal() and plain[0] != "0" else None


def _days(chunk: str) -> list[int]:
    """The days of a month, if that is what stands here: "3.-7."."""
    found = pieces(chunk)
    days = [int(piece) for piece in found if piece.isdecimal() and len(piece) <= 2]
    return days if len(days) == len(found) and all(day in _DAYS for day in days) else []
