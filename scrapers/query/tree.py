"""A query as a tree: as it was typed, and as it is looked for once every word is told in its forms.

Typed: `parse` makes it, `expand` turns it into what is looked for. Words stand in order in one field of a document
(the title, the text); what combines fields knows nothing of order.
"""

from dataclasses import dataclass
from typing import Literal

How = Literal["plain", "exact", "forms", "prefix"]
Fact = Literal["source", "tier", "lang", "place"]
Where = Literal["title", "text"]


@dataclass(frozen=True)
class Word:
    """One typed word. `how`: as it stands (plain), letter for letter (`=`), in all its forms (`~`), as a beginning
    (`*`). `at` is the character of the query where it begins.
    """

    text: str
    how: How
    at: int


@dataclass(frozen=True)
class Listed:
    """`{name}`: any entry of a named list."""

    name: str
    at: int


@dataclass(frozen=True)
class Phrase:
    """Words that stand one after the other: what is between quotes, two or more of them."""

    words: "tuple[Word, ...]"
    at: int


@dataclass(frozen=True)
class Near:
    """Both within `distance` words of each other in one field; `ordered`: the left one first."""

    left: "Node"
    right: "Node"
    distance: int
    ordered: bool
    at: int


@dataclass(frozen=True)
class Is:
    """A fact about the document: `source:"Latgales Laiks"`, `tier:regional`, `lang:lv`, `place:Preiļi`."""

    fact: Fact
    value: str
    at: int


@dataclass(frozen=True)
class In:
    """`inner` within the title, or within the text, alone."""

    where: Where
    inner: "Node"
    at: int


@dataclass(frozen=True)
class Not:
    inner: "Node"
    at: int


@dataclass(frozen=True)
class And:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True)
class Or:
    parts: "tuple[Node, ...]"


Node = Word | Listed | Phrase | Near | Is | In | Not | And | Or


@dataclass(frozen=True)
class Form:
    """One way in which a word may stand: its words (lower case, as `scrapers.watch.words.words` cuts them), and how
    much it says (1, or less where the spelling is off). `prefix`: the last word may go on. `exact`: it must stand
    letter for letter so, capitals included. `capital`: the first letter must be a capital. `upper`: the words, counted
    from 0, that stand in capitals throughout. A word before the last that ends in ``*`` may go on, and ``*`` alone is
    any one word: lists of the vocabulary have such.
    """

    words: tuple[str, ...]
    weight: float = 1.0
    prefix: bool = False
    exact: str = ""
    capital: bool = False
    upper: tuple[int, ...] = ()


@dataclass(frozen=True)
class Forms:
    """A typed word or list in all the forms that are looked for; any of them will do."""

    forms: tuple[Form, ...]
    at: int


@dataclass(frozen=True)
class Row:
    """Forms that stand directly one after the other."""

    parts: tuple[Forms, ...]
    at: int


@dataclass(frozen=True)
class Close:
    """As `Near`. Both sides are made of `Forms`, `Row`, `Close` and `Any` alone: things that stand somewhere."""

    left: "Sought"
    right: "Sought"
    distance: int
    ordered: bool
    at: int


@dataclass(frozen=True)
class Inside:
    where: Where
    inner: "Sought"


@dataclass(frozen=True)
class Fits:
    """A fact compared in lower case; for a place: the mention's places and the municipalities they lie in."""

    fact: Fact
    value: str


@dataclass(frozen=True)
class Without:
    inner: "Sought"


@dataclass(frozen=True)
class All:
    parts: "tuple[Sought, ...]"


@dataclass(frozen=True)
class Any:
    parts: "tuple[Sought, ...]"


Sought = Forms | Row | Close | Inside | Fits | Without | All | Any


@dataclass(frozen=True)
class Facts:
    """What `Fits` asks of a document; `places` are names in Latvian, municipalities included."""

    source: str = ""
    tier: str = ""
    lang: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """Where something that was looked for stands: character offsets in the field `where`."""

    where: Where
    start: int
    end: int


@dataclass(frozen=True)
class Match:
    """A query's match: the lowest weight that it needs, and what stands where (words under a NOT are none)."""

    score: float
    spans: tuple[Span, ...]
