"""From what was typed to what is looked for: every word in all the ways in which it may stand."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import NamedTuple

from scrapers.query.faults import QueryError
from scrapers.query.lists import ListOf
from scrapers.query.tree import (
    All,
    And,
    Any,
    Close,
    Fits,
    Form,
    Forms,
    In,
    Inside,
    Is,
    Listed,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Row,
    Sought,
    Without,
    Word,
)
from scrapers.query.unparse import unparse
from scrapers.watch.words import plain, words

MOST = 20_000  # forms of a query
BARE = 0.9  # the weight of a word without its diacritics
_SHORT = 4  # letters: a place's name of so few without its diacritics could be anything


class Shown(NamedTuple):
    """One form that the editor shows: `text`, how much it says (1 or less), whether it is sure to be one."""

    text: str
    weight: float
    uncertain: bool


@dataclass(frozen=True)
class _Found:
    form: Form
    uncertain: bool = False


def expand(node: Node, lists: Mapping[str, ListOf], languages: Sequence[str] = (), off: Collection[str] = ()) -> Sought:
    """What is looked for. `languages`: those that `~word` is inflected in (none given: every one that the word may be
    of); `off`: forms, as `shown_forms` tells them, that somebody unticked: neither they nor their misspellings count.

    Raises QueryError for an unknown list and for more than 20,000 forms.
    """
    return _Expansion(lists, tuple(languages), frozenset(map(_plainly, off))).of(node)


def shown_forms(
    node: Node, lists: Mapping[str, ListOf], languages: Sequence[str] = ()
) -> list[tuple[str, list[Shown]]]:
    """Every word and list as typed (``~koordinators``, ``{vietas}``), each once, with the forms it stands for: surest
    first, those that are looked for as they are before misspellings. Raises what `expand` raises.
    """
    expansion = _Expansion(lists, tuple(languages), frozenset())
    out: dict[str, list[Shown]] = {}
    for leaf in _typed(node):
        name = unparse(leaf)
        if name not in out:
            found = expansion.found(leaf)
            shown = [Shown(told(one.form), one.form.weight, one.uncertain) for one in found]
            out[name] = sorted(shown, key=lambda one: -one.weight)
    return list(out.items())


def told(form: Form) -> str:
    """A form as a person reads it, and as `off` names it."""
    return form.exact or " ".join(form.words) + ("*" if form.prefix else "")


class _Expansion:
    """One query being expanded; it counts the forms."""

    def __init__(self, lists: Mapping[str, ListOf], languages: tuple[str, ...], off: frozenset[str]) -> None:
        self._lists = lists
        self._languages = languages
        self._off = off
        self._count = 0

    def of(self, node: Node) -> Sought:
        match node:
            case Word() | Listed():
                return self._forms(node)
            case Phrase(parts, at):
                return Row(tuple(map(self._forms, parts)), at)
            case Near(left, right, distance, ordered, at):
                return Close(self.of(left), self.of(right), distance, ordered, at)
            case Is(fact, value):
                return Fits(fact, unicodedata.normalize("NFC", value).lower())
            case In(where, inner):
                return Inside(where, self.of(inner))
            case Not(inner):
                return Without(self.of(inner))
            case And(several):
                return All(tuple(map(self.of, several)))
            case Or(several):
                return Any(tuple(map(self.of, several)))

    def _forms(self, leaf: Word | Listed) -> Forms:
        return Forms(tuple(one.form for one in self.found(leaf)), leaf.at)

    def found(self, leaf: Word | Listed) -> list[_Found]:
        """The forms of a word or list, each once with its best weight."""
        best: dict[Form, _Found] = {}
        for one in self._listed(leaf) if isinstance(leaf, Listed) else self._word(leaf):
            if self._is_off(one.form):
                continue
            bare = replace(one.form, weight=1.0)
            known = best.get(bare)
            if known is None or known.form.weight < one.form.weight:
                best[bare] = one
        self._count += len(best)
        if self._count > MOST:
            raise QueryError(
                "query.error.forms", at=leaf.at, length=len(unparse(leaf)), word=unparse(leaf), most=MOST
            )
        return list(best.values())

    def _listed(self, leaf: Listed) -> Iterator[_Found]:
        listed = self._lists.get(leaf.name)
        if listed is None:
            near = get_close_matches(leaf.name, self._lists, 1, 0.6)
            known = ", ".join(f"{{{name}}}" for name in dict.fromkeys(one.name for one in self._lists.values()))
            raise QueryError(
                "query.error.list_near" if near else "query.error.list",
                at=leaf.at,
                length=len(leaf.name) + 2,
                found=leaf.name,
                near=f"{{{near[0]}}}" if near else "",
                known=known,
            )
        for form in listed.forms:
            if not self._is_off(form):
                yield _Found(form)
                if not form.capital or len(form.words) > 1 or len(form.words[0]) > _SHORT:
                    yield from _bare(form)

    def _word(self, word: Word) -> Iterator[_Found]:
        if word.how == "forms":
            yield from self._inflected(word.text)
            return
        form = Form(_cut(word.text), prefix=word.how == "prefix", exact=word.text if word.how == "exact" else "")
        if not self._is_off(form):
            yield _Found(form)
            if word.how != "exact":
                yield from _bare(form)

    def _inflected(self, text: str) -> Iterator[_Found]:
        # Paradigms are many tables: they are read when the first ~word is.
        from scrapers.forms.paradigm import forms
        from scrapers.forms.spelling import misspellings

        uncertain = {text: False}
        for language in self._languages or (None,):
            for one in forms(text, language):
                uncertain[one.text] = uncertain.get(one.text, True) and one.uncertain
        for spelt, doubt in uncertain.items():
            form = Form(_cut(spelt))
            if not form.words or self._is_off(form):
                continue
            yield _Found(form, doubt)
            yield from _bare(form, doubt)
            for wrong, weight in misspellings(spelt):
                other = Form(_cut(wrong), weight)
                if other.words:
                    yield _Found(other, doubt)

    def _is_off(self, form: Form) -> bool:
        return bool(self._off) and _plainly(told(form)) in self._off


def _bare(form: Form, uncertain: bool = False) -> Iterator[_Found]:
    """The form without its diacritics, where it has any."""
    without = tuple(plain(word) for word in form.words)
    if without != form.words:
        yield _Found(replace(form, words=without, weight=form.weight * BARE), uncertain)


def _cut(text: str) -> tuple[str, ...]:
    return tuple(words(text).lower)


def _plainly(text: str) -> str:
    """A told form for comparing: lower case, words parted by one blank."""
    return " ".join(words(text).lower) + ("*" if text.endswith("*") else "")


def _typed(node: Node) -> Iterator[Word | Listed]:
    match node:
        case Word() | Listed():
            yield node
        case Phrase(parts):
            yield from parts
        case Near(left, right):
            yield from _typed(left)
            yield from _typed(right)
        case In(_, inner) | Not(inner):
            yield from _typed(inner)
        case And(several) | Or(several):
            for one in several:
                yield from _typed(one)
        case Is():
            pass
