"""A release as a mail: subject, HTML that every mail programme shows, plain text. Nothing in it tells who opened it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.core.mail_words import render_mail
from outreach.core.markup import web_address
from outreach.core.office import Office
from outreach.core.text import Words
from outreach.pressroom.outputs import plain, wording
from outreach.pressroom.outputs.fitting import Fitted, fitted
from outreach.pressroom.outputs.tidy import clean, cleaned, line
from outreach.pressroom.texts import Pictured, Said

LARGEST = 100_000  # bytes of the HTML
_LETTERS = 60_000
_LONGEST = 900  # letters of an address


@dataclass(frozen=True)
class Links:
    """Where a mail leads; an empty address is left out.

    `pictures` are the addresses of the release's pictures as the mail shows them, in their order, `prints` the same in
    print quality; `leave` ends the list by one press: an address, perhaps with a slot for each recipient's token in it.
    """

    page: str = ""
    pdf: str = ""
    docx: str = ""
    pictures: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()
    leave: str = ""


@dataclass(frozen=True)
class Letter:
    """A mail's subject, HTML and plain text; slots stand in it as they were given."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class _Shown:
    picture: Pictured
    url: str
    print_url: str
    credit: str


def letter(
    said: Said, hello: str, links: Links, t: Words, office: Office, *, zone: ZoneInfo, now: datetime, why: str = ""
) -> Letter:
    """The mail of a release. `hello` is printed as it stands, merged already or with slots of the sending; `t` speaks
    the release's language; an embargo is told while it lasts at `now`.

    `why` says why this recipient gets it; empty: because they are on the office's list of the press. HTML of more than
    `LARGEST` bytes is not made: the end of the text is left out, and the mail says where the whole is.
    """
    name, tidied = wording.office_name(office, said.language), cleaned(said)
    subject = wording.subject(tidied, zone, now, t)
    letters = _LETTERS
    while True:
        told = fitted(tidied, letters)
        html, text = _rendered(told, clean(hello), links, t, name, zone, now, why)
        if len(html.encode()) <= LARGEST or letters < 100:
            return Letter(subject, html, text)
        letters = letters * 2 // 3


def _rendered(
    told: Fitted, hello: str, links: Links, t: Words, name: str, zone: ZoneInfo, now: datetime, why: str
) -> tuple[str, str]:
    said = told.said
    has_whole = links.page or links.pdf or links.docx
    shortened = t("pressout.out.shortened") if has_whole else t("pressout.out.shortened.ask")
    facts = {
        "t": t,
        "said": said,
        "blocks": told.blocks,
        "hello": [one for one in hello.split("\n") if one.strip()],
        "office": name,
        "kind": wording.kind(said, t),
        "embargo": wording.embargo(said, zone, now, t),
        "quotes": [(wording.quoted(one.words, said.language), wording.speaker(one)) for one in said.quotes],
        "pictures": _pictures(said.pictures, links, t),
        "links": _led(links, t),
        "leave": _address(links.leave),
        "why": line(why) or t("pressout.out.why", office=name),
        "shortened": shortened if told.shortened else "",
        "boilerplate": said.boilerplate.split("\n"),
        "contact": said.contact.split("\n"),
        "body": plain.body(replace(said, body=""), told.blocks, name, zone, now, t),
    }
    return render_mail("release", facts)


def _pictures(pictures: Sequence[Pictured], links: Links, t: Words) -> list[_Shown]:
    """The pictures that have an address; where there is none nothing stands in their place."""
    shown = []
    for number, picture in enumerate(pictures):
        url = _address(links.pictures[number]) if number < len(links.pictures) else ""
        print_url = _address(links.prints[number]) if number < len(links.prints) else ""
        if url or print_url:
            shown.append(_Shown(picture, url, print_url, wording.credit(picture, t)))
    return shown


def _led(links: Links, t: Words) -> list[tuple[str, str]]:
    offered = (
        (links.page, t("pressout.out.link.page")),
        (links.pdf, t("pressout.out.link.pdf")),
        (links.docx, t("pressout.out.link.docx")),
    )
    return [(url, said) for url, said in offered if _address(url)]


def _address(url: str) -> str:
    """The address if a mail may lead there: one of the web, in one piece, and no longer than a line of a mail."""
    return web_address(url) if len(url) <= _LONGEST and not re.search(r"\s", url) else ""
