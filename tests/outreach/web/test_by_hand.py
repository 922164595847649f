"""What a person posts, what is in doubt, what has a window, and what is held back: as the pages say it."""

from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html

from campaigns import dispatch, history
from campaigns.claiming import ABSENT
from campaigns.models import Campaign, ChannelRow, Delivery, DeliveryEvent
from outreach import waiting
from outreach.wiring import jobs
from tests.benchmarks.replay import listening
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office


def publish(office: Office) -> None:
    next(job for job in jobs() if job.name == "publish").run(office.app)


def due_by_hand(office: Office) -> int:
    post = planning.post(office, planning.campaign(office))
    planning.with_picture(office, post, planning.picture(office))
    made = planning.delivery(office, post, planning.by_hand(office), office.clock.now() + timedelta(minutes=5))
    office.clock.step(timedelta(minutes=6))
    publish(office)
    return made


def test_what_is_posted_by_hand_shows_text_and_pictures_and_is_said_to_be_out(office: Office) -> None:
    number = due_by_hand(office)
    visitor = office.as_role("comms")
    page = html.fromstring(visitor.text(f"/deliveries/{number}"))
    [shown] = page.xpath("//section[@class='person']")
    words = shown.text_content()
    assert "Publicējiet paši: Grupa" in words and "facebook.com/groups/latgale" in words
    [text] = shown.xpath(".//code/text()")
    assert text.startswith("Nāciet: http://127.0.0.1:8000/k/") and shown.xpath(".//@data-copy") == [text]
    [file] = shown.xpath(".//a[@download]/@href")
    assert visitor.get(file).mimetype == "image/jpeg"
    assert page.xpath("//dialog//form[contains(@action, 'settle')]") == []  # it is asked once, in its place
    visitor.post(f"/deliveries/{number}/settle", {"live": "yes", "url": "https://www.facebook.com/groups/latgale/1"})
    assert planning.status(office, number) == "published"
    assert "https://www.facebook.com/groups/latgale/1" in visitor.text(f"/deliveries/{number}")


def test_what_nobody_posted_is_called_off_and_comes_up_no_more(office: Office) -> None:
    number = due_by_hand(office)
    visitor = office.as_role("comms")
    visitor.post(f"/deliveries/{number}/settle", {"live": "no"})
    assert planning.status(office, number) == "cancelled"
    assert "nav publicēts" in visitor.text(f"/deliveries/{number}")
    publish(office)
    assert planning.status(office, number) == "cancelled"


def test_a_reader_sees_what_waits_and_decides_nothing(office: Office) -> None:
    number = due_by_hand(office)
    assert html.fromstring(office.as_role("reader").text(f"/deliveries/{number}")).xpath("//main//form") == []


def test_what_is_in_doubt_says_when_it_is_looked_for_and_what_was_seen(office: Office, tmp_path: Path) -> None:
    number = planning.delivery(office, planning.post(office, planning.campaign(office)), planning.channel(office, tmp_path), status="unconfirmed")
    visitor, now = office.as_role("comms"), office.clock.now()
    with office.app.store.transaction() as session:
        row = session.get_one(Delivery, number)
        row.looks, row.look_at, row.kept = 2, now + timedelta(minutes=10), {ABSENT: (now - timedelta(minutes=1)).isoformat()}
    page = visitor.text(f"/deliveries/{number}")
    for said in ("Programma kanālā skatījās 2 reizes.", "ieraksta tur nebija", "Nākamreiz tā skatīsies"):
        assert said in page
    with office.app.store.transaction() as session:
        session.get_one(Delivery, number).look_at = None
    assert "Vairāk tā neskatīsies" in visitor.text(f"/deliveries/{number}")
    with office.app.store.transaction() as session:
        session.get_one(ChannelRow, 1).kind = "telegram"
    assert "Šajā kanālā programma ierakstu atrast nevar" in visitor.text(f"/deliveries/{number}")


def test_lateness_and_looks_stand_in_words_in_the_history(office: Office, tmp_path: Path) -> None:
    number = planning.delivery(office, planning.post(office, planning.campaign(office)), planning.channel(office, tmp_path))
    with office.app.store.transaction() as session:
        row = session.get_one(Delivery, number)
        history.write(session, office.clock.now(), number, "unconfirmed", "scheduled", "campaigns.look.absent")
        history.write(session, office.clock.now(), number, "scheduled", "sending", "campaigns.behind?minutes=12")
        row.due_at, row.published_at, row.status = office.clock.now() - timedelta(minutes=12), office.clock.now(), "published"
    page = office.as_role("comms").text(f"/deliveries/{number}")
    assert "Nosūtīts 12 min vēlāk, nekā plānots." in page and "Kanālā ieraksta nav; to nosūtīsim vēlreiz." in page
    assert "Nokavējās" in page and "12 minūtes" in page


def test_a_window_is_kept_shown_moved_and_refused(office: Office, tmp_path: Path) -> None:
    planning.post(office, planning.campaign(office))
    channel, visitor = planning.channel(office, tmp_path), office.as_role("comms")
    asked: dict[str, object] = {"channels": [str(channel)], "day": "2026-12-01", "hour": "18:30", "clock": "home"}
    answer = visitor.post("/posts/1/when", {**asked, "until": "99:99"})
    assert (answer.status_code, "Stundu raksta kā 18:30." in answer.get_data(as_text=True)) == (422, True)
    visitor.post("/posts/1/when", {**asked, "until": "20:00"})
    page = visitor.text("/deliveries/1")
    assert "Ne vēlāk kā" in page and "20:00" in page and 'value="20:00"' in page
    visitor.post("/deliveries/1/move", {"due_at": "2026-12-02T09:00", "not_after": ""})
    with office.app.store.reading() as session:
        assert session.get_one(Delivery, 1).not_after is None


def test_everything_is_held_back_for_a_reason_and_goes_on(office: Office, tmp_path: Path) -> None:
    number = planning.delivery(office, planning.post(office, planning.campaign(office)), planning.channel(office, tmp_path), office.clock.now() + timedelta(minutes=1))
    visitor = office.as_role("comms")
    assert "Uzrakstiet, kāpēc" in visitor.post("/settings/channels/hold", {"action": "pause", "reason": " ", "next": "/campaigns"}, follow_redirects=True).get_data(as_text=True)
    assert visitor.post("/settings/channels/hold", {"action": "pause", "reason": "Valstī ir <b>sēras</b>.", "next": "/campaigns"}).location == "/campaigns"
    office.clock.step(timedelta(minutes=2))
    publish(office)
    assert planning.status(office, number) == "scheduled"
    for path in ("/campaigns", "/campaigns/1", "/posts/1", "/deliveries", "/deliveries/1", "/media", "/settings/channels"):
        page = visitor.text(path)
        assert "Publicēšana ir apturēta" in page and "Valstī ir &lt;b&gt;sēras" in page, path
    assert "sēras" not in planning.partner(office, "Balvu novads").text("/campaigns")
    assert visitor.post("/settings/channels/hold", {"action": "resume", "next": "//evil.example"}).location == "/settings/channels"
    publish(office)
    assert planning.status(office, number) == "published"
    assert visitor.post("/settings/channels/hold", {"action": "burn"}).status_code == 400


def test_a_campaign_is_held_back_and_goes_on(office: Office, tmp_path: Path) -> None:
    number = planning.delivery(office, planning.post(office, planning.campaign(office)), planning.channel(office, tmp_path), office.clock.now() + timedelta(minutes=1))
    visitor = office.as_role("comms")
    visitor.post("/campaigns/1/hold", {"action": "pause"})
    for path in ("/campaigns/1", "/posts/1", f"/deliveries/{number}"):
        assert "Kampaņa ir apturēta" in visitor.text(path)
    office.clock.step(timedelta(minutes=2))
    publish(office)
    assert planning.status(office, number) == "scheduled"
    visitor.post("/campaigns/1/hold", {"action": "resume"})
    with office.app.store.reading() as session:
        assert not session.get_one(Campaign, 1).paused
    assert [visitor.post("/campaigns/1/hold", {"action": "x"}).status_code, visitor.post("/campaigns/9/hold", {"action": "pause"}).status_code] == [400, 404]


def test_channels_say_their_terms_their_account_and_their_trouble(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUTREACH_X_TOKEN", raising=False)
    with office.app.store.transaction() as session:
        dispatch.add_channel(session, "X konts", "x", {"client_id": "a", "token_env": "OUTREACH_X_TOKEN"})
        dispatch.add_channel(session, "Grupa", "manual", {"place": "draugiem.lv"})
        dispatch.add_channel(session, "Insta", "instagram", {"account_id": "1", "token_env": "OUTREACH_I_TOKEN"})
        row = session.get_one(ChannelRow, 1)
        row.account, row.ends_at, row.checked_at = "@birojs", office.clock.now() + timedelta(days=3), office.clock.now()
    visitor = office.as_role("comms")
    page = visitor.text("/settings/channels")
    for said in ("Līdz 280 punktiem, kā skaita X.", "0,20 USD par ierakstu.", "Publicē cilvēks", "1080 × 1350", "100 ierakstu 24 stundās", "@birojs", "Piekļuve der līdz"):
        assert said in page, said
    with office.app.store.reading() as session:
        found = waiting.gather(session, office.clock.now(), "comms", office.app.settings.zone)
    assert [one.kind for one in found if one.kind == "channel"] == []  # it is made anew by itself
    visitor.post("/settings/channels/1/check")
    page = visitor.text("/settings/channels")
    assert "pārbaudīts: kaut kas nav kārtībā" in page and "OUTREACH_X_TOKEN" in page and "Pārbaudē atklājās:" in page
    told = visitor.text("/attention")
    assert "X konts" in told and "kaut kas nav kārtībā" in told and "/settings/channels#channel-1" in told
    assert visitor.post("/settings/channels/9/check").status_code == 404
    with listening(office.app.store.engine) as heard:
        visitor.text("/settings/channels")
    assert len(heard.statements) <= 12


def test_the_first_kind_of_a_new_channel_is_mastodon_and_all_are_named(office: Office) -> None:
    page = office.as_role("administrator").text("/settings/channels/new")
    assert "kind_server" in page and page.index("Mastodon konts") < page.index("Bluesky konts")


def test_a_price_stands_beside_the_approval_and_every_channel_counts_its_own_way(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    post = planning.post(office, planning.campaign(office), approved=False)
    with office.app.store.transaction() as session:
        dispatch.add_channel(session, "X konts", "x", {"client_id": "a", "token_env": "OUTREACH_X_TOKEN"})
        dispatch.add_channel(session, "Insta", "instagram", {"account_id": "1", "token_env": "OUTREACH_I_TOKEN"})
    planning.delivery(office, post, 1)
    visitor = office.as_role("comms")
    assert "X konts, 0,20 USD" in visitor.text(f"/posts/{post}/ready")
    page = visitor.text(f"/posts/{post}/check")
    assert "280 punktiem, kā skaita X" in page and "0,20 USD par ierakstu." in page and "bez attēla neiziet" in page
    with office.app.store.reading() as session:
        assert session.query(DeliveryEvent).count() == 1
