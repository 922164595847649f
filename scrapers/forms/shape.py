"""What every language's paradigms are made of: a form, a paradigm, and endings written as one line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its text (lower case, NFC), what it is ("noun.gen.sg"), the part of the paradigm it belongs to.

    `uncertain` says that not everybody writes so, or that we could not be sure of the pattern.
    """

    text: str
    tag: str
    uncertain: bool = False
    group: str = "base"


@dataclass(frozen=True, slots=True)
class Paradigm:
    """All forms of one lemma read in one way; `sure` (0 to 1) is how likely the typed word was meant so."""

    lemma: str
    lang: str
    pos: str
    pattern: str
    forms: tuple[Form, ...]
    sure: float


class Ending(NamedTuple):
    """A place in a table of endings; `soft` asks for the softened stem."""

    tag: str
    text: str
    soft: bool


def endings(line: str) -> tuple[Ending, ...]:
    """ "nom.sg:s gen.sg:~a" as a table; "~" marks the softened stem, several texts of a place are parted by "/"."""
    found = []
    for cell in line.split():
        tag, _, texts = cell.partition(":")
        found += [Ending(tag, text.removeprefix("~"), text.startswith("~")) for text in texts.split("/")]
    return tuple(found)


def inflected(
    hard: str, soft: str, table: Iterable[Ending], tag: str, group: str = "base", uncertain: bool = False
) -> Iterator[Form]:
    """The stem with every ending of the table; tags begin with `tag`."""
    for ending in table:
        yield Form((soft if ending.soft else hard) + ending.text, f"{tag}.{ending.tag}", uncertain, group)


_COARSE = {"pres": "present", "past": "past", "fut": "future"}


def coarse(form: Form) -> str:
    """The heading a form stands under for people: its group, or number, tense and the like within the base."""
    if form.group not in ("base", "reflexive"):
        return form.group
    pos, _, rest = form.tag.partition(".")
    if pos == "verb":
        return _COARSE.get(rest.partition(".")[0], "other")
    if pos == "adjective":
        return "definite" if rest.startswith("def.") else "base"
    if pos in ("noun", "phrase") and rest.endswith((".sg", ".pl")):
        return "singular" if rest.endswith(".sg") else "plural"
    return "base"


def distinct(forms: Iterable[Form]) -> tuple[Form, ...]:
    """Each text with the same tag and group once, in order."""
    found: dict[tuple[str, str, str], Form] = {}
    for form in forms:
        found.setdefault((form.text, form.tag, form.group), form)
    return tuple(found.values())
