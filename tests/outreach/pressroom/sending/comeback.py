"""Mails that went out, and letters that come back to them."""

from datetime import UTC, date, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.seal import Seal
from outreach.postbox import envelope
from outreach.postbox.following import deeds
from outreach.postbox.looking import Proof, take
from outreach.postbox.reading import read
from outreach.pressroom.contacts import editing, lists
from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.models import Contact, ReleaseEdition, ReleaseMail, Sending
from outreach.pressroom.sending.replies import FOLLOWER
from tests.outreach.pressroom.writing import desk

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)
TODAY = date(2026, 11, 26)
WHO, OURS, BOUNCES = "janis@vestis.example", "zinas@example.org", "bounces@example.org"


def contact(session: Session, seal: Seal, mail: str = WHO, name: str = "Jānis Bērziņš") -> int:
    draft = Draft(name=name, mail=mail, outlet="Vēstis", languages=("lv",))
    return editing.add(session, NOW, draft, "x", seal)


def press_list(session: Session, *contacts: int, name: str = "Latgale") -> int:
    number = lists.make(session, NOW, name, None, "x")
    lists.join(session, NOW, number, contacts)
    return number


def sent(session: Session, contact_id: int | None, list_id: int | None = None, mail: str = WHO, **values: object) -> int:
    """A mail of a release that went to the contact; its number."""
    release = desk.release(session)
    sending = Sending(release_id=release.id, state="done", sender_mail=OURS, reply_to="anna@example.org", made_at=NOW, made_by="x", started_at=NOW)
    session.add(sending)
    session.flush()
    session.add(
        ReleaseEdition(sending_id=sending.id, language="lv", revision=1, subject="x", html="x", text="Jautājumi: birojs@latgale.example", made_at=NOW)
    )
    told: dict[str, object] = {"status": "sent", "sent_at": NOW, **values}
    row = ReleaseMail(
        sending_id=sending.id, contact_id=contact_id, list_id=list_id, mail=mail, language="lv", message_id=f"<r{sending.id}@example.org>", **told
    )
    session.add(row)
    session.flush()
    return row.id


def one(session: Session, seal: Seal) -> tuple[int, int]:
    """A contact who got a release, and that mail."""
    number = contact(session, seal)
    return number, sent(session, number, press_list(session, number))


def returned_to(app: App, mail_id: int, mail: str = WHO) -> str:
    return envelope.return_address(app.seal.sign_key(envelope.PURPOSE), BOUNCES, f"r{mail_id}", mail)


def letter(text: str, *heads: str, sender: str = WHO, number: str = "a", subject: str = "Re: Relīze") -> bytes:
    told = [f"From: <{sender}>", f"Message-ID: <{number}@vestis.example>", f"Subject: {subject}", *heads]
    return ("\r\n".join([*told, "Content-Type: text/plain; charset=utf-8", "", text]) + "\r\n").encode()


AUTOMATIC = "Auto-Submitted: auto-replied"


def answers(session: Session, mail_id: int) -> str:
    """The header of a letter that answers this mail."""
    return f"In-Reply-To: {session.get_one(ReleaseMail, mail_id).message_id}"


def came(app: App, raw: bytes, now: datetime = NOW) -> bool:
    """A letter as the look into the mailbox takes it; whether it was new."""
    back = read(raw)
    wanted = deeds((FOLLOWER,), app, raw, back)
    with app.store.transaction() as session:
        new = take(session, now, sha256(raw).hexdigest(), back, Proof(app.seal.sign_key(envelope.PURPOSE)), (FOLLOWER,))
        for deed in wanted if new else ():
            deed(session, now)
    return new


def mail_row(app: App, mail_id: int) -> ReleaseMail:
    with app.store.reading() as session:
        return session.get_one(ReleaseMail, mail_id)


def contact_row(app: App, contact_id: int) -> Contact:
    with app.store.reading() as session:
        return session.get_one(Contact, contact_id)
