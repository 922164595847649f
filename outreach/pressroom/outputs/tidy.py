"""A release's texts as every output may print them: no signs that break a file, a line or the direction of reading."""

import re
from dataclasses import replace

from outreach.pressroom.texts import Said

# What XML may not hold, and marks that turn the reading direction of everything after them.
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_ENDS = re.compile("\r\n?|\u2028|\u2029")
_BLANKS = re.compile(r"[^\S\xa0]+")


def clean(text: str) -> str:
    """The text without unprintable signs, its lines ended by a line feed, nothing before and after it."""
    return _BAD.sub("", _ENDS.sub("\n", text)).strip()


def line(text: str) -> str:
    """The same on one line."""
    return _BLANKS.sub(" ", clean(text)).strip()


def cleaned(said: Said) -> Said:
    """A release whose every text is clean; quotes, facts and pictures' words are on one line or none at all."""
    return replace(
        said,
        headline=line(said.headline),
        lead=line(said.lead),
        body=clean(said.body),
        facts=tuple(one for one in map(line, said.facts) if one),
        boilerplate=clean(said.boilerplate),
        contact=clean(said.contact),
        quotes=tuple(
            replace(one, words=line(one.words), speaker=line(one.speaker), role=line(one.role))
            for one in said.quotes
            if line(one.words)
        ),
        pictures=tuple(
            replace(one, alt=line(one.alt), caption=line(one.caption), rights=line(one.rights))
            for one in said.pictures
        ),
    )
