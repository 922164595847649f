"""A text against what is true of the office: numbers to call, addresses, who is who, sums and counts.

What no longer holds must not go out. What only differs, or is not known, a person looks at.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from outreach.pressroom.checks import numbers, persons
from outreach.pressroom.checks.data import cues
from outreach.pressroom.checks.finding import Finding, Level, Piece
from outreach.pressroom.checks.phones import phone_of, phones
from outreach.pressroom.checks.sentences import Span, around

CONTACT = "contact"
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_PAGE = re.compile(r"(?<![\w.-])(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+(?:/[^\s\"“”„»<>)\]]*)?", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CALLED = 30  # letters before a number in which "tālr." makes it a telephone's


@dataclass(frozen=True)
class Fact:
    """Something that is true of the office from `since` to `until`, both days among it; None: no end.

    `instead` is the value that holds in its place, "" for none.
    """

    id: int
    kind: str
    label: str
    value: str
    since: date | None = None
    until: date | None = None
    instead: str = ""

    def holds(self, day: date) -> bool:
        """Whether it is true on this day."""
        return (self.since is None or self.since <= day) and not self.is_gone(day)

    def is_gone(self, day: date) -> bool:
        """Whether it was true once and is no longer."""
        return self.until is not None and self.until < day


@dataclass(frozen=True)
class Known:
    """What the office knows on a day: its facts, and addresses and telephones that are its own without one."""

    facts: Sequence[Fact]
    today: date
    mails: frozenset[str] = field(default=frozenset())
    phones: frozenset[str] = field(default=frozenset())

    @cached_property
    def by_phone(self) -> Mapping[str, Fact]:
        return self._by("phone", phone_of)

    @cached_property
    def by_mail(self) -> Mapping[str, Fact]:
        return self._by("mail", lambda value: value.strip().lower())

    @cached_property
    def by_page(self) -> Mapping[str, Fact]:
        return self._by("page", page_of)

    def of(self, kind: str) -> list[Fact]:
        """The facts of a kind, whether they hold or not."""
        return [fact for fact in self.facts if fact.kind == kind]

    def _by(self, kind: str, spelt: Any) -> dict[str, Fact]:
        """The facts of a kind by one spelling; of two the one that holds counts."""
        found: dict[str, Fact] = {}
        for fact in self.of(kind):
            key = spelt(fact.value)
            if key is not None and (key not in found or fact.holds(self.today)):
                found[key] = fact
        return found


def check(piece: Piece, known: Known) -> Iterator[Finding]:
    """What is wrong with one text by the office's facts (`presscheck.fact.…`)."""
    yield from _phones(piece, known)
    yield from _mails(piece, known)
    yield from _pages(piece, known)
    yield from _persons(piece, known)
    yield from _numbers(piece, known)


def page_of(address: str) -> str | None:
    """One spelling of a page's address; None for what is none."""
    plain = re.sub(r"^(?:https?://)?(?:www\.)?", "", address.strip().lower()).rstrip("/.,;:!?")
    return plain if "." in plain else None


def _phones(piece: Piece, known: Known) -> Iterator[Finding]:
    for span, number in phones(piece.text):
        fact = known.by_phone.get(number)
        if number in known.phones or (fact is not None and fact.holds(known.today)):
            continue
        if fact is not None:
            yield _gone(piece, span, fact, known.today)
        elif _is_called(piece, span):
            told = piece.text[span.start : span.end]
            yield _unknown(piece, span, "presscheck.fact.phone_unknown", told, bool(known.of("phone")))


def _is_called(piece: Piece, span: Span) -> bool:
    """Whether digits are a telephone's for sure: eight of them may be a sum or two years."""
    if piece.text[span.start] == "+" or piece.text.startswith("00", span.start):
        return True
    after = piece.text[span.end : span.end + 10].split()
    if (after and cues("money").match(after[0])) or piece.text[span.end :].lstrip().startswith(("€", "EUR")):
        return False
    if piece.field == CONTACT:
        return True
    return cues("calling").search(piece.text, max(0, span.start - _CALLED), span.start) is not None


def _mails(piece: Piece, known: Known) -> Iterator[Finding]:
    for match in _MAIL.finditer(piece.text):
        mail, span = match[0].lower().rstrip("."), Span(match.start(), match.end())
        fact = known.by_mail.get(mail)
        if mail in known.mails or (fact is not None and fact.holds(known.today)):
            continue
        if fact is not None:
            yield _gone(piece, span, fact, known.today)
        else:
            yield _unknown(piece, span, "presscheck.fact.mail_unknown", match[0], bool(known.of("mail")))


def _pages(piece: Piece, known: Known) -> Iterator[Finding]:
    if not known.by_page:
        return
    for match in _PAGE.finditer(piece.text):
        fact = known.by_page.get(page_of(match[0]) or "")
        if fact is not None and not fact.holds(known.today):
            yield _gone(piece, Span(match.start(), match.end()), fact, known.today)


def _persons(piece: Piece, known: Known) -> Iterator[Finding]:
    """Somebody under an office that they have left. Without it a person may well be told about, but a contact line that
    names them is for somebody to look at.
    """
    gone = {fact.value: fact for fact in known.of("person") if not fact.holds(known.today)}
    still = {(fact.label, fact.value) for fact in known.of("person") if fact.holds(known.today)}
    if not gone:
        return
    for span, name in persons.named(piece.text, gone):
        fact, sentence = gone[name], around(piece.text, span.start)
        told = piece.text[sentence.start : sentence.end]
        labels = numbers.stems(fact.label)
        if (fact.label, fact.value) in still or cues("former").search(told):
            continue
        if labels & numbers.stems(told):
            yield _gone(piece, span, fact, known.today)
        elif piece.field == CONTACT:
            yield replace(_gone(piece, span, fact, known.today), level="look")


def _numbers(piece: Piece, known: Known) -> Iterator[Finding]:
    """Of each number whose words are those of a fact: another value, or one that no longer holds."""
    facts = [*known.of("number"), *known.of("sum")]
    if not facts:
        return
    sentences: dict[Span, tuple[frozenset[str], frozenset[str]]] = {}
    for one in numbers.counted(piece.text):
        sentence = around(piece.text, one.start)
        if sentence not in sentences:
            told = piece.text[sentence.start : sentence.end]
            sentences[sentence] = numbers.stems(told), frozenset(_YEAR.findall(told))
        said, years = sentences[sentence][0], sentences[sentence][1] - {one.written}
        fitting = [fact for fact in facts if _is_about(fact, one, said) and _is_then(fact, years, known.today)]
        if not fitting or any(fact.holds(known.today) and _value(fact) == one.value for fact in fitting):
            continue
        span = Span(one.start, one.end)
        old = next((fact for fact in fitting if fact.is_gone(known.today) and _value(fact) == one.value), None)
        holding = next((fact for fact in fitting if fact.holds(known.today)), None)
        if old is not None:
            yield _gone(piece, span, old, known.today)
        elif holding is not None:
            facts_told = {"said": one.written, "label": holding.label, "value": holding.value}
            yield Finding("look", "presscheck.fact.differs", facts_told, piece.field, span.start, span.end)


def _is_then(fact: Fact, years: frozenset[str], today: date) -> bool:
    """Whether a sentence with these years tells of the fact's own: what was true in another year stays true of it."""
    return not years or bool(years & (frozenset(_YEAR.findall(fact.label)) or {str(today.year)}))


def _is_about(fact: Fact, one: numbers.Counted, said: frozenset[str]) -> bool:
    """Whether a number counts what the fact does: its own words follow it, the label's stand in the sentence, which has
    `said`.
    """
    own, labels = _measure(fact.label, fact.value)
    if own is None or not labels:
        return False
    if own.what:
        rest = labels - set(own.what)
        return own.what[0] in one.what[:2] and (not rest or bool(rest & said))
    needed = min(2, len(labels))
    return bool(labels & set(one.what)) and len(labels & said) >= needed


def _value(fact: Fact) -> Decimal | None:
    own, _ = _measure(fact.label, fact.value)
    return own.value if own is not None else None


@lru_cache(maxsize=1024)
def _measure(label: str, value: str) -> tuple[numbers.Counted | None, frozenset[str]]:
    """The number of a fact, and the telling words of what it is."""
    return next(iter(numbers.counted(value)), None), numbers.stems(label)


def _gone(piece: Piece, span: Span, fact: Fact, today: date) -> Finding:
    facts: dict[str, Any] = {"label": fact.label, "value": fact.value, "fact_id": fact.id}
    if not fact.is_gone(today):
        facts["since"] = fact.since
        return Finding("look", "presscheck.fact.not_yet", facts, piece.field, span.start, span.end)
    facts["until"] = fact.until
    if not fact.instead:
        return Finding("stop", "presscheck.fact.gone", facts, piece.field, span.start, span.end)
    facts["instead"] = fact.instead
    return Finding(
        "stop", "presscheck.fact.gone_next", facts, piece.field, span.start, span.end, (fact.instead,)
    )


def _unknown(piece: Piece, span: Span, key: str, told: str, strict: bool) -> Finding:
    """What nobody has written down; in the contact line it is wrong, once the office has written any down."""
    level: Level = "stop" if strict and piece.field == CONTACT else "look"
    return Finding(level, key, {"value": told}, piece.field, span.start, span.end)
