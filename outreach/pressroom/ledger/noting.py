"""The letter that asks an outlet for a correction: what is wrong in a print, in the outlet's language. Pure."""

from datetime import date

from outreach.core.text import PUBLIC_LANGUAGES, Words
from outreach.pressroom.ledger.reading import PrintSeen

# What the letter says of each thing that is wrong.
_NOTES = {
    "pressprint.finding.number": "pressprint.note.number",
    "pressprint.finding.name": "pressprint.note.name",
    "pressprint.finding.phone": "pressprint.note.phone",
    "pressprint.finding.outdated": "pressprint.note.outdated",
    "pressprint.finding.outdated_next": "pressprint.note.outdated_next",
}


def language_of(one: PrintSeen, office: str) -> str:
    """In which language the outlet is written to: its own where we have the words, else the office's."""
    told = one.language.split("-")[0]
    return told if told in PUBLIC_LANGUAGES else office


def subject(one: PrintSeen, t: Words) -> str:
    """What stands above the letter."""
    return t("pressprint.note.subject", title=one.title)


def letter(one: PrintSeen, t: Words, day: date, office: str) -> str:
    """The letter, a line for each thing that is wrong; "" where nothing is."""
    if not one.wrong:
        return ""
    lines = [f"– {t(_NOTES[key], **facts)}" for key, facts in one.wrong]
    about = t("pressprint.note.about", day=t.day(day), title=one.title, url=one.url)
    return "\n\n".join((t("pressprint.note.hello"), about, "\n".join(lines), t("pressprint.note.end", office=office)))
