"""The office's pictures on the screen: rights, consents, where they are used, and what a stranger may see of them."""

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image

from campaigns import consents
from campaigns.models import Picture, Post, PostPicture
from tests.outreach.web import planning
from tests.outreach.web.conftest import PAGE, Office

FORM = {"alt": "Ezers ziemā", "rights": "Birojs"}
AGREED = {"of_people": True, "consent_from": date(2026, 11, 1)}


def rows(office: Office) -> list[Picture]:
    with office.app.store.reading() as session:
        return list(session.query(Picture).order_by(Picture.id))


def of_post(office: Office, post_id: int = 1) -> list[tuple[int, str]]:
    with office.app.store.reading() as session:
        found = session.query(PostPicture).filter_by(post_id=post_id).order_by(PostPicture.position)
        return [(one.picture_id, one.alt) for one in found]


def test_a_picture_is_brought_described_and_changed(office: Office) -> None:
    visitor = office.as_role("comms")
    assert "Attēlu vēl nav." in visitor.text("/media")
    answer = visitor.post("/media", {"file": (io.BytesIO(planning.png()), "a.png"), **FORM, "of_people": "1", "consent_from": "2026-11-01"})
    assert answer.location == "/media/pictures/1"
    page = visitor.text("/media/pictures/1")
    assert "Ezers ziemā" in page and "piekrišana ir spēkā" in page and "Vēl nav izmantots" in page
    assert "piekrišana ir spēkā" in visitor.text("/media")
    visitor.post("/media/pictures/1", {"alt": "Upe", "rights": "J. Bērziņš", "of_people": "1", "consent_from": "2026-11-01", "consent_until": "2026-11-22"})
    assert "piekrišana beigusies" in visitor.text("/media/pictures/1")
    assert (rows(office)[0].alt, rows(office)[0].rights) == ("Upe", "J. Bērziņš")
    assert planning.deeds(office) == [("add", "picture", 1), ("change", "picture", 1)]
    assert visitor.get("/media/pictures/9").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"file": None}, "Izvēlieties datni."), ({"alt": ""}, "Šis lauks jāaizpilda."), ({"rights": " "}, "Šis lauks jāaizpilda."),
        ({"of_people": "1", "consent_until": "2026-12-01"}, "Piekrišanai vajag sākumu"),
        ({"of_people": "1", "consent_from": "2026-12-01", "consent_until": "2026-11-01"}, "Piekrišanai vajag sākumu"),
        ({"file": b"<svg/>"}, "nav JPEG, PNG"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_kept(office: Office, wrong: dict[str, object], said: str) -> None:
    told = {"file": planning.png(), **FORM, **wrong}
    raw = told.pop("file")
    sent = {**told, **({"file": (io.BytesIO(raw), "x.png")} if isinstance(raw, bytes) else {})}
    answer = office.as_role("comms").post("/media", sent, content_type="multipart/form-data")
    assert (answer.status_code, said in answer.get_data(as_text=True)) == (422, True)
    assert rows(office) == []


def test_a_withdrawn_consent_takes_posts_off_the_calendar_and_the_picture_out_of_choice(office: Office, tmp_path: Path) -> None:
    number = planning.picture(office, **AGREED)
    post = planning.post(office, planning.campaign(office))
    planning.with_picture(office, post, number)
    planned = planning.delivery(office, post, planning.channel(office, tmp_path))
    visitor = office.as_role("comms")
    assert "Vietas vēl ir" in visitor.text(f"/media/pictures/{number}")
    visitor.post(f"/media/pictures/{number}/withdraw")
    assert planning.status(office, planned) == "cancelled"
    page = visitor.text(f"/media/pictures/{number}")
    assert "No plāna noņemts 1 sūtījums." in page and "piekrišana atsaukta" in page and "tagad ierakstam izvēlēties nevar" in page
    assert "piekrišanu ir atsaucis" in visitor.text(f"/deliveries/{planned}")
    assert visitor.get(f"/media/pictures/{number}/jpeg").status_code == 404
    other = planning.post(office, 1, "Cits")
    refused = visitor.post(f"/posts/{other}/pictures", {"do": "add", "picture_id": number, "alt": "Cilvēks"})
    assert refused.status_code == 422 and "nav spēkā esošas piekrišanas" in refused.get_data(as_text=True)
    assert of_post(office, other) == []


def test_pictures_are_chosen_ordered_worded_and_dropped_and_that_takes_the_approval(office: Office) -> None:
    first, second = planning.picture(office), planning.picture(office, "#642", alt="Upe")
    planning.post(office, planning.campaign(office))
    visitor = office.as_role("comms")
    assert "izvēlēties" in visitor.text("/posts/1").lower()
    for number in (first, second):
        assert visitor.post("/posts/1/pictures", {"do": "add", "picture_id": number, "alt": f"Attēls {number}"}).status_code == 303
    assert of_post(office) == [(first, "Attēls 1"), (second, "Attēls 2")]
    assert "Attēls 1" in visitor.text("/posts/1/pictures")
    with office.app.store.reading() as session:
        assert session.get_one(Post, 1).approved_at is None
    visitor.post("/posts/1/pictures", {"do": "save", f"place-{second}": 1, f"place-{first}": 2, f"alt-{second}": "Upe pavasarī"})
    assert of_post(office) == [(second, "Upe pavasarī"), (first, "Attēls 1")]
    refused = visitor.post("/posts/1/pictures", {"do": "save", f"alt-{first}": " "})
    assert refused.status_code == 422 and "Trūkst attēla apraksta." in refused.get_data(as_text=True)
    visitor.post("/posts/1/pictures", {"do": "save", f"drop-{second}": "1"})
    assert of_post(office) == [(first, "Attēls 1")]
    visitor.post("/posts/1/pictures", {"do": "upload", "file": (io.BytesIO(planning.png("#fff")), "a.png"), "alt": "Sniegs", "rights": "Birojs"})
    assert of_post(office) == [(first, "Attēls 1"), (3, "Sniegs")]
    assert visitor.post("/posts/1/pictures", {"do": "add", "picture_id": "99", "alt": "x"}).status_code == 422


def test_pictures_of_what_is_out_stay(office: Office, tmp_path: Path) -> None:
    post = planning.post(office, planning.campaign(office))
    planning.delivery(office, post, planning.channel(office, tmp_path), status="published")
    visitor = office.as_role("comms")
    answer = visitor.post(f"/posts/{post}/pictures", {"do": "add", "picture_id": planning.picture(office), "alt": "x"})
    assert answer.status_code == 422 and "jau ir publicēts" in answer.get_data(as_text=True)
    assert f"/posts/{post}/pictures" not in visitor.text(f"/posts/{post}")


def test_a_campaign_s_picture_of_the_library_outlives_the_campaign_s_choice(office: Office) -> None:
    number = planning.picture(office)
    planning.campaign(office)
    visitor = office.as_role("comms")
    visitor.post("/campaigns/1/picture", {"file": (io.BytesIO(planning.png()), "a.png"), "alt": "Ezers"})
    visitor.post("/campaigns/1/picture", {"action": "remove"})
    assert visitor.get(f"/media/{planning.picture_name(office, number)}").status_code == 200


def test_a_stranger_sees_pictures_of_what_is_out_or_about_to_go_and_no_other(office: Office, tmp_path: Path) -> None:
    number = planning.picture(office, **AGREED)
    post = planning.post(office, planning.campaign(office))
    planning.with_picture(office, post, number)
    name = planning.picture_name(office, number).removesuffix(".webp")

    def seen(of: str) -> int:
        return office.client.get(f"/p/{of}", base_url=PAGE).status_code

    assert seen(f"{name}.jpg") == 404
    planning.delivery(office, post, planning.channel(office, tmp_path), office.clock.now() + timedelta(hours=2))
    assert seen(f"{name}.jpg") == 404
    office.clock.step(timedelta(hours=1, minutes=1))
    answer = office.client.get(f"/p/{name}.jpg", base_url=PAGE)
    assert (answer.status_code, answer.mimetype, answer.data[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert seen(f"{name}-1080x1350.jpg") == 200
    assert [seen(of) for of in (f"{name}-2000x2000.jpg", f"{name}.webp", "x.jpg", f"{'a' * 64}.jpg")] == [404] * 4
    with office.app.store.transaction() as session:
        consents.withdraw(session, office.clock.now(), number)
    assert seen(f"{name}.jpg") == 404


def test_what_a_crop_keeps_is_set_by_two_numbers(office: Office) -> None:
    number = planning.picture(office)
    visitor = office.as_role("comms")
    name = planning.picture_name(office, number)
    assert f"/media/crop/{name}/1080x1350?x=50&amp;y=50" in visitor.text(f"/media/pictures/{number}")
    assert visitor.post(f"/media/pictures/{number}/focus", {"focus_x": "30", "focus_y": "0"}).status_code == 303
    page = visitor.text(f"/media/pictures/{number}")
    assert f"/media/crop/{name}/1080x1350?x=30&amp;y=0" in page and "Saglabāts" in page
    assert planning.deeds(office) == [("change", "picture", number)]
    for wrong in ({"focus_x": "101", "focus_y": "1"}, {"focus_x": "x", "focus_y": "1"}, {"focus_x": "1"}):
        assert visitor.post(f"/media/pictures/{number}/focus", wrong).status_code == 422
    assert (rows(office)[0].focus_x, rows(office)[0].focus_y) == (30, 0)
    assert visitor.post("/media/pictures/9/focus", {"focus_x": "1", "focus_y": "1"}).status_code == 404
    reader = office.as_role("reader")
    assert "data-aim" not in reader.text(f"/media/pictures/{number}")
    assert reader.post(f"/media/pictures/{number}/focus", {"focus_x": "1", "focus_y": "1"}).status_code == 403


def test_a_stranger_s_crop_follows_the_focus_whatever_name_it_is_asked_by(office: Office, tmp_path: Path) -> None:
    given = io.BytesIO()
    picture = Image.new("RGB", (160, 90), "white")
    picture.paste("black", (140, 0, 160, 90))
    picture.save(given, "PNG")
    visitor = office.as_role("comms")
    visitor.post("/media", {"file": (io.BytesIO(given.getvalue()), "a.png"), **FORM})
    post = planning.post(office, planning.campaign(office))
    planning.with_picture(office, post, 1)
    planning.delivery(office, post, planning.channel(office, tmp_path), office.clock.now())
    name = planning.picture_name(office, 1).removesuffix(".webp")

    def dark(of: str) -> bool:
        answer = office.client.get(f"/p/{name}{of}.jpg", base_url=PAGE)
        assert answer.status_code == 200
        return min(Image.open(io.BytesIO(answer.data)).convert("L").tobytes()) < 100

    assert not dark("-1080x1350")
    visitor.post("/media/pictures/1/focus", {"focus_x": "95", "focus_y": "50"})
    assert dark("-1080x1350-at95-50") and dark("-1080x1350") and dark("-1080x1350-at1-1")
    assert office.client.get(f"/p/{name}-at95-50.jpg", base_url=PAGE).status_code == 404


def test_who_may_do_what(office: Office) -> None:
    planning.picture(office, **AGREED)
    planning.post(office, planning.campaign(office))
    may = {}
    for role in planning.WALLS:
        visitor = office.as_role(role, "Balvu novads" if role == "partner" else None)
        asked = [visitor.get(path) for path in ("/media", "/media/pictures/1", "/media/pictures/1/jpeg", "/posts/1/pictures")]
        asked += [visitor.post(path, {}) for path in ("/media", "/media/pictures/1", "/posts/1/pictures")]
        may[role] = [answer.status_code != 403 for answer in asked]
    assert may == {
        "administrator": [True] * 7, "comms": [True] * 7, "partner": [False] * 7,
        "coordinator": [True, True, True, False, False, False, False], "reader": [True, True, True, False, False, False, False],
    }  # fmt: skip
