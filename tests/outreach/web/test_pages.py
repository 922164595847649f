"""Pages: what strangers and the office see, the manners of every answer, and nothing twice."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from campaigns import dispatch, editing
from campaigns.models import Click, Link
from outreach.tracker.models import Inquiry
from tests.outreach.web.conftest import PAGE, Office

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def planted(office: Office, target: str) -> str:
    """A scheduled post's tracked code."""
    now = office.clock.now()
    with office.app.store.transaction() as session:
        channel = dispatch.add_channel(session, "mape", "folder", {"folder": str(office.app.settings.folder / "out")})
        campaign = editing.campaign_named(session, now, "MĀJAS", now.date())
        post = editing.write(session, now, campaign, language="lv", title="Aicinājums", text="x", target_url=target)
        editing.approve(session, now, post.id)
        dispatch.schedule(session, now, post.id, channel.id, now + timedelta(hours=2))
        return session.scalars(select(Link.code)).one()


def token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def asked(office: Office) -> list[Inquiry]:
    with office.app.store.reading() as session:
        return list(session.scalars(select(Inquiry)))


def test_the_start_page_shows_the_three_journeys_and_where_mail_goes(office: Office) -> None:
    planted(office, "https://paps.lv/")
    officer = office.as_role("comms")
    page = officer.text("/")
    assert '<html lang="lv"' in page
    assert str(office.app.settings.folder / "mail") in page
    assert "Aicinājums" in page
    assert "Ko šodien publicējam" in page
    assert "What goes out today" in officer.text("/?lang=en")


def test_a_tracked_link_leads_on_and_counts_without_a_trace(office: Office) -> None:
    code = planted(office, f"{PAGE}/jautajums")
    answer = office.client.get(f"/k/{code}", base_url=PAGE, headers={"User-Agent": BROWSER})
    assert (answer.status_code, answer.location) == (302, f"{PAGE}/jautajums?k={code}")
    assert "Set-Cookie" not in answer.headers
    assert office.client.head(f"/k/{code}", base_url=PAGE).status_code == 302  # a preview is no reader
    with office.app.store.reading() as session:
        assert session.scalar(select(func.count(Click.id)).where(Click.kind == "person")) == 1
        assert {column.name for column in Click.__table__.columns} == {"id", "link_id", "clicked_at", "kind", "mark"}


@pytest.mark.parametrize("code", ["abcdefg", "'--", "x" * 200, "%00"])
def test_an_unknown_link_is_the_inquiry_form(office: Office, code: str) -> None:
    answer = office.client.get(f"/k/{code}", base_url=PAGE)
    assert answer.status_code == 404
    assert "/jautajums" in answer.get_data(as_text=True)


def test_the_same_form_sent_twice_is_one_inquiry_linked_to_its_post(office: Office) -> None:
    from outreach.tracker import jobs, queries

    code = planted(office, f"{PAGE}/jautajums")
    office.client.get(f"/k/{code}", base_url=PAGE)
    form = office.client.get(f"/jautajums?k={code}", base_url=PAGE).get_data(as_text=True)
    fields = {"token": token(form), "code": code, "contact": "kanarija@example.org", "country": "IE", "topic": "school", "text": "Sveiki!"}
    for _ in range(2):
        answer = office.client.post("/jautajums", base_url=PAGE, data=fields)
        assert answer.status_code == 303
        assert "kanarija" not in (answer.location or "")
    assert len(asked(office)) == 1
    office.clock.step(timedelta(minutes=1))
    jobs.link_new(office.app)
    with office.app.store.reading() as session:
        [seen] = queries.latest(session, 5)
    assert (seen.rule, seen.country, seen.topic) == ("link", "IE", "school")
    start = office.as_role("comms").text("/")
    assert "Aicinājums" in start
    assert "kanarija" not in start
    assert b"kanarija" not in b"".join(path.read_bytes() for path in office.app.settings.folder.glob("outreach.db*"))


def test_a_field_that_people_do_not_see_is_no_inquiry_and_nothing_is_lost(office: Office) -> None:
    form = {"token": token(office.get("/jautajums").get_data(as_text=True)), "contact": "anna@example.org", "text": "Par darbu"}  # type: ignore[attr-defined]
    answer = office.client.post("/jautajums", base_url=PAGE, data={**form, "homepage": "https://spam.example"})
    assert answer.status_code == 400 and "Jautājums vēl nav nosūtīts" in answer.get_data(as_text=True) and "Par darbu" in answer.get_data(as_text=True)
    assert asked(office) == []
    assert office.client.post("/jautajums", base_url=PAGE, data={**form, "homepage": ""}).status_code == 303
    assert len(asked(office)) == 1


def test_a_flood_from_one_address_waits_and_another_does_not(office: Office) -> None:
    def send(number: int, where: str = "192.0.2.7") -> int:
        form = {"token": token(office.get("/jautajums").get_data(as_text=True)), "contact": f"kads{number}@example.org"}  # type: ignore[attr-defined]
        return office.client.post("/jautajums", base_url=PAGE, data=form, environ_base={"REMOTE_ADDR": where}).status_code

    assert [send(number) for number in range(31)] == [303] * 30 + [429]
    assert send(40, "192.0.2.8") == 303
    office.clock.step(timedelta(hours=2))
    assert send(41) == 303
    assert len(asked(office)) == 32


def test_a_form_without_contact_or_gone_stale_loses_nothing(office: Office) -> None:
    form = office.client.get("/jautajums?lang=en", base_url=PAGE).get_data(as_text=True)
    answer = office.client.post("/jautajums?lang=en", base_url=PAGE, data={"token": token(form), "text": "Long question <b>"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Long question &lt;b&gt;" in page
    assert "so that we can answer" in page
    answer = office.client.post("/jautajums", base_url=PAGE, data={"token": "made-up", "contact": "a@example.org", "text": "Vēl šeit"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Vēl šeit" in page
    assert asked(office) == []
    assert office.client.post("/jautajums", base_url=PAGE, data={"token": token(page), "contact": "a@example.org", "text": "Vēl šeit"}).status_code == 303
    assert len(asked(office)) == 1


def test_a_form_from_another_site_is_refused(office: Office) -> None:
    form = office.client.get("/jautajums", base_url=PAGE).get_data(as_text=True)
    answer = office.client.post("/jautajums", base_url=PAGE, data={"token": token(form), "contact": "a@example.org"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert asked(office) == []


@pytest.mark.parametrize("path", ["/", "/jautajums", "/paldies", "/healthz", "/readyz", "/nowhere", "/k/abcdefg", "/static/mark.svg"])
def test_every_answer_has_its_manners(office: Office, path: str) -> None:
    answer = office.client.get(path, base_url=PAGE)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    body = answer.get_data(as_text=True)
    answer.close()
    assert not re.search(r"<script| style=| on\w+=", body)
    assert not re.findall(r'(?:src|href)="https?://(?!127\.0\.0\.1)', body)


def test_a_stranger_is_led_to_the_door_and_a_forged_host_nowhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    from outreach import wiring
    from outreach.web.app import make
    from tests.support.offices import told_in

    told = told_in(tmp_path_factory.mktemp("office"), web={"public_url": "https://birojs.example.org"})
    with wiring.open_app(told, create=True) as app:
        client = make(app).test_client()
        for base in (PAGE, "https://birojs.example.org"):
            answer = client.get("/", base_url=base)
            assert (answer.status_code, answer.location) == (303, "/sign-in")
            assert client.get("/jautajums", base_url=base).status_code == 200
        deeper = client.get("/mentions?period=7", base_url=PAGE)
        assert (deeper.status_code, deeper.location) == (303, "/sign-in?next=/mentions?period%3D7")
        assert client.get("/", base_url=PAGE, headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 303
        assert client.get("/jautajums", base_url="https://forged.example").status_code == 400


def test_strangers_are_greeted_in_their_language(office: Office) -> None:
    assert '<html lang="en"' in office.client.get("/jautajums", base_url=PAGE, headers={"Accept-Language": "en-GB,en;q=0.9"}).get_data(as_text=True)
    assert '<html lang="lv"' in office.client.get("/jautajums", base_url=PAGE, headers={"Accept-Language": "fi"}).get_data(as_text=True)


def test_an_error_is_a_page_with_a_number_and_no_trace(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("scrapers.news.overview", break_)
    answer = office.as_role("comms").get("/")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "secret detail" not in page
    assert re.search(r"\b[0-9a-f]{8}\b", page)
