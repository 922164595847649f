"""From an edition and a recipient to one mail: the same bytes whenever it is made."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from outreach.core.app import App
from outreach.core.mail_mould import Parcel
from outreach.postbox import envelope
from outreach.pressroom.outputs import wording
from outreach.pressroom.sending import addresses
from outreach.pressroom.sending.addresses import Leaving
from outreach.pressroom.sending.editions import LEAVE, WHY, Cast


@dataclass(frozen=True)
class Owed:
    """One mail that is ours to send; `attempts` are those before this one. Number 0: a look, which no row has."""

    mail_id: int
    sending_id: int
    mail: str = field(repr=False)
    language: str
    merge: Mapping[str, str] = field(repr=False)
    message_id: str
    attempts: int
    contact_id: int | None
    list_id: int | None

    @property
    def ref(self) -> str:
        """How the mail is named outside its table: in journals, and in the return path."""
        return f"r{self.mail_id}"

    @property
    def subscribed(self) -> bool:
        return "subscriber" in self.merge


@dataclass(frozen=True)
class Making:
    """What all mails of a sending have in common: in whose name, and where answers go."""

    app: App
    sender_name: str
    sender_mail: str
    reply_to: str = field(repr=False)

    @cached_property
    def _leaving(self) -> Leaving:
        return Leaving(self.app)

    @cached_property
    def _return_key(self) -> bytes:
        return self.app.seal.sign_key(envelope.PURPOSE)

    @cached_property
    def _whys(self) -> dict[tuple[str, str], str]:
        return {}

    @cached_property
    def _base(self) -> str:
        return addresses.outside(self.app.settings)

    def parcel(self, cast: Cast, owed: Owed, subject: str | None = None) -> Parcel:
        """The recipient's own copy. Raises OutreachError `mail.header` or `mail.address`."""
        told = self.app.settings.mail
        leave = self._leaving.path(owed.contact_id, owed.list_id, owed.merge) if self._base else ""
        back = None
        if told.bounce_to and owed.mail_id:
            back = envelope.return_address(self._return_key, told.bounce_to, owed.ref, owed.mail)
        own = {**owed.merge, WHY: self._why(owed), LEAVE: leave}
        mould = cast.mould if leave else cast.alone
        return mould.parcel(
            message_id=owed.message_id,
            sender=_named(self.sender_name or wording.office_name(self.app.office, owed.language), self.sender_mail),
            to=owed.mail,
            subject=subject or cast.subject,
            date=cast.made_at.astimezone(self.app.settings.zone),
            headers=(*self._answering(owed), *self._listed(owed, leave)),
            words={slot: own.get(name, "") for slot, name in cast.slots.items() if slot in mould.words},
            envelope=back,
            copies=(told.copy_to,) if told.copy_to and owed.mail_id else (),
            automatic=False,  # a person sends it: who is away may say so
        )

    def _answering(self, owed: Owed) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = []
        if self.reply_to and self.reply_to != self.sender_mail:
            found.append(("Reply-To", self.reply_to))
        if thread := owed.merge.get("thread"):
            found += [("In-Reply-To", thread), ("References", thread)]
        return tuple(found)

    def _listed(self, owed: Owed, leave: str) -> tuple[tuple[str, str], ...]:
        if owed.list_id is None and not owed.subscribed:
            return ()
        name = f"press-{owed.list_id}" if owed.list_id is not None else "press"
        found = [("List-Id", f"<{name}.{domain_of(self.app)}>")]
        if leave:
            found.append(("List-Unsubscribe", f"<{self._base}/prese/{leave}>"))
            if self._base.startswith("https:"):
                found.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        return tuple(found)

    def _why(self, owed: Owed) -> str:
        key = "pressmail.why.list" if owed.list_id is not None else "pressmail.why.single"
        if owed.subscribed:
            key = "pressmail.why.subscriber"
        if (owed.language, key) not in self._whys:
            t = self.app.texts.in_language(owed.language)
            self._whys[owed.language, key] = t(key, office=wording.office_name(self.app.office, owed.language))
        return self._whys[owed.language, key]


def domain_of(app: App) -> str:
    """The office's own sending domain: what stands behind the @ of From and Message-ID."""
    return app.settings.mail.sender.rpartition("@")[2]


def _named(name: str, mail: str) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", name)
    return f'"{escaped}" <{mail}>'
