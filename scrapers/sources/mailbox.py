"""Newsletters and alert mails, read from a folder of a mailbox over IMAP.

Source: RFC 3501 and RFC 5092 (addresses); the mails as senders write them. See `outreach.core.imap` for the wire.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Request
from outreach.core.imap_letters import letters
from scrapers.reading.checks import check_form, check_variable
from scrapers.reading.letter import Mail, read_mail
from scrapers.reading.letteritems import items_of
from scrapers.secrets import held
from scrapers.source import Found, Page

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?")
_ACCOUNT = re.compile(r"[^\s\x00-\x1f\x7f:/?#]{1,254}")
_FOLDER = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
_SENDERS = re.compile(r"[^\s,@]*@?[A-Za-z0-9.-]+(\s*,\s*[^\s,@]*@?[A-Za-z0-9.-]+)*")
_PLACE = re.compile(r"\d{1,10}:\d{1,10}")


@dataclass(frozen=True)
class Mailbox:
    """The links in the mails of one `folder`: each is an item, under its headline in the mail.

    `host` is the IMAP server (TLS, port 993 unless it says another; `starttls` for servers that begin in the open),
    `account` the name one signs in with. `password_env` or `token_env` (an OAuth 2 access token) names the variable
    with the secret: large providers want a password for programs, made in the account's security settings; free.
    `sender` takes mails of these senders alone: addresses or domains, with commas between.

    Nothing in the mailbox is changed, and nothing is marked as read. A mail's own date says only that its items are not
    younger: they are told without a date, and the article's page tells it. A mail without any link has no address that
    could be kept: it is counted as left out, and so is one that is too large.
    """

    kind: ClassVar[str] = "mailbox"
    example: ClassVar[Mapping[str, str]] = {
        "host": "imap.pasts.example",
        "account": "zinas@pasts.example",
        "folder": "Jaunumi",
        "password_env": "OUTREACH_SOURCE_PASTS",
    }
    host: str
    account: str
    folder: str = "INBOX"
    password_env: str = ""
    token_env: str = ""
    sender: str = ""
    starttls: bool = False

    def __post_init__(self) -> None:
        check_form(self.kind, "host", self.host, _HOST)
        check_form(self.kind, "account", self.account, _ACCOUNT)
        check_form(self.kind, "folder", self.folder, _FOLDER)
        check_variable(self.kind, "password_env", self.password_env)
        check_variable(self.kind, "token_env", self.token_env)
        if self.sender:
            check_form(self.kind, "sender", self.sender.strip(), _SENDERS)
        if not self.password_env and not self.token_env:
            raise OutreachError("scrapers.secret_needed", kind=self.kind, field="password_env")

    @property
    def url(self) -> str:
        scheme = "imap" if self.starttls else "imaps"
        return f"{scheme}://{quote(self.account, safe='')}@{self.host}/{quote(self.folder, safe='')}"

    def ask(self, cursor: str | None) -> Iterator[Request]:
        headers = {"X-Token": held(self.token_env)} if self.token_env else {"X-Password": held(self.password_env)}
        if cursor and _PLACE.fullmatch(cursor):
            headers["X-After"] = cursor
        yield Request(self.url, headers=headers)

    def bookmark(self, page: Page, before: str | None) -> str | None:
        told = page.headers.get("x-next", "")
        return told if _PLACE.fullmatch(told) else before

    def read(self, page: Page) -> Iterator[Found]:
        """The items of each mail in its own order, the newest mail first. WireError `scrapers.other_answer`."""
        try:
            taken = [*letters(page.headers.get("content-type", ""), page.body)]
        except ValueError as error:
            raise WireError("scrapers.other_answer", url=page.url) from error
        for one in reversed(taken):
            mail = read_mail(one.raw)
            if mail is None:
                yield _left_out(str(one.uid))
            elif not mail.automatic and self._wanted(mail):
                yield from _items(mail)
        # What nobody could read must not be passed over in silence: an item without an address is counted.
        skipped = page.headers.get("x-skipped", "0")
        for number in range(int(skipped) if re.fullmatch(r"\d{1,2}", skipped) else 0):
            yield _left_out(f"large-{number}")

    def _wanted(self, mail: Mail) -> bool:
        wanted = [one.strip().lower() for one in self.sender.split(",") if one.strip()]
        domain = mail.sender.rpartition("@")[2]
        return not wanted or any(
            one == mail.sender or one.removeprefix("@") == domain or domain.endswith("." + one.removeprefix("@"))
            for one in wanted
        )


def _items(mail: Mail) -> Iterator[Found]:
    found = items_of(mail)
    if not found:
        yield _left_out(mail.id, mail.subject)
    for item in found:
        yield Found(
            url=item.url,
            title=item.title,
            summary=item.summary,
            author=item.outlet or mail.name or None,
            lang=mail.lang,
            points_on=item.points_on,
        )


def _left_out(name: str, title: str = "") -> Found:
    return Found(url=f"mid:{name}", title=title)
