"""What the tests of morning mails put into an office: readers, an edition, a mail that was sent, the links in it."""

from dataclasses import dataclass
from datetime import date, timedelta

from outreach.digest.models import DigestEdition, DigestPicture
from outreach.subscribers import subscriptions
from outreach.subscribers.asked import Asked
from outreach.subscribers.links import links_of
from outreach.subscribers.models import DigestRun
from outreach.subscribers.subscriptions import Seen
from tests.outreach.web.conftest import Office

TODAY = date(2026, 11, 23)
# The smallest picture there is: one white dot.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63f80f00010101005a4d6ff10000000049454e44ae426082"
)
ASKED = Asked("lasitaja@example.org", "Ilze Lasītāja", "lv", "07:00", "Europe/Riga", "daily")
HTML = """<!doctype html><html lang="lv"><head><title>Rīta ziņas</title><style>p {{ color: #123; }}</style></head><body>
<p style="margin: 0">{said} Ezers mirdz. <img src="cid:week@pictures" alt="Nedēļa"></p>
<a href="{base}/d/{mail}">Pārlūkā</a> <a href="{base}/d/{mail}/judge/{mention}?verdict=relevant">Jā</a>
<a href="{base}/subscription/{reader}">Mainīt</a> <a href="{base}/subscription/{reader}/off">Nesūtīt</a></body></html>"""


@dataclass(frozen=True)
class Sent:
    """A mail that one reader has got: its run, its edition, and the tokens of its links."""

    run_id: int
    edition_id: int
    reader_id: int
    mail: str
    reader: str


def reader(office: Office, *, user_id: int | None = None, asked: Asked = ASKED, **more: object) -> int:
    """A reader of the list; `more` changes what they asked for."""
    told = Asked(**{**{name: getattr(asked, name) for name in Asked.__dataclass_fields__}, "user_id": user_id, **more})
    with office.app.store.transaction() as session:
        return subscriptions.add(session, office.clock.now(), told, "test")


def seen(office: Office, reader_id: int) -> Seen:
    with office.app.store.reading() as session:
        found = subscriptions.one(session, reader_id)
    assert found is not None
    return found


def edition(
    office: Office, *, mentions: tuple[int, ...] = (), day: date = TODAY, office_s: bool = True, said: str = "Divi raksti par mums.",
    places: tuple[str, ...] = (), language: str = "lv", critical: int = 0,
) -> int:
    """An edition as the sender keeps it, its slots still in its links."""
    now = office.clock.now()
    mail, letter = f"M{day:%Y%m%d}slotslotslot", f"R{day:%Y%m%d}slotslotslot"
    html = HTML.format(base="http://127.0.0.1:8000", mail=mail, reader=letter, mention=mentions[0] if mentions else 1, said=said)
    with office.app.store.transaction() as session:
        row = DigestEdition(
            day=day, key=f"{day}{said}{places}{language}{office_s}"[:64], language=language, office=office_s,
            choice={"topics": [], "places": [*places], "tiers": [], "senses": []},
            covers_from=now - timedelta(days=1), covers_until=now, made_at=now, subject=f"Rīta ziņas {day}", sentence=said,
            text=said, html=html, slot_mail=mail, slot_reader=letter, mentions=[*mentions],
            figures={"mentions": 2, "stories": 1, "critical": critical}, folded=f" {said.casefold().replace('.', '')} ezers",
        )
        session.add(row)
        session.flush()
        session.add(DigestPicture(edition_id=row.id, name="week", alt="Nedēļa", png=DOT))
        return row.id


def run(office: Office, reader_id: int, edition_id: int | None = None, *, day: date = TODAY, status: str = "sent", **columns: object) -> int:
    """A reader's mail of a day."""
    now = office.clock.now()
    with office.app.store.transaction() as session:
        row = DigestRun(
            day=day, subscription_id=reader_id, due_at=now, status=status, covers_from=now - timedelta(days=1), covers_until=now,
            message_id=f"<{day}.{reader_id}@example.org>", edition_id=edition_id, sent_at=now if status == "sent" else None,
            **columns,
        )
        session.add(row)
        session.flush()
        return row.id


def sent(office: Office, reader_id: int, *, mentions: tuple[int, ...] = (), ends: timedelta = timedelta(days=30), **more: object) -> Sent:
    """A mail that has gone to this reader, with its tokens."""
    number = edition(office, mentions=mentions, **more)  # type: ignore[arg-type]
    row = run(office, reader_id, number)
    links, told = links_of(office.app.seal), seen(office, reader_id)
    return Sent(
        row, number, reader_id,
        links.mail_token(row, reader_id, told.nonce, office.clock.now() + ends), links.reader_token(reader_id, told.nonce),
    )
