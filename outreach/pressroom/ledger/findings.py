"""What an outlet made of a release, in sentences: what is missing, changed or wrong. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz.distance import OSA

from outreach.pressroom.ledger.compare import Likeness
from outreach.pressroom.ledger.texting import Read, Ready
from outreach.pressroom.ledger.words import Laid, lay

Finding = tuple[str, dict[str, Any]]

# Findings that a correction is asked for; the others are the outlet's own business.
WRONG = frozenset({
    "pressprint.finding.number", "pressprint.finding.name", "pressprint.finding.phone",
    "pressprint.finding.outdated", "pressprint.finding.outdated_next",
})  # fmt: skip
_QUOTES = {"dropped": "pressprint.finding.quote_dropped", "altered": "pressprint.finding.quote_altered"}
_OWN_WORDS = {"rewritten": "pressprint.finding.rewritten", "translated": "pressprint.finding.translated"}
_PHONE = re.compile(r"(?<![\d.,])(?:\+?371[ \u00a0-]?)?\d(?:[ \u00a0-]?\d){7}(?![\d])")
_LONGEST = 160
_FEW_DIGITS = 2


@dataclass(frozen=True)
class Expired:
    """Something of the office that held once: `until` is its last day, `next` what holds in its place, if known."""

    kind: str
    label: str
    value: str
    until: date
    next: str | None


def findings(
    ready: Ready, read: Read, likeness: Likeness, expired: Sequence[Expired], day: date, agency: str | None
) -> tuple[Finding, ...]:
    """What is to be said of a print of `day`, what is wrong first; each a catalogue key with its facts."""
    told: list[Finding] = []
    for fact in likeness.facts:
        facts = {"ours": fact.ours, "theirs": fact.theirs}
        if fact.kind == "number" and fact.state == "altered":
            told.append(("pressprint.finding.number", {**facts, "near": fact.near[:_LONGEST]}))
        elif fact.kind == "name" and fact.state == "altered":
            told.append(("pressprint.finding.name", facts))
    told += _phones(ready, read)
    told += [_outdated(one) for one in expired if one.until < day and stands_in(one, read.laid)]
    if likeness.headline_changed:
        told.append(("pressprint.finding.headline", {"theirs": read.title[:_LONGEST]}))
    for fact in likeness.facts:
        if fact.kind == "quote" and fact.state in _QUOTES:
            told.append((_QUOTES[fact.state], {"speaker": fact.ours}))
    if ready.said.contact.strip() and not _has_contact(ready.said.contact, read):
        told.append(("pressprint.finding.contact", {}))
    if agency:
        told.append(("pressprint.finding.agency", {"agency": agency}))
    elif likeness.kind in _OWN_WORDS:
        told.append((_OWN_WORDS[likeness.kind], {}))
    return tuple(told)


def phones(text: str) -> frozenset[str]:
    """The telephone numbers of a text as eight digits, without the country's."""
    return frozenset(re.sub(r"\D", "", found)[-8:] for found in _PHONE.findall(text))


def stands_in(one: Expired, article: Laid) -> bool:
    """Whether the article has it: a telephone by its digits, a person by both names, a sum beside a word of its
    label.
    """
    if one.kind == "phone":
        return bool(phones(one.value) & phones(article.text))
    if one.kind in {"mail", "page"}:
        return re.search(rf"(?<![\w@-]){re.escape(one.value.lower())}(?![\w-])", article.text.lower()) is not None
    value = lay(one.value).words
    if one.kind == "person":
        wanted = [word.sense for word in value if word.sense]
        senses = [word.sense for word in article.words]
        return any(senses[at : at + len(wanted)] == wanted for at in range(len(senses))) if len(wanted) > 1 else False
    numbers = {word.number for word in value if word.number is not None}
    label = {word.sense for word in lay(one.label).words if word.sense}
    for begin, end in article.sentences:
        part = article.words[begin:end]
        if any(word.number in numbers for word in part if word.number is not None) and any(
            word.sense in label for word in part
        ):
            return True
    return False


def _outdated(one: Expired) -> Finding:
    facts = {"label": one.label, "value": one.value}
    if one.next is None:
        return "pressprint.finding.outdated", facts
    return "pressprint.finding.outdated_next", {**facts, "next": one.next}


def _phones(ready: Ready, read: Read) -> list[Finding]:
    """A telephone of the release of which a digit or two are others."""
    said = ready.said
    ours = phones("\n".join((said.lead, said.body, *said.facts, said.boilerplate, said.contact)))
    theirs = phones(read.text)
    told: list[Finding] = []
    for number in sorted(theirs - ours):
        near = [one for one in sorted(ours - theirs) if 0 < OSA.distance(one, number) <= _FEW_DIGITS]
        if near:
            told.append(("pressprint.finding.phone", {"ours": near[0], "theirs": number}))
    return told


def _has_contact(contact: str, read: Read) -> bool:
    mails = re.findall(r"[\w.+-]+@[\w.-]+\w", contact.lower())
    if any(mail in read.text.lower() for mail in mails) or phones(contact) & phones(read.text):
        return True
    if mails or phones(contact):
        return False
    wanted = {word.sense for word in lay(contact).words if word.sense}
    return bool(wanted) and wanted <= {word.sense for word in read.laid.words}
