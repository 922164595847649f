"""The forms that a word of a query is looked for in, as a person reads and unticks them: by language, with how often
each stands in the archive; misspellings apart.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from scrapers import fulltext
from scrapers.forms import paradigm
from scrapers.query.expand import Shown, shown_forms
from scrapers.query.lists import ListOf
from scrapers.query.parse import parse, unparse
from scrapers.query.tree import And, In, Listed, Near, Node, Not, Or, Phrase, Word
from scrapers.topics import wordcount
from scrapers.watch.words import words

# The order in which the office reads languages.
_ORDER = ("lv", "ru", "en", "ltg", "de")
# A verb has thousands of misspellings: of those that nobody wrote, some are enough to see how they are made.
_EXAMPLES = 40


@dataclass(frozen=True)
class FormRow:
    """One form. `off`: a person has unticked it. `hits` is None where it is not counted, or counted `beside` another:
    the index of words knows no diacritics, and takes both for one.
    """

    text: str
    weight: float
    uncertain: bool
    hits: int | None
    off: bool
    beside: str = ""


@dataclass(frozen=True)
class WordForms:
    """A typed word with its forms by language; `langs` () for a list, whose `entries` are what it holds. `unshown`
    misspellings are looked for too.
    """

    typed: str
    langs: tuple[tuple[str, tuple[FormRow, ...]], ...]
    misspelt: tuple[FormRow, ...]
    entries: tuple[str, ...] = ()
    unshown: int = 0

    @property
    def rows(self) -> tuple[FormRow, ...]:
        return tuple(row for _, rows in self.langs for row in rows)

    @property
    def off(self) -> int:
        """How many are unticked."""
        return sum(row.off for row in (*self.rows, *self.misspelt))


def words_of(query: str) -> list[str]:
    """Every ``~word`` and ``{list}`` of a query as it is typed, each once. Raises QueryError."""
    return list(dict.fromkeys(unparse(leaf) for leaf in _opening(parse(query))))


def forms_of(
    typed: str, lists: Mapping[str, ListOf], languages: Sequence[str] = (), off: Collection[str] = ()
) -> WordForms:
    """The forms of one of them, without numbers of hits. Raises QueryError where it is no word and no list."""
    node = parse(typed)
    if isinstance(node, Listed) and node.name in lists:
        return WordForms(typed, (), (), lists[node.name].entries)
    shown = [one for _, told in shown_forms(node, lists, languages) for one in told]
    return _word(typed, shown, node.text if isinstance(node, Word) else typed, languages, off)


def counted(session: Session, word: WordForms) -> WordForms:
    """The same with the number of hits of each form; forms that are found come first. Of misspellings that nobody has
    written some are shown.
    """
    beside: dict[str, str] = {}
    for row in (*word.rows, *word.misspelt):
        beside.setdefault(fulltext.folded(row.text), row.text)
    hits = wordcount.hits(session, list(beside.values()))
    misspelt = _ordered(word.misspelt, hits, beside)
    telling = [row for row in misspelt if row.hits or row.off]
    others = [row for row in misspelt if not (row.hits or row.off)]
    return replace(
        word,
        langs=tuple((lang, _ordered(rows, hits, beside)) for lang, rows in word.langs),
        misspelt=(*telling, *others[:_EXAMPLES]),
        unshown=len(others[_EXAMPLES:]),
    )


def _opening(node: Node) -> Iterator[Word | Listed]:
    """What stands for more than was typed."""
    match node:
        case Listed() | Word(how="forms"):
            yield node
        case Phrase(parts) | And(parts) | Or(parts):
            for part in parts:
                yield from _opening(part)
        case Near(left, right):
            yield from _opening(left)
            yield from _opening(right)
        case In(_, inner) | Not(inner):
            yield from _opening(inner)
        case _:
            pass


def _word(
    typed: str, shown: Sequence[Shown], word: str, languages: Sequence[str], off: Collection[str]
) -> WordForms:
    spoken = _languages(word, languages)
    by_lang: dict[str, list[FormRow]] = {}
    misspelt = []
    for one in shown:
        row = FormRow(one.text, one.weight, one.uncertain, None, one.text.lower() in off)
        if one.weight < 1:
            misspelt.append(row)
        else:
            by_lang.setdefault(spoken.get(one.text.lower(), ""), []).append(row)
    order = sorted(by_lang, key=lambda lang: _ORDER.index(lang) if lang in _ORDER else len(_ORDER))
    return WordForms(typed, tuple((lang, tuple(by_lang[lang])) for lang in order), tuple(misspelt))


def _languages(word: str, languages: Sequence[str]) -> dict[str, str]:
    """By form, as it is looked for, the language it is of: the likeliest that has it."""
    found: dict[str, str] = {}
    for one in [paradigm.paradigms(word, lang) for lang in languages] or [paradigm.paradigms(word)]:
        for read in one:
            for form in read.forms:
                found.setdefault(" ".join(words(form.text).lower), read.lang)
    return found


def _ordered(rows: Sequence[FormRow], hits: Mapping[str, int], beside: Mapping[str, str]) -> tuple[FormRow, ...]:
    """Rows with their hits, the most of them first; those that are counted together side by side."""
    told = []
    place = {first: at for at, first in enumerate(beside.values())}
    for row in rows:
        first = beside[fulltext.folded(row.text)]
        count = hits.get(first, 0)
        shown = replace(row, beside=first) if count and first != row.text else replace(row, hits=count)
        told.append((-count, place[first], shown))
    return tuple(row for _, _, row in sorted(told, key=lambda one: one[:2]))
