"""Mails to one person as values, and their bytes.

A message says everything itself, its date and its Message-ID too, so that the same message is the same bytes
whenever it is written: what is sent again after a doubt is recognised as the one from before.
"""

from dataclasses import dataclass, field
from datetime import datetime

from outreach.core.mail_header import message_id
from outreach.core.mail_mould import Mould, Parcel

__all__ = ["Message", "message_id", "parcel_of", "render"]


@dataclass(frozen=True)
class Message:
    """One mail to one person.

    `sender` and `to` are addresses, bare or with a name before them (``Birojs <birojs@example.org>``); `date`
    is aware and is written in its own zone; `message_id` is made once, by `message_id`, and kept. Without
    `html` it is plain text. `copies` are addresses of our own that get it too and that nobody sees.
    """

    message_id: str
    sender: str = field(repr=False)
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(repr=False)
    date: datetime
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    copies: tuple[str, ...] = field(default=(), repr=False)


def parcel_of(message: Message) -> Parcel:
    """The message ready for the wire. Raises as `render` does."""
    return Mould.cast(text=message.text, html=message.html, mark=message.message_id).parcel(
        message_id=message.message_id,
        sender=message.sender,
        to=message.to,
        subject=message.subject,
        date=message.date,
        headers=message.headers,
        copies=message.copies,
    )


def render(message: Message) -> bytes:
    """The mail as it goes over the wire: ASCII, CRLF, lines up to 78 where it can be helped, never over 998.

    Plain text first, then HTML; UTF-8, as quoted-printable or base64, whichever is shorter. The same message
    always gives the same bytes. Raises OutreachError `mail.header` or `mail.address`; ValueError for a naive
    date.
    """
    return parcel_of(message).content
