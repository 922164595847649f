"""A desk behind the pages: campaigns, posts and deliveries in few words."""

import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select

from campaigns import dispatch, editing, history, library, pictures
from campaigns.channel import Reply
from campaigns.models import Delivery, DeliveryReply, Picture
from campaigns.replies import storing
from outreach.people.models import AuditEntry
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

WALLS = ("administrator", "comms", "coordinator", "reader", "partner")


def partner(office: Office, place: str) -> Visitor:
    """A partner of this place, beside those of others."""
    return Visitor(office.app, office.client.application.test_client(), "partner", place, mail=f"{place.encode().hex()}@example.org")


def campaign(office: Office, name: str = "MĀJAS 2026", *places: str, **more: object) -> int:
    told: dict[str, object] = {"starts_on": date(2026, 11, 20), "ends_on": date(2026, 11, 30), **more}
    with office.app.store.transaction() as session:
        return editing.start(session, office.clock.now(), name, municipalities=places, **told).id  # type: ignore[arg-type]


def post(office: Office, campaign_id: int, title: str = "Vietas vēl ir", *, approved: bool = True, language: str = "lv") -> int:
    with office.app.store.transaction() as session:
        made = editing.write(
            session, office.clock.now(), campaign_id, language=language, title=title, text="Nāciet: {link}",
            target_url="https://example.org/", actor="anna@example.org",
        )  # fmt: skip
        if approved:
            editing.approve(session, office.clock.now(), made.id, "anna@example.org")
        return made.id


def channel(office: Office, folder: Path, name: str = "Mape") -> int:
    with office.app.store.transaction() as session:
        return dispatch.add_channel(session, name, "folder", {"folder": str(folder / "posts")}).id


def delivery(office: Office, post_id: int, channel_id: int, due_at: datetime | None = None, status: str = "scheduled") -> int:
    now = office.clock.now()
    with office.app.store.transaction() as session:
        made = dispatch.schedule(session, now, post_id, channel_id, due_at or now + timedelta(hours=3))
        if status != "scheduled":
            if status == "unconfirmed":
                made.error_key, made.error_facts = "campaigns.delivery.interrupted", {}
            if status == "failed":
                made.error_key, made.error_facts = "campaigns.late", {"hours": 6}
            if status == "published":
                made.published_at, made.receipt_url = now, "https://social.example.org/1"
            history.move(session, now, made, status, made.error_key or made.receipt_url or "")
        return made.id


def reply(office: Office, delivery_id: int, text: str = "Kur var pieteikties?", **told: object) -> int:
    """A reply that was found under a post; `told` says more of it than its words."""
    now = office.clock.now()
    one = Reply(**{"id": f"r{text}", "at": now, "author": "@anna@social.example", "text": text, **told})  # type: ignore[arg-type]
    with office.app.store.transaction() as session:
        storing.take(session, now, office.app.seal, delivery_id, [one], whole=False)
        return session.scalars(select(DeliveryReply.id).where(DeliveryReply.remote_id == one.id)).one()


def by_hand(office: Office, name: str = "Grupa") -> int:
    with office.app.store.transaction() as session:
        return dispatch.add_channel(session, name, "manual", {"place": "https://www.facebook.com/groups/latgale"}).id


def png(tone: str = "#246", size: tuple[int, int] = (60, 40)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, tone).save(made, "PNG")
    return made.getvalue()


def picture(office: Office, tone: str = "#246", **told: object) -> int:
    """A picture of the library; `told` says more of it than its words and whose it is."""
    said = library.Told(**{"alt": "Ezers", "rights": "Birojs", **told})  # type: ignore[arg-type]
    folder = office.app.settings.folder / "media"
    with office.app.store.transaction() as session:
        drawn = pictures.draw(png(tone))
        return library.add(session, office.clock.now(), drawn, said, actor="anna@example.org", folder=folder).id


def picture_name(office: Office, picture_id: int) -> str:
    with office.app.store.reading() as session:
        return session.get_one(Picture, picture_id).name


def with_picture(office: Office, post_id: int, *picture_ids: int) -> None:
    """Gives an approved post pictures, and its approval back."""
    with office.app.store.transaction() as session:
        chosen = [library.Chosen(number, f"Attēls {number}") for number in picture_ids]
        library.choose(session, office.clock.now(), post_id, chosen, actor="anna@example.org", zone=office.app.settings.zone)
        editing.approve(session, office.clock.now(), post_id, "anna@example.org")


def status(office: Office, delivery_id: int) -> str:
    with office.app.store.reading() as session:
        return session.get_one(Delivery, delivery_id).status


def deeds(office: Office) -> list[tuple[str, str, int | None]]:
    with office.app.store.reading() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.action, row.subject_kind, row.subject_id) for row in rows]


SERIES = {"kind": "weekly", "every": "1", "weekdays": "2", "day": "1", "nth": "1", "weekday": "1", "starts_on": "2026-12-01", "hour": "18:00", "end": "times", "times": "3"}
TABLE = "Kampaņa;Virsraksts;Teksts;Kanāls;Diena;Stunda\nMĀJAS 2026;Vietas vēl ir;Nāciet!;Mape;2026-12-01;18:30\n"


def seen_in(page: str) -> str:
    """The mark of what a page shows before it is made."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def begin_series(desk: Any) -> Visitor:
    """Looks at a series of a post and makes it, as a browser would; the visitor who did."""
    number, told = desk.post(), {**SERIES, "channels": str(desk.channel())}
    visitor: Visitor = desk.as_role("comms")
    path = f"/posts/{number}/series/new"
    seen = seen_in(visitor.post(path, {**told, "do": "look"}).get_data(as_text=True))
    assert visitor.post(path, {**told, "do": "make", "seen": seen}).location == "/series/1"
    return visitor


def carry_series(desk: Any) -> Visitor:
    visitor = begin_series(desk)
    with desk.office.app.store.transaction() as session:
        editing.edit(session, desk.office.clock.now(), 1, title="Citādi", text="Citi vārdi", actor="anna@example.org")
    visitor.post("/series/1/carry")
    return visitor


def bring_table(desk: Any, table: bytes = TABLE.encode()) -> Visitor:
    """Brings a table of a plan; the visitor who did."""
    desk.campaign()
    desk.channel()
    visitor: Visitor = desk.as_role("comms")
    assert visitor.post("/campaigns/plan", {"file": (io.BytesIO(table), "plāns.csv")}).location == "/campaigns/plan/1"
    return visitor


def plan_table(desk: Any) -> Visitor:
    visitor = bring_table(desk)
    seen = seen_in(visitor.text("/campaigns/plan/1"))
    assert visitor.post("/campaigns/plan/1", {"do": "all", "seen": seen}).location == "/campaigns/plan/1"
    return visitor
