"""Bounces that are letters for people: those of qmail, of Exim, and of whoever else writes no report. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from outreach.postbox.codes import code_of

_LONGEST = 64 * 2**10
_MOST = 20
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
# Where the mail that came back begins, and with it addresses that nothing is said about.
_COPY = re.compile(
    r"^(?:-{2,}.{0,80}(?:copy of the message|original message|message header|returned message).*"
    r"|(?:Return-Path|Received|Delivered-To):.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_STILL = re.compile(
    r"will (?:be|keep) (?:retr|try)|not yet been delivered|do not need to resend|warning message only", re.IGNORECASE
)


@dataclass(frozen=True)
class Failure:
    """An address, and what is said about it: a status of RFC 3463 or nothing, and the relay's words."""

    mail: str = field(repr=False)
    code: str
    answer: str = field(repr=False)
    is_final: bool


def failures(text: str, named: Sequence[str] = ()) -> list[Failure]:
    """The addresses a letter complains about, with their statuses: each paragraph speaks of those it names, and one
    that names nobody of those before it. `named` are addresses that its headers name; with them only those count.
    """
    text = text[:_LONGEST]
    copied = _COPY.search(text)
    said: dict[str, list[str]] = {mail.lower(): [] for mail in named}
    subject: list[str] = []
    for paragraph in re.split(r"\n[ \t]*\r?\n", text[: copied.start()] if copied else text):
        here = [mail.lower().removesuffix(".") for mail in _MAILBOX.findall(paragraph)]
        here = [mail for mail in here if mail in said or not named]
        subject = here or subject
        for mail in dict.fromkeys(subject):
            said.setdefault(mail, []).append(paragraph)
    is_final = _STILL.search(text) is None
    told = [(mail, " ".join(" ".join(words).split())) for mail, words in list(said.items())[:_MOST]]
    return [Failure(mail, code_of(words), words[:1_000], is_final) for mail, words in told if named or code_of(words)]
