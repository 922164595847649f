"""How an offer's words are sealed: one value, bound to the row."""

import json

from outreach.core.seal import Seal
from outreach.tracker.offers.composing import Letter, Section
from outreach.tracker.offers.models import Offer


def place(token: str) -> str:
    """Where the words of an offer belong."""
    return f"offer.words:{token}"


def close(seal: Seal, token: str, letter: Letter) -> str:
    """The sealed column."""
    told = {
        "title": letter.title,
        "number": letter.number,
        "office": letter.office,
        "sections": [[one.kind, one.heading, one.text] for one in letter.sections],
    }
    return seal.close(json.dumps(told, ensure_ascii=False), place(token))


def opened(seal: Seal, row: Offer) -> Letter | None:
    """The letter; None where the words are gone. Whoever calls this writes the look down."""
    if row.words_sealed is None:
        return None
    told = json.loads(seal.open(row.words_sealed, place(row.token)))
    return Letter(told["title"], told["number"], told["office"], tuple(Section(*one) for one in told["sections"]))
