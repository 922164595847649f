"""The public press room: what a stranger finds, what only a link opens, feeds, releases by mail, and what the office sees."""

import io
import json
import re
from datetime import timedelta

import feedparser
import pytest
from lxml import html
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from campaigns.models import Picture
from outreach.pressroom.models import PressSubscriber, Release, ReleasePicture, ReleaseText
from outreach.pressroom.public import asking
from outreach.pressroom.writing import editing
from tests.outreach.pressroom.writing.desk import ANNA, ENGLISH, SAID, TOLD, release
from tests.outreach.web import planning
from tests.outreach.web.conftest import PAGE, Office
from tests.outreach.web.subscriber_deeds import TOKEN, leaving, subscriber

ONE = "/prese/r-1"
EVIL = "</script><script>alert(1)</script>"
HOUR = timedelta(hours=1)
NEW = "/prese/subscription/new"


def put(office: Office, *, english: bool = False, **facts: object) -> int:
    """A release with a quote and a picture, published an hour ago."""
    now, told = office.clock.now(), facts.pop("told", TOLD)
    with office.app.store.transaction() as session:
        row = release(session, told, kind=facts.pop("kind", "release"), about_id=facts.pop("about_id", None))  # type: ignore[arg-type]
        editing.quote(session, now, row.id, "lv", SAID, ANNA)
        if english:
            editing.add_language(session, now, row.id, "en", ENGLISH, ANNA, matches=True)
        row.approved_at, row.published_at, row.slug = now - 2 * HOUR, now - HOUR, f"r-{row.id}"
        for name, value in facts.items():
            setattr(row, name, value)
        number = row.id
    return number


def picture(office: Office, number: int = 1, **told: object) -> str:
    """A picture of the release; the first part of its name."""
    made = planning.picture(office, **told)
    with office.app.store.transaction() as session:
        session.add(ReleasePicture(release_id=number, picture_id=made, captions={"lv": "Rāzna"}))
    return planning.picture_name(office, made).removesuffix(".webp")


def change(office: Office, number: int = 1, **facts: object) -> None:
    with office.app.store.transaction() as session:
        for name, value in facts.items():
            setattr(session.get_one(Release, number), name, value)


def ask(office: Office, path: str, **headers: str) -> TestResponse:
    return office.client.application.test_client().get(path, base_url=PAGE, headers=headers)


def text(office: Office, path: str) -> str:
    answer = ask(office, path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def press(office: Office, path: str, **data: str) -> TestResponse:
    return office.client.application.test_client().post(path, base_url=PAGE, data=data)


def subscribers(office: Office) -> list[PressSubscriber]:
    with office.app.store.reading() as session:
        found = [*session.scalars(select(PressSubscriber).order_by(PressSubscriber.id))]
        session.expunge_all()
        return found


def test_a_stranger_reads_a_release_whole(office: Office) -> None:
    put(office, english=True)
    name = picture(office)
    assert TOLD.headline in text(office, "/prese")
    page = html.fromstring(text(office, ONE))
    said = page.text_content()
    for piece in (TOLD.headline, TOLD.lead, "Kā pieteikties", "ar e-pastu", "„Mājās ir labi.”", "Ance Pļūkstene, māte", *TOLD.facts, TOLD.boilerplate, TOLD.contact, "Rāzna", "Foto: Birojs"):
        assert piece in said, piece
    assert page.xpath("//link[@rel='canonical']/@href") == [PAGE + ONE]
    assert page.xpath("//link[@hreflang]/@href") == [PAGE + ONE, f"{PAGE}{ONE}?lang=en", PAGE + ONE]
    assert page.xpath("//meta[@property='og:title']/@content") == [TOLD.headline]
    assert page.xpath("//img/@src") == [f"{ONE}/pictures/{name}-small.webp"]
    english = text(office, f"{ONE}?lang=en")
    assert ENGLISH.headline in english and "Press room" in english and f'rel="canonical" href="{PAGE}{ONE}?lang=en"' in english
    russian = text(office, f"{ONE}?lang=ru")
    assert TOLD.headline in russian and "Контакты" in russian and f'rel="canonical" href="{PAGE}{ONE}"' in russian


def test_data_for_programs_is_escaped_and_read(office: Office) -> None:
    put(office)
    with office.app.store.transaction() as session:
        session.scalars(select(ReleaseText)).one().headline = f"Ezers {EVIL} & \u2028"
    answer = ask(office, ONE)
    body = answer.get_data(as_text=True)
    assert EVIL not in body and "script-src 'self'" in answer.headers["Content-Security-Policy"]
    [block] = html.fromstring(body).xpath("//script[@type='application/ld+json']/text()")
    told = json.loads(block)
    assert told["headline"].startswith(f"Ezers {EVIL}") and told["url"] == PAGE + ONE and told["inLanguage"] == "lv"
    assert EVIL not in text(office, "/prese")


@pytest.mark.parametrize("path", [ONE, f"{ONE}/files/lv.pdf", f"{ONE}/files/lv.docx", f"{ONE}/pictures/{{name}}.jpg", f"{ONE}/pictures/{{name}}-small.webp"])
@pytest.mark.parametrize(("facts", "status"), [({}, 200), ({"embargo_until": HOUR}, 404), ({"published_at": None}, 404), ({"withdrawn_at": -HOUR}, 410)])
def test_page_and_files_are_there_while_they_are_public(office: Office, path: str, facts: dict[str, object], status: int) -> None:
    put(office)
    name = picture(office)
    change(office, **{key: office.clock.now() + value if isinstance(value, timedelta) else value for key, value in facts.items()})
    answer = ask(office, path.format(name=name))
    # Of a withdrawn one the note stays.
    assert answer.status_code == (200 if status == 410 and path == ONE else status)
    if status != 200:
        assert TOLD.lead not in text(office, "/prese") and TOLD.lead.encode() not in answer.get_data()
        assert answer.status_code == 200 or answer.headers["Cache-Control"] == "no-store"


def test_files_are_what_they_say(office: Office) -> None:
    put(office)
    name = picture(office)
    pdf = ask(office, f"{ONE}/files/lv.pdf")
    assert pdf.mimetype == "application/pdf" and pdf.get_data().startswith(b"%PDF") and b"EMBARGO" not in pdf.get_data()
    again = ask(office, f"{ONE}/files/lv.pdf", **{"If-None-Match": pdf.headers["ETag"]})
    assert again.status_code == 304
    shown = ask(office, f"{ONE}/pictures/{name}.jpg")
    assert "sandbox" in shown.headers["Content-Security-Policy"] and shown.headers["Content-Disposition"].startswith("attachment")
    assert Image.open(io.BytesIO(shown.get_data())).info["dpi"] == (300, 300)
    for missing in ("/files/en.pdf", "/files/lv.txt", f"/pictures/{'b' * 64}.jpg", f"/pictures/{name}.png", "/pictures/x", f"/pictures/{name}-big.webp"):
        assert ask(office, ONE + missing).status_code == 404, missing


def test_a_consent_that_ends_takes_the_picture_away_everywhere(office: Office) -> None:
    put(office)
    name = picture(office, of_people=True, consent_from=office.clock.now().date(), consent_until=None)
    assert name in text(office, ONE) and ask(office, f"{ONE}/pictures/{name}.jpg").status_code == 200
    with office.app.store.transaction() as session:
        session.scalars(select(Picture)).one().withdrawn_at = office.clock.now()
    assert name not in text(office, ONE) and ask(office, f"{ONE}/pictures/{name}.jpg").status_code == 404


def test_of_a_withdrawn_release_the_note_is_left(office: Office) -> None:
    put(office)
    change(office, withdrawn_at=office.clock.now())
    page = text(office, ONE)
    assert TOLD.headline in page and "Birojs preses relīzi ir atsaucis" in page and "noindex" in page
    assert TOLD.lead not in page and "Mājās" not in page and "ld+json" not in page
    [entry] = feedparser.parse(ask(office, "/prese/feed/lv.atom").get_data()).entries
    assert entry.title == f"Atsaukta: {TOLD.headline}" and TOLD.lead not in str(entry)
    assert "r-1" not in text(office, "/prese/sitemap.xml")


def test_a_correction_stands_on_what_it_corrects(office: Office) -> None:
    put(office)
    put(office, kind="correction", about_id=1)
    page = html.fromstring(text(office, ONE))
    [note] = page.xpath("//p[contains(@class, 'press-public-note')]")
    assert note.text_content().strip().startswith("Labots: 2026. gada 23. novembris.") and note.xpath(".//a/@href") == ["/prese/r-2?lang=lv"]
    assert "Šī relīze labo:" in text(office, "/prese/r-2")


def test_the_list_is_searched_and_parted_by_years(office: Office) -> None:
    put(office)
    put(office, published_at=office.clock.now() - timedelta(days=400))
    page = html.fromstring(text(office, "/prese"))
    assert page.xpath("//main//h2/text()") == ["2026", "2025"]
    assert html.fromstring(text(office, "/prese?year=2025")).xpath("//main//h3/a/@href") == ["/prese/r-2?lang=lv"]
    assert "nav nevienā preses relīzē" in text(office, "/prese?q=kuģis")
    assert len(html.fromstring(text(office, "/prese?q=gimenes")).xpath("//main//h3")) == 2
    for odd in ("?year=x&page=0&q=", "?page=99", f"?page={2**40}&year=99999999", "?lang=xx"):
        assert ask(office, f"/prese{odd}").status_code == 200, odd


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_feed_is_whole_and_sent_once(office: Office, kind: str) -> None:
    put(office, english=True)
    put(office, embargo_until=office.clock.now() + HOUR)
    first = ask(office, f"/prese/feed/lv.{kind}")
    assert first.mimetype == f"application/{kind}+xml" and "max-age=300" in first.headers["Cache-Control"]
    [entry] = feedparser.parse(first.get_data()).entries
    assert re.fullmatch(r"tag:127\.0\.0\.1,2026-11-23:release/1/lv", entry.id) and entry.link == PAGE + ONE
    assert TOLD.boilerplate in entry.content[0].value
    assert ask(office, f"/prese/feed/lv.{kind}", **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    office.clock.step(HOUR)
    assert len(feedparser.parse(ask(office, f"/prese/feed/lv.{kind}", **{"If-None-Match": first.headers["ETag"]}).get_data()).entries) == 2
    assert [one.title for one in feedparser.parse(ask(office, f"/prese/feed/en.{kind}").get_data()).entries] == [ENGLISH.headline]
    assert ask(office, f"/prese/feed/de.{kind}").status_code == 404 and ask(office, "/prese/feed/lv.xml").status_code == 404


def test_robots_find_the_map_and_the_map_every_page(office: Office) -> None:
    put(office, english=True)
    put(office, embargo_until=office.clock.now() + HOUR)
    assert f"Sitemap: {PAGE}/prese/sitemap.xml" in text(office, "/robots.txt")
    told = text(office, "/prese/sitemap.xml")
    assert re.findall(r"<loc>([^<]*)</loc>", told) == [f"{PAGE}/prese", PAGE + ONE, f"{PAGE}{ONE}?lang=en"]


def test_who_is_signed_in_has_a_copy_that_nobody_keeps(office: Office) -> None:
    put(office)
    answer = ask(office, ONE)
    assert answer.headers["Cache-Control"] == "public, max-age=300" and {"Cookie", "Accept-Language"} <= set(answer.vary)
    assert "Set-Cookie" not in answer.headers
    visitor = office.as_role("comms")
    assert visitor.get(ONE).headers["Cache-Control"] == "no-store"


def link(office: Office, number: int = 1) -> str:
    """The path of the link that the office is shown."""
    page = office.as_role("comms").text(f"/press/releases/{number}/link")
    found = re.search(rf"{PAGE}(/prese/t/[\w.-]+)", page)
    return found[1] if found else ""


def test_a_link_shows_a_release_before_it_is_public_and_then_leads_there(office: Office) -> None:
    put(office, embargo_until=office.clock.now() + 2 * HOUR)
    name = picture(office)
    path = link(office)
    answer = ask(office, path)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200 and TOLD.lead in body and "EMBARGO" in body and "noindex" in body
    assert answer.headers["Cache-Control"] == "no-store" and "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer" and "r-1" not in body and "ld+json" not in body
    assert html.fromstring(body).xpath("//img/@src") == [f"{path}/pictures/{name}-small.webp"]
    for file, begins in (("/files/lv.pdf", b"%PDF"), ("/files/lv.docx", b"PK"), (f"/pictures/{name}.jpg", b"\xff\xd8")):
        got = ask(office, path + file)
        assert got.status_code == 200 and got.get_data().startswith(begins) and got.headers["Cache-Control"] == "no-store"
    for other in ("/prese", "/prese/feed/lv.rss", "/prese/sitemap.xml"):
        assert TOLD.headline not in text(office, other) and "/t/" not in text(office, other)
    office.clock.step(2 * HOUR)
    assert ask(office, path).location == ONE
    assert link(office) == ""


@pytest.mark.parametrize("facts", [{"approved_at": None}, {"withdrawn_at": True}, {"published_at": None, "embargo_until": None}])
def test_a_link_that_has_ended_opens_nothing(office: Office, facts: dict[str, object]) -> None:
    put(office, published_at=None, embargo_until=office.clock.now() + 2 * HOUR)
    path = link(office)
    assert ask(office, path).status_code == 200 and ask(office, path[:-1] + "!").status_code == 404
    change(office, **{name: office.clock.now() if value is True else value for name, value in facts.items()})
    office.clock.step(2 * HOUR)
    for file in ("", "/files/lv.pdf", "/pictures/x.jpg"):
        assert ask(office, path + file).status_code == 404, file


def form(office: Office) -> str:
    [token] = html.fromstring(text(office, NEW)).xpath("//input[@name='token']/@value")
    return str(token)


def test_from_the_form_to_the_mail_to_the_way_out(office: Office) -> None:
    answer = press(office, NEW, token=form(office), mail="Redakcija@example.org", language="en")
    assert answer.status_code == 303 and "Set-Cookie" not in answer.headers
    assert "Pārbaudiet savu e-pastu" in text(office, answer.location)
    assert asking.tick(office.app) == 1, [one.mail_state for one in subscribers(office)]
    [mail] = (office.app.settings.folder / "mail").glob("*.eml")
    [token] = set(re.findall(r"/prese/subscription/ask/([\w-]{43})", mail.read_text().replace("=\n", "")))
    path = f"/prese/subscription/ask/{token}"
    for _ in range(2):
        assert "Was it you?" in text(office, path)  # whatever looks at the link, nothing changes
    assert [one.state for one in subscribers(office)] == ["asked"]
    done = press(office, path).get_data(as_text=True)
    assert "r***@example.org" in done and "edakcija@" not in done and [one.state for one in subscribers(office)] == ["confirmed"]
    [out] = html.fromstring(done).xpath("//main//a[contains(@href, '/prese/subscription/')]/@href")
    assert "Stop sending releases?" in text(office, out) and subscribers(office)[0].state == "confirmed"
    assert "We will not send releases any more" in press(office, f"{out}?lang=en").get_data(as_text=True)
    assert [(one.state, one.mail) for one in subscribers(office)] == [("left", "#1")]
    assert ask(office, path).status_code == 404


def test_whether_an_address_is_known_is_told_to_nobody(office: Office) -> None:
    subscriber(office, "confirmed")
    told = []
    for mail in ("redakcija@example.org", "cita@example.org"):
        answer = press(office, NEW, token=form(office), mail=mail, language="lv")
        told.append((answer.status_code, answer.location, answer.get_data()))
    assert told[0] == told[1] and [one.state for one in subscribers(office)] == ["confirmed", "asked"]


@pytest.mark.parametrize(
    ("data", "status"), [({"mail": "redakcija"}, 422), ({"mail": ""}, 422), ({"token": "x"}, 400), ({"homepage": "http://spam.example"}, 303), ({"language": "xx"}, 303)]
)
def test_what_is_no_question_asks_nobody(office: Office, data: dict[str, str], status: int) -> None:
    answer = press(office, NEW, **{"token": form(office), "mail": "a@example.org", "language": "lv", **data})
    assert answer.status_code == status
    assert [one.language for one in subscribers(office)] == (["lv"] if "language" in data else [])
    if status == 422 and data["mail"]:
        assert 'value="redakcija"' in answer.get_data(as_text=True)


def test_hammering_is_slowed(office: Office) -> None:
    token = form(office)
    answers = [press(office, NEW, token=token, mail="a@example.org", language="lv") for _ in range(7)]
    assert [one.status_code for one in answers][:5] == [303] * 5 and answers[-1].status_code == 429
    assert "pārāk bieži" in answers[-1].get_data(as_text=True) and len(subscribers(office)) == 1


@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {}])
def test_one_click_leaves_without_a_cookie(office: Office, body: dict[str, str]) -> None:
    path = f"/prese/subscription/{leaving(office, subscriber(office, 'confirmed'))}"
    for _ in range(2):
        answer = press(office, path, **body)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert subscribers(office)[0].state == "left"
    assert press(office, path[:-1] + "!", **body).status_code == 404


def test_the_office_sees_what_is_out_and_who_gets_it(office: Office) -> None:
    visitor = office.as_role("comms")
    assert "Preses telpā vēl nekā nav" in visitor.text("/press/public") and "Neviens vēl nav pieteicies" in visitor.text("/press/subscribers")
    put(office)
    put(office, embargo_until=office.clock.now() + HOUR)
    subscriber(office, "confirmed")
    subscriber(office, mail="cita@example.org", token_hash=None)
    page = visitor.text("/press/public")
    assert "/prese/r-1" in page and "/prese/r-2" not in page and "gaida embargo beigas" in page and "saņem 1 cilvēks" in page
    assert "/press/public" in visitor.text("/press/releases") and "/prese/r-1" in visitor.text("/press/releases/1")
    assert "/press/releases/2/link" in visitor.text("/press/releases/2") and "/link" not in visitor.text("/press/releases/1")
    page = visitor.text("/press/subscribers")
    assert "r***@example.org" in page and "redakcija@" not in page and "vēstule izsūtīta" in page
    visitor.post("/press/subscribers/1/remove")
    assert visitor.post("/press/subscribers/1/remove").status_code == 404 and subscribers(office)[0].state == "left"
    assert "r***@" not in visitor.text("/press/subscribers") and visitor.get("/press/releases/9/link").status_code == 404


def test_an_unknown_question_opens_nothing(office: Office) -> None:
    subscriber(office, asked_at=office.clock.now() - timedelta(days=7))
    for path in (f"/prese/subscription/ask/{TOKEN}", "/prese/subscription/ask/x", "/prese/subscription/x"):
        assert ask(office, path).status_code == 404 and press(office, path).status_code == 404
