"""How a letter's words are sealed, and under what its Message-ID is known once they are erased."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from outreach.core.seal import Seal
from outreach.tracker.letters.models import Letter


@dataclass(frozen=True)
class Words:
    """What a letter says: `mail` is whose it is, or, of an answer, whom it went to; `below` are signature and quoted
    mail.
    """

    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)
    answer_to: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    below: str = field(default="", repr=False)


def place(column: str, token: str) -> str:
    """Where a sealed value of a letter or of a file belongs: it opens in its own column and row alone."""
    return f"family_letter.{column}:{token}"


def close(seal: Seal, token: str, words: Words) -> dict[str, str]:
    """The sealed columns of a letter."""
    told = {
        "address": json.dumps([words.name, words.mail, words.answer_to]),
        "subject": words.subject,
        "text": json.dumps([words.text, words.below]),
    }
    return {f"{name}_sealed": seal.close(text, place(name, token)) for name, text in told.items()}


def opened(seal: Seal, row: Letter) -> Words:
    """The words of a letter; empty where they are erased. Whoever calls this writes the look down."""
    if row.address_sealed is None or row.subject_sealed is None or row.text_sealed is None:
        return Words()
    name, mail, answer_to = json.loads(seal.open(row.address_sealed, place("address", row.token)))
    text, below = json.loads(seal.open(row.text_sealed, place("text", row.token)))
    return Words(name, mail, answer_to, seal.open(row.subject_sealed, place("subject", row.token)), text, below)


def gone(message_id: str) -> str:
    """What stands in the place of a Message-ID after erasing: a mailbox that still holds the letter must not bring the
    person back.
    """
    return f"sha256:{sha256(message_id.encode('utf-8', 'replace')).hexdigest()}"


def known_as(message_ids: Iterable[str]) -> list[str]:
    """All names under which letters with these Message-IDs may stand in the store."""
    every = list(dict.fromkeys(message_ids))
    return [*every, *map(gone, every)]
