"""How tables of inquiries are headed and filled, in Latvian, English and Russian; the words lie in `words.toml`."""

import tomllib
from functools import cache
from pathlib import Path

from outreach.tracker.lexicon import Lexicon, words_of

# What a column may hold. Of those that may stand in several columns all are kept.
FIELDS = (
    "name", "given", "family", "phone", "mail", "contact", "country", "place", "people", "adults", "children",
    "topic", "source", "language", "day", "text", "code",
)  # fmt: skip
MANY = frozenset({"phone", "mail", "contact", "text"})


@cache
def lexicon() -> Lexicon:
    """The words that ship with the program."""
    told = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return Lexicon(
        {
            section: {name: tuple(tuple(phrase.split()) for phrase in phrases) for name, phrases in meanings.items()}
            for section, meanings in told.items()
        }
    )


def head_of(label: str) -> str:
    """The field that a heading names; empty for none. Of several the one told in most words, then the first."""
    words = words_of(label.replace(".", " ").replace("_", " "))
    found = lexicon().find("heads", words)
    best = max(found, key=lambda hit: (hit.length, -hit.start), default=None)
    # A long heading that holds a word of ours by the way is a sentence, not a heading.
    return best.name if best is not None and len(words) <= best.length + 4 else ""


def is_total(text: str) -> bool:
    """Whether a cell begins a row of sums."""
    return any(hit.start == 0 for hit in lexicon().find("total", words_of(text)[:2]))


def month_of(word: str) -> int | None:
    """The month a word names, 1 to 12."""
    return _only("months", word)


def count_of(word: str) -> int | None:
    """The number a word names."""
    return _only("counts", word)


def language_of(text: str) -> str | None:
    """The code of the one language a cell names."""
    found = {hit.name for hit in lexicon().find("languages", words_of(text.replace("/", " ")))}
    return found.pop() if len(found) == 1 else None


def kinds_of_places() -> tuple[str, ...]:
    """What follows a place's name, in full: tables shorten it."""
    return tuple(" ".join(phrase) for phrase in lexicon().sections["places"]["any"])


def _only(section: str, word: str) -> int | None:
    found = lexicon().find(section, words_of(word)[:1])
    return int(found[0].name) if found else None
