"""Campaigns on the screen: lists, one, the form, its note, its picture, and what a partner sees."""

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import event

from campaigns.models import Campaign
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office

FORM = {"name": "Ziemassvētku vizītes", "starts_on": "2026-12-01", "ends_on": "2026-12-31", "language": "en",
        "goal": "20 sarunas", "municipalities": ["Balvu novads", "Rēzekne"], "note": "Rinda\n\nOtra <b>"}  # fmt: skip


def png(size: tuple[int, int] = (60, 40)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#246").save(made, "PNG")
    return made.getvalue()


def test_empty_lists_teach_the_next_step(office: Office) -> None:
    page = office.as_role("comms").text("/campaigns")
    assert "Šobrīd neviena kampaņa nenotiek." in page
    assert "/campaigns/new" in page
    assert "/campaigns/new" not in office.as_role("reader").text("/campaigns?period=past")
    assert office.as_role("comms").get("/campaigns?period=never").status_code == 404


def test_campaigns_stand_in_their_period(office: Office) -> None:
    planning.campaign(office, "Tagad")
    planning.campaign(office, "Bez beigām", ends_on=None)
    planning.campaign(office, "Vēlāk", starts_on=date(2026, 12, 24), ends_on=None)
    planning.campaign(office, "Agrāk", starts_on=date(2026, 9, 1), ends_on=date(2026, 11, 22))
    visitor = office.as_role("reader")
    shown = {
        period: [name for name in ("Tagad", "Bez beigām", "Vēlāk", "Agrāk") if name in visitor.text(f"/campaigns?period={period}")]
        for period in ("current", "coming", "past")
    }
    assert shown == {"current": ["Tagad", "Bez beigām"], "coming": ["Vēlāk"], "past": ["Agrāk"]}


@pytest.mark.parametrize(("period", "starts"), [("current", date(2026, 11, 1)), ("coming", date(2026, 12, 1))])
def test_long_lists_go_on_without_a_gap(office: Office, period: str, starts: date) -> None:
    for number in range(60):
        planning.campaign(office, f"K-{number:02}", starts_on=starts + timedelta(days=number // 3 % 5), ends_on=None)
    visitor = office.as_role("comms")
    first = visitor.text(f"/campaigns?period={period}")
    before = first.split("before=")[1].split('"')[0]
    second = visitor.text(f"/campaigns?period={period}&before={before}")
    names = [{f"K-{number:02}" for number in range(60) if f">K-{number:02}<" in page} for page in (first, second)]
    assert [len(one) for one in names] == [50, 10]
    assert len(names[0] | names[1]) == 60


def test_a_campaign_is_made_changed_and_written_down(office: Office) -> None:
    visitor = office.as_role("comms")
    made = visitor.post("/campaigns/new", FORM)
    assert (made.status_code, made.location) == (303, "/campaigns/1")
    page = visitor.text("/campaigns/1")
    assert "Ziemassvētku vizītes" in page
    assert "<p>Rinda</p><p>Otra &lt;b&gt;</p>" in page
    assert "Balvu novads, Rēzekne" in page
    form = visitor.text("/campaigns/1/edit")
    assert 'value="Balvu novads" checked' in form
    assert "Rinda\n\nOtra &lt;b&gt;</textarea>" in form
    assert visitor.post("/campaigns/1/edit", {**FORM, "name": "Citādi", "ends_on": ""}).status_code == 303
    assert "Citādi" in visitor.text("/campaigns/1")
    assert planning.deeds(office) == [("add", "campaign", 1), ("change", "campaign", 1)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Šis lauks jāaizpilda."),
        ({"starts_on": "rīt"}, "Datumu raksta kā"),
        ({"starts_on": ""}, "Šis lauks jāaizpilda."),
        ({"ends_on": "2026-11-01"}, "Kampaņa nevar beigties"),
        ({"language": "xx"}, "Izvēlieties kādu"),
        ({"municipalities": ["Rīga"]}, "Izvēlieties kādu"),
        ({"goal": "x" * 2001}, "ietilpst ne vairāk kā"),
    ],
)
@pytest.mark.parametrize("path", ["/campaigns/new", "/campaigns/1/edit"])
def test_a_wrong_form_loses_nothing(office: Office, path: str, wrong: dict[str, object], said: str) -> None:
    planning.campaign(office, "Senā")
    answer = office.as_role("comms").post(path, {**FORM, **wrong})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert 'aria-invalid="true"' in page or "wrong" in page
    assert "Rinda" in page
    with office.app.store.reading() as session:
        assert [row.name for row in session.query(Campaign)] == ["Senā"]


def test_what_people_write_is_text_and_what_is_html_is_clean(office: Office) -> None:
    visitor = office.as_role("comms")
    evil = "<script>alert(1)</script>"
    visitor.post("/campaigns/new", {**FORM, "name": evil, "goal": evil, "note": f'<p onclick="x()">Labi</p>{evil}<a href="javascript:x()">y</a>'})
    for path in ("/campaigns?period=coming", "/campaigns/1", "/campaigns/1/edit", "/calendar?day=2026-12-02"):
        page = visitor.text(path)
        assert "<script>alert" not in page, path
        assert "javascript:" not in page, path
        assert "onclick" not in page, path
    assert "<p>Labi</p>" in visitor.text("/campaigns/1")


def test_partners_see_their_place_alone(office: Office) -> None:
    planning.campaign(office, "Krāslavā", "Krāslavas novads")
    planning.campaign(office, "Balvos", "Balvu novads", "Rēzekne")
    planning.campaign(office, "Nekur")
    kraslava = planning.partner(office, "Krāslavas novads")
    page = kraslava.text("/campaigns")
    assert ("Krāslavā" in page, "Balvos" in page, "Nekur" in page) == (True, False, False)
    assert [kraslava.get(f"/campaigns/{number}").status_code for number in (1, 2, 3, 99)] == [200, 404, 404, 404]


def test_a_partner_without_a_place_sees_nothing(office: Office) -> None:
    planning.campaign(office, "Nekur")
    visitor = office.as_role("partner")
    assert "Nekur" not in visitor.text("/campaigns")
    assert visitor.get("/campaigns/1").status_code == 404


def test_a_partner_is_led_to_no_wall(office: Office, tmp_path: Path) -> None:
    number = planning.campaign(office, "Balvos", "Balvu novads")
    planning.delivery(office, planning.post(office, number), planning.channel(office, tmp_path))
    page = planning.partner(office, "Balvu novads").text(f"/campaigns/{number}")
    assert "Vietas vēl ir" in page
    for wall in ("/posts/", "/deliveries/", "/edit", "/picture"):
        assert f'href="{wall}' not in page
        assert f'action="/campaigns/{number}/picture' not in page


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/campaigns", {"administrator", "comms", "coordinator", "reader", "partner"}),
        ("GET", "/campaigns/1", {"administrator", "comms", "coordinator", "reader"}),  # the partner's is another place
        ("GET", "/campaigns/new", {"administrator", "comms"}),
        ("POST", "/campaigns/new", {"administrator", "comms"}),
        ("GET", "/campaigns/1/edit", {"administrator", "comms"}),
        ("POST", "/campaigns/1/edit", {"administrator", "comms"}),
        ("POST", "/campaigns/1/picture", {"administrator", "comms"}),
    ],
)
def test_walls(office: Office, method: str, path: str, allowed: set[str]) -> None:
    planning.campaign(office)
    let_in = set()
    for role in planning.WALLS:
        visitor = office.as_role(role, "Balvu novads" if role == "partner" else None)
        answer = visitor.get(path) if method == "GET" else visitor.post(path, {})
        if answer.status_code not in {403, 404}:
            let_in.add(role)
    assert let_in == allowed


def test_a_picture_is_given_replaced_shown_and_taken_away(office: Office) -> None:
    number = planning.campaign(office, "Balvos", "Balvu novads")
    visitor = office.as_role("comms")
    path = f"/campaigns/{number}/picture"
    answer = visitor.post(path, {"file": (io.BytesIO(png()), "../../x.svg"), "alt": 'Ezers "ziemā"'})
    assert answer.status_code == 303
    page = visitor.text(f"/campaigns/{number}")
    assert "Ezers &#34;ziemā&#34;" in page
    name = page.split("/media/")[1].split('"')[0]
    shown = visitor.get(f"/media/{name}")
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert planning.partner(office, "Balvu novads").get(f"/media/{name}").status_code == 200
    assert planning.partner(office, "Krāslavas novads").get(f"/media/{name}").status_code == 404
    assert visitor.post(path, {"action": "remove"}).status_code == 303
    assert visitor.get(f"/media/{name}").status_code == 404
    assert planning.deeds(office)[-2:] == [("picture", "campaign", number), ("picture_off", "campaign", number)]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"alt": "x"}, "Izvēlieties datni."),
        ({"file": (b"", ""), "alt": "x"}, "Izvēlieties datni."),
        ({"file": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "x.png"), "alt": "x"}, "nav JPEG, PNG"),
        ({"file": (png()[:50], "x.png"), "alt": "x"}, "bojāta"),
        ({"file": (png(), "x.png"), "alt": ""}, "Šis lauks jāaizpilda."),
        ({"file": (png(), "x.png"), "alt": "x" * 301}, "ietilpst ne vairāk kā"),
    ],
)
def test_a_picture_that_will_not_do(office: Office, sent: dict[str, object], said: str) -> None:
    planning.campaign(office)
    data = {name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value for name, value in sent.items()}
    answer = office.as_role("comms").post("/campaigns/1/picture", data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert not (office.app.settings.folder / "media").exists() or not list((office.app.settings.folder / "media").iterdir())


def test_a_file_over_the_cap_is_refused(office: Office) -> None:
    planning.campaign(office)
    visitor, size = office.as_role("comms"), office.app.settings.web.upload_bytes + 1
    answer = visitor.client.post(
        "/campaigns/1/picture", base_url="http://127.0.0.1:8000", input_stream=io.BytesIO(b"\0" * size),
        content_type="multipart/form-data; boundary=x", content_length=size, headers={"X-CSRF-Token": visitor.csrf()},
    )  # fmt: skip
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["../outreach.db", "..%2foutreach.db", "%2e%2e/outreach.db", "x.webp", "a" * 64 + ".webp", "a" * 64 + ".svg"])
def test_nothing_else_is_served(office: Office, name: str) -> None:
    assert office.as_role("comms").get(f"/media/{name}").status_code == 404


def test_strangers_are_shown_the_door(office: Office) -> None:
    for path in ("/campaigns", "/media/" + "a" * 64 + ".webp", "/calendar", "/deliveries"):
        assert office.client.get(path, base_url="http://127.0.0.1:8000").status_code == 303


def test_few_questions_however_much_there_is(office: Office, tmp_path: Path) -> None:
    for number in range(12):
        one = planning.campaign(office, f"K{number}")
        for _ in range(4):
            planning.delivery(office, planning.post(office, one), planning.channel(office, tmp_path, f"M{number}{_}"))
    visitor = office.as_role("comms")
    asked: list[object] = []

    def note(*told: object) -> None:
        asked.append(told[2])

    event.listen(office.app.store.engine, "before_cursor_execute", note)
    for path in ("/campaigns", "/campaigns/1", "/posts/1", "/deliveries", "/deliveries?status=scheduled", "/deliveries/1", "/calendar", "/calendar?view=month"):
        asked.clear()
        visitor.text(path)
        assert 0 < len(asked) <= 12, (path, asked)
    event.remove(office.app.store.engine, "before_cursor_execute", note)
