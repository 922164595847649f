"""Words about sources that templates ask for: languages, kinds, lengths of time, reasons."""

from datetime import datetime

from flask import Blueprint

from outreach.core.text import Words
from outreach.web.sourcelist import host_in, kind_name, language
from scrapers.queries import SourceState
from scrapers.rhythms import span


def add_to(pages: Blueprint) -> None:
    """Makes them known to all templates; each takes the reader's words first, as looking them up anew is dear."""
    for told in (source_language, source_kind, source_span, source_ago, source_why):
        pages.add_app_template_global(told)


def source_language(t: Words, codes: str) -> str:
    """The languages of a source in words."""
    return ", ".join(language(t, code) for code in codes.split("|") if code)


def source_kind(t: Words, kind: str) -> str:
    """A kind of source in words."""
    return kind_name(t, kind)


def source_span(t: Words, seconds: int | None) -> str:
    """A length of time in its largest unit."""
    return span(t, seconds)


def source_ago(t: Words, moment: datetime | None, at: datetime) -> str:
    """How long ago it was, as short as a table wants it."""
    return span(t, int((at - moment).total_seconds()) if moment is not None else None)


def source_why(t: Words, row: SourceState) -> str:
    """The reason for its state, for a list: of an address only the host."""
    facts = {name: host_in(str(value)) if name == "url" else value for name, value in row.reason_facts.items()}
    return t.fact(row.reason_key, facts) if row.reason_key else ""
