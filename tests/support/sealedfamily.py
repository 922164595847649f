"""A family with a marked word in every sealed column and file that there is, put there by raw rows: whoever seals something
new must say so here, or the tests of keys and of erasing fail.
"""

import secrets
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import text

from campaigns.models import Campaign, ChannelRow, ChannelToken, Delivery, DeliveryReply, Post
from outreach import wiring
from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.reseal import Sealed, SealedFolder
from outreach.people.models import User
from outreach.pressroom.models import Release, ReleaseMail, ReleaseReply, Sending
from outreach.tracker import erasures
from outreach.tracker.cases.models import Paper, Task
from outreach.tracker.heard.models import Heard
from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.offers.models import Offer

CANARY = "Zeltkanārijs"
# What goes with a family; the rest is the office's own, or the press's.
FOLDERS = {"letters": LetterFile, "papers": Paper}
THEIRS = (Inquiry, Household, Letter, LetterFile, Heard, Task, Paper, Offer)


def with_store(app: App, store: Store) -> App:
    """The app over another store, which tells the ledger as its own did."""
    return replace(app, store=replace(store, committed=erasures.writer(app.settings.folder)))


def family(app: App, now: datetime, mark: str = CANARY) -> int:
    """Writes the family and everything else that is sealed; the household's number."""
    with app.store.transaction() as session:
        number = _rows(session, now)
        session.flush()
    for place in wiring.sealed():
        if isinstance(place, Sealed):
            _fill(app, place, mark)
    for place in wiring.sealed():
        if isinstance(place, SealedFolder):
            token = f"table-{secrets.token_hex(16)}"
            with app.store.reading() as session:
                if place.name in FOLDERS:
                    token = session.query(FOLDERS[place.name].token).scalar()
            file = app.settings.folder / place.name / token
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(app.seal.close_bytes(f"{mark} {place.name}".encode(), f"{place.name}/{token}"))
    return number


def opened(app: App) -> dict[str, list[str]]:
    """Every sealed value there is, opened, by place."""
    found: dict[str, list[str]] = {}
    for place in wiring.sealed():
        if isinstance(place, SealedFolder):
            files = place.files(app.settings.folder)
            found[place.name] = [app.seal.open_bytes(one.read_bytes(), f"{place.name}/{one.name}").decode(errors="replace") for one in files]
            continue
        with app.store.reading() as session:
            rows = session.query(place.column, *place.of).filter(place.column.is_not(None)).all()
        found[place.name] = [app.seal.open(row[0], place.place(*row[1:])) for row in rows]
    return found


def ciphertexts(app: App) -> list[bytes]:
    """The sealed bytes of what is the family's, without their beginnings, which are alike."""
    found = []
    for place in wiring.sealed():
        if isinstance(place, SealedFolder):
            theirs = place.files(app.settings.folder) if place.name in FOLDERS else []
            found += [one.read_bytes()[24:64] for one in theirs]
        elif place.column.class_ in THEIRS:
            with app.store.reading() as session:
                found += [value[12:].encode() for (value,) in session.query(place.column).filter(place.column.is_not(None))]
    return found


def traces(folder: Path, signs: list[bytes]) -> list[str]:
    """In which files below `folder` any of these bytes stand."""
    held = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [f"{path}: {sign[:24]!r}" for path, content in held.items() for sign in signs if sign in content]


def _fill(app: App, place: Sealed, mark: str) -> None:
    model = place.column.class_
    keys = [model.__table__.c[key.name] for key in model.__mapper__.primary_key]
    with app.store.transaction() as session:
        for row in session.query(*place.of, *keys).all():
            of, key = row[: len(place.of)], row[len(place.of) :]
            sealed = app.seal.close(f"{mark} {place.name}", place.place(*of))
            named = {one.name: value for one, value in zip(keys, key, strict=True)}
            where = " AND ".join(f"{one} = :{one}" for one in named)
            session.execute(
                text(f"UPDATE {model.__tablename__} SET {place.column.key} = :sealed WHERE {where}"),
                {"sealed": sealed, **named},
            )


def _rows(session, now: datetime) -> int:  # type: ignore[no-untyped-def]
    def token() -> dict[str, str]:
        return {"token": secrets.token_hex(16)}

    home = Household(**token(), created_at=now, countries=["GB"], adults=2, children=1)
    session.add(home)
    session.flush()
    asked = Inquiry(**token(), received_at=now, arrived_by="mail", dedup_key=secrets.token_hex(32), household_id=home.id)
    session.add(asked)
    session.flush()
    letter = Letter(
        **token(), message_id="<a@pasts.example>", thread="<a@pasts.example>", direction="in", kind="letter",
        inquiry_id=asked.id, at=now, taken_at=now,
    )
    session.add(letter)
    session.flush()
    by = {"made_at": now, "made_by": "ieva"}
    session.add_all(
        [
            LetterFile(**token(), letter_id=letter.id, kind="image/png", size=9),
            Heard(**token(), inquiry_id=asked.id, side="said", what="words", at=now),
            Task(**token(), household_id=home.id, due_on=date(2026, 12, 1), **by),
            Paper(**token(), household_id=home.id, kind="application/pdf", size=9, added_at=now, added_by="ieva"),
            Offer(**token(), household_id=home.id, year=2026, number=1, language="lv", **by),
            User(mail="ieva@birojs.example", name="Ieva", role="comms", language="lv", theme="auto", created_at=now),
        ]
    )
    _outside(session, now)
    return int(home.id)


def _outside(session, now: datetime) -> None:  # type: ignore[no-untyped-def]
    """A reply under a post, a channel's token, an answer to a release."""
    campaign = Campaign(name="MĀJAS", starts_on=now.date(), created_at=now)
    channel = ChannelRow(name="Kanāls", kind="folder", settings={})
    session.add_all([campaign, channel])
    session.flush()
    post = Post(campaign_id=campaign.id, language="lv", title="t", text="x", target_url="https://a.example/", created_at=now)
    session.add(post)
    session.flush()
    sent = Delivery(post_id=post.id, channel_id=channel.id, due_at=now, status="published", key="k1")
    session.add(sent)
    session.flush()
    session.add_all(
        [
            DeliveryReply(delivery_id=sent.id, remote_id="r1", written_at=now, seen_at=now),
            *(ChannelToken(channel_id=channel.id, name=name) for name in ("ACCESS", "REFRESH")),
        ]
    )
    release = Release(made_at=now, made_by="ieva")
    session.add(release)
    session.flush()
    sending = Sending(release_id=release.id, made_at=now, made_by="ieva")
    session.add(sending)
    session.flush()
    mail = ReleaseMail(sending_id=sending.id, mail="red@avize.example", language="lv", message_id="<m@x>")
    session.add(mail)
    session.flush()
    session.add(ReleaseReply(mail_id=mail.id, message_id="<r@x>", kind="reply", at=now))
    session.flush()
