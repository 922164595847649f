"""Tracked links as strangers follow them, and as the office sees them on the delivery's page."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html
from PIL import Image
from sqlalchemy import select

from campaigns.models import Click, ClickSalt, Link
from outreach.tracker.heard.models import Heard
from outreach.wiring import jobs
from tests.outreach.web import planning
from tests.outreach.web.conftest import PAGE, Office

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
PREVIEW = {"User-Agent": "facebookexternalhit/1.1"}
ROBOT = {"User-Agent": "curl/8.14.1"}


@pytest.fixture
def delivery(office: Office, tmp_path: Path) -> int:
    return planning.delivery(office, planning.post(office, planning.campaign(office)), planning.channel(office, tmp_path))


def code_of(office: Office, delivery_id: int) -> str:
    with office.app.store.reading() as session:
        return session.scalars(select(Link.code).where(Link.delivery_id == delivery_id)).one()


def clicked(office: Office) -> list[Click]:
    with office.app.store.reading() as session:
        return list(session.scalars(select(Click).order_by(Click.id)))


def follow(office: Office, code: str, headers: dict[str, str] = PERSON, method: str = "GET", address: str = "192.0.2.77") -> tuple[int, str | None]:
    path, _, query = code.partition("?")
    answer = office.client.open(f"/k/{path}", query_string=query, method=method, base_url=PAGE, headers=headers, environ_base={"REMOTE_ADDR": address})
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.location


def test_a_page_elsewhere_is_told_where_its_visitor_came_from(office: Office, delivery: int) -> None:
    led = follow(office, code_of(office, delivery))
    assert led == (302, "https://example.org/?utm_source=folder&utm_medium=referral&utm_campaign=majas-2026&utm_content=1-lv")


def test_the_page_of_a_delivery_tells_people_previews_and_robots_apart(office: Office, delivery: int) -> None:
    code = code_of(office, delivery)
    visitor = office.as_role("reader")
    assert "0 cilvēku" in visitor.text(f"/deliveries/{delivery}")
    for place in range(3):
        for _ in range(2):
            follow(office, code, address=f"192.0.2.{place}")
    for headers, method in ((PREVIEW, "GET"), (PREVIEW, "HEAD"), (ROBOT, "GET"), (PERSON, "HEAD")):
        assert follow(office, code, headers, method)[0] == 302
    page = visitor.text(f"/deliveries/{delivery}")
    assert "3 cilvēki, 2 priekšskatījumi, 2 roboti" in page
    assert "3 people, 2 previews, 2 robots" in visitor.text(f"/deliveries/{delivery}?lang=en")
    assert "<dd>6</dd>" in page  # how often people opened it


def test_nothing_of_a_visitor_is_in_the_store_and_the_salt_goes_with_its_day(office: Office, delivery: int) -> None:
    follow(office, code_of(office, delivery), {**PERSON, "User-Agent": "Kanarijs/1.0"}, address="192.0.2.177")
    [click] = clicked(office)
    assert click.mark
    care = next(job for job in jobs() if job.name == "channels")
    care.run(office.app)
    with office.app.store.reading() as session:
        salt = session.scalars(select(ClickSalt.salt)).one()
    office.clock.step(timedelta(days=1))
    care.run(office.app)
    with office.app.store.reading() as session:
        assert session.scalars(select(ClickSalt.salt)).all() == []
    kept = b"".join(path.read_bytes() for path in office.app.settings.folder.glob("outreach.db"))
    for gone in (b"192.0.2.177", b"Kanarijs"):
        assert gone not in kept
    assert len(salt) == 64


@pytest.mark.parametrize("code", ["abcdefg", "'--", "x" * 200, "NAV"])
def test_an_unknown_code_is_the_inquiry_form_itself(office: Office, delivery: int, code: str) -> None:
    for method in ("GET", "HEAD"):
        assert follow(office, code, method=method) == (404, None)
    page = office.client.get(f"/k/{code}", base_url=PAGE).get_data(as_text=True)
    assert 'action="/jautajums' in page
    assert 'name="contact"' in page
    assert "novecojusi" in page
    assert "example.org/" not in page
    assert clicked(office) == []


def test_a_word_is_given_said_and_taken_back(office: Office, delivery: int) -> None:
    comms = office.as_role("comms")
    answer = comms.post(f"/deliveries/{delivery}/link", {"spoken": "MĀJAS"})
    assert answer.status_code == 303
    page = comms.text(f"/deliveries/{delivery}")
    assert "/k/MĀJAS" in page
    for typed in ("M%C4%80JAS", "majas", "MAJAS"):
        assert follow(office, typed)[0] == 302
    assert len(clicked(office)) == 3
    assert comms.post(f"/deliveries/{delivery}/link", {"spoken": ""}).status_code == 303
    assert follow(office, "majas") == (404, None)
    assert planning.deeds(office) == [("change", "delivery", delivery)] * 2


def test_a_word_that_does_not_do_is_said_beside_its_field(office: Office, delivery: int, tmp_path: Path) -> None:
    comms = office.as_role("comms")
    other = planning.delivery(office, planning.post(office, planning.campaign(office, "Cita")), planning.channel(office, tmp_path, "Otra"))
    comms.post(f"/deliveries/{other}/link", {"spoken": "Mājas"})
    for word, said in (("MAJAS", "jau pieder citai saitei"), ("ā", "no 3 līdz 24"), ("x" * 99, "x" * 99)):
        answer = comms.post(f"/deliveries/{delivery}/link", {"spoken": word})
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert said in page
        assert f'value="{word}"' in page
    assert planning.deeds(office) == [("change", "delivery", other)]


def test_who_scanned_the_square_is_told_from_who_typed_or_clicked(office: Office, delivery: int) -> None:
    code, visitor = code_of(office, delivery), office.as_role("reader")
    follow(office, code)
    for place in (77, 1, 1):
        follow(office, f"{code}?q", address=f"192.0.2.{place}")
    for headers in (PREVIEW, ROBOT):
        follow(office, f"{code}?q", headers)
    assert [one.kind for one in clicked(office)] == ["person", "scan", "scan", "scan", "preview", "bot"]
    page = visitor.text(f"/deliveries/{delivery}?lang=en")
    assert "2 people (2 of them by QR code), 1 preview, 1 robot" in page and "4 (3 of them by QR code)" in page
    number = visitor.text("/campaigns/1?lang=en")
    assert number.count("(3 of them by QR code)") == 2


def test_a_scan_goes_on_through_the_form_into_the_ledger(office: Office) -> None:
    comms = office.as_role("comms")
    planning.campaign(office)
    comms.post("/campaigns/1/links", {"label": "Plakāts", "target_url": f"{PAGE}/jautajums"})
    with office.app.store.reading() as session:
        code = session.scalars(select(Link.code)).one()
    for query, what in (("?q", "qr"), ("", "code")):
        led = follow(office, code + query)[1]
        assert led == f"{PAGE}/jautajums?k={code}" + ("&q=1" if query else "")
        form = html.fromstring(office.client.get(led, base_url=PAGE).get_data(as_text=True)).forms[-1]
        office.client.post("/jautajums", base_url=PAGE, data={**dict(form.fields), "contact": f"{what}@example.org"}, headers={"Origin": PAGE})
        with office.app.store.reading() as session:
            assert session.scalars(select(Heard.what).order_by(Heard.id)).all()[-1] == what


def test_a_withdrawn_link_is_the_inquiry_form_and_says_so_in_the_office(office: Office, delivery: int) -> None:
    comms, code = office.as_role("comms"), code_of(office, delivery)
    comms.post(f"/deliveries/{delivery}/link", {"spoken": "MĀJAS", "withdrawn": "1"})
    assert follow(office, code) == follow(office, "majas") == (404, None)
    assert "Saite atsaukta" in comms.text(f"/deliveries/{delivery}")
    comms.post(f"/deliveries/{delivery}/link", {"spoken": "MĀJAS"})
    assert follow(office, code)[0] == 302


def test_who_only_reads_sees_the_link_and_changes_nothing(office: Office, delivery: int) -> None:
    reader = office.as_role("reader")
    assert f"/deliveries/{delivery}/link" not in reader.text(f"/deliveries/{delivery}")
    assert reader.post(f"/deliveries/{delivery}/link", {"spoken": "MĀJAS"}).status_code == 403
    assert office.as_role("comms").post("/deliveries/999/link", {"spoken": "MĀJAS"}).status_code == 404


def test_the_square_for_print(office: Office, delivery: int) -> None:
    reader, code = office.as_role("reader"), code_of(office, delivery)
    drawn = reader.get(f"/deliveries/{delivery}/qr.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert f"/k/{code}?q" in drawn.get_data(as_text=True)
    assert drawn.headers["Content-Disposition"] == f'attachment; filename="qr-{code}.svg"'
    drawn = reader.get(f"/deliveries/{delivery}/qr.png")
    with Image.open(io.BytesIO(drawn.get_data())) as picture:
        assert (drawn.mimetype, picture.format) == ("image/png", "PNG")
    for path in (f"/deliveries/{delivery}/qr.pdf", "/deliveries/999/qr.svg"):
        assert reader.get(path).status_code == 404
    assert office.client.get(f"/deliveries/{delivery}/qr.svg", base_url=PAGE).status_code in {303, 403}
