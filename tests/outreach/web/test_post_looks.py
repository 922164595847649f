"""How a post looks in each channel: its page, the same while somebody types, words used before, pictures as cut."""

import re
from pathlib import Path

from campaigns import dispatch
from campaigns.models import ChannelRow, Post, PostVariant
from outreach.web.routes.post_looks import shapes
from tests.campaigns.test_looks import SETTINGS
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

HX = {"HX-Request": "true"}


def channels(office: Office) -> dict[str, int]:
    """One of each kind, named after it."""
    with office.app.store.transaction() as session:
        return {kind: dispatch.add_channel(session, f"Kanāls {kind}", kind, told).id for kind, told in SETTINGS.items()}


def says(office: Office, post: int, text: str) -> None:
    with office.app.store.transaction() as session:
        session.get_one(Post, post).text = text


def card(page: str, name: str) -> str:
    found = re.search(rf'<article [^>]*aria-label="{name}">(.*?)</article>', page, re.S)
    assert found, name
    return found[1]


def typed(visitor: Visitor, **told: object) -> str:
    answer = visitor.post("/posts/looks", told)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_post_stands_in_every_channel_the_planned_ones_first(office: Office) -> None:
    made, post = channels(office), planning.post(office, planning.campaign(office))
    visitor = office.as_role("comms")
    page = visitor.text(f"/posts/{post}/looks")
    assert page.count("<article") == len(SETTINGS) and "<details class=\"look-others\">" not in page
    planning.delivery(office, post, made["x"])
    page = visitor.text(f"/posts/{post}/looks")
    first, others = page.split('<details class="look-others">')
    assert "Kanāls x" in first and first.count("<article") == 1 and others.count("<article") == len(SETTINGS) - 1
    assert "Vēl 10 kanālos" in others and "Der 1 kanālam." in first
    assert visitor.get("/posts/99/looks").status_code == 404


def test_a_piece_of_a_page_is_the_cards_alone(office: Office) -> None:
    channels(office)
    post = planning.post(office, planning.campaign(office))
    visitor = office.as_role("comms")
    piece = visitor.get(f"/posts/{post}/looks", headers=HX).get_data(as_text=True)
    assert "<html" not in piece and piece.count("<article") == len(SETTINGS)
    assert "<html" in visitor.text(f"/posts/{post}/looks")


def test_too_long_says_by_how_much_and_what_could_go(office: Office) -> None:
    channels(office)
    post = planning.post(office, planning.campaign(office))
    says(office, post, "Tiekamies Preiļos! " + "Nāciet visi kopā. " * 15 + "#mājas")
    page = office.as_role("comms").text(f"/posts/{post}/looks")
    found = card(page, "Kanāls bluesky")
    length = re.search(r"<strong>(\d+) / 300</strong>", found)
    assert length and int(length[1]) > 300 and f"par {int(length[1]) - 300} par garu" in found
    assert '<mark class="look-over">' in found and "beigas „" in found
    assert "kanālos vēl jāpielabo" in page
    assert "par garu" not in card(page, "Kanāls mastodon")


def test_a_channel_with_its_own_text_shows_that(office: Office) -> None:
    made, post = channels(office), planning.post(office, planning.campaign(office))
    with office.app.store.transaction() as session:
        session.add(PostVariant(post_id=post, channel_id=made["x"], title="", text="Īsāk: {link}"))
    visitor = office.as_role("comms")
    page = visitor.text(f"/posts/{post}/looks")
    assert "Īsāk" in card(page, "Kanāls x") and "savs teksts" in card(page, "Kanāls x")
    assert "Nāciet" in card(page, "Kanāls mastodon") and "savs teksts" not in card(page, "Kanāls mastodon")
    while_typing = typed(visitor, post_id=post, text="Rakstu")
    assert "Īsāk" in card(while_typing, "Kanāls x") and "Rakstu" in card(while_typing, "Kanāls mastodon")
    own = typed(visitor, post_id=post, channel=made["x"], own="1", text="Vēl īsāk")
    assert own.count("<article") == 1 and "Vēl īsāk" in own and "savs teksts" not in own


def test_what_is_typed_is_shown_escaped_and_kept_nowhere(office: Office) -> None:
    made = channels(office)
    visitor = office.as_role("comms")
    page = typed(visitor, text="<b>Nāc</b> #mājas", channel=made["telegram"], title="T")
    assert "&lt;b&gt;Nāc&lt;/b&gt;" in page and '<span class="look-piece">#mājas</span>' in page
    assert planning.deeds(office) == []
    post = planning.post(office, planning.campaign(office))
    assert "<strong>example.org</strong>" in card(typed(visitor, post_id=post, text="Nāc"), "Kanāls x")
    assert "<strong>paps.lv</strong>" in card(typed(visitor, target_url="https://www.paps.lv/", text="Nāc"), "Kanāls x")
    assert typed(visitor, text="", post_id="x", channel="y").count("<article") == len(SETTINGS)
    assert typed(visitor, text="a" * 20_000).count("<article") == len(SETTINGS)


def test_a_channel_whose_settings_make_none_says_so_and_stops_no_other(office: Office) -> None:
    channels(office)
    with office.app.store.transaction() as session:
        session.add_all([
            ChannelRow(name="Lauzts", kind="mastodon", settings={}), ChannelRow(name="Zudis", kind="gone", settings={}),
        ])  # fmt: skip
    page = typed(office.as_role("comms"), text="Nāc")
    assert page.count("<article") == len(SETTINGS) + 2 and "look-screen" not in card(page, "Lauzts")
    assert "look-screen" in card(page, "Kanāls x")


def test_no_channel_is_asked_until_somebody_wants_it(office: Office) -> None:
    channels(office)
    post = planning.post(office, planning.campaign(office))
    visitor, reader = office.as_role("comms"), office.as_role("reader")
    page = visitor.text(f"/posts/{post}/looks")
    assert "parastais ierobežojums" in card(page, "Kanāls mastodon") and f"/posts/{post}/looks?ask=1" in page
    assert "ask=1" not in reader.text(f"/posts/{post}/looks")
    # Nobody answers in a test: it stays the usual limit, and the page asks no second time.
    asked = visitor.text(f"/posts/{post}/looks?ask=1")
    assert "parastais ierobežojums" in card(asked, "Kanāls mastodon") and "ask=1" not in asked
    assert "ask=1" not in visitor.text(f"/posts/{post}/looks")


def test_pictures_stand_as_they_will_be_cut(office: Office) -> None:
    channels(office)
    post, numbers = planning.post(office, planning.campaign(office)), [planning.picture(office, tone) for tone in ("#246", "#642", "#264")]
    planning.with_picture(office, post, *numbers)
    visitor = office.as_role("comms")
    visitor.post(f"/media/pictures/{numbers[0]}/focus", {"focus_x": "30", "focus_y": "20"})
    page = visitor.text(f"/posts/{post}/looks")
    name = planning.picture_name(office, numbers[0])
    assert f"/media/crop/{name}/1080x1350?x=30&amp;y=20" in card(page, "Kanāls instagram")
    assert f"/media/{name}" in card(page, "Kanāls x") and "of-3" in card(page, "Kanāls x")
    assert "1. attēla apraksts: Attēls 1" in page
    assert "šis kanāls nepieņem" in card(page, "Kanāls folder")


def test_a_cut_picture_is_small_and_only_in_shapes_that_channels_want(office: Office) -> None:
    name = planning.picture_name(office, planning.picture(office))
    visitor = office.as_role("reader")
    answer = visitor.get(f"/media/crop/{name}/1080x1350?x=10&y=90")
    assert (answer.status_code, answer.mimetype, answer.data[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert (1080, 1350) in shapes()
    wrong = ("1080x1351", "1x1", "1080x1350?x=101", "1080x1350?y=-1")
    assert [visitor.get(f"/media/crop/{name}/{part}").status_code for part in wrong] == [404] * 4
    assert visitor.get(f"/media/crop/{'a' * 64}.webp/1080x1350").status_code == 404
    assert visitor.get("/media/crop/x.webp/1080x1350").status_code == 404


def test_words_used_before_are_offered_in_their_language(office: Office) -> None:
    campaign = planning.campaign(office)
    says(office, planning.post(office, campaign), "Nāc #mājas @latgale")
    says(office, planning.post(office, campaign, language="en"), "Come #home")
    visitor = office.as_role("comms")
    piece = visitor.text("/posts/words?language=lv")
    assert 'data-put="#mājas"' in piece and 'data-put="@latgale"' in piece and "#home" not in piece
    assert "1 ierakstā" in piece
    assert "data-put" not in visitor.text("/posts/words?language=de")


def test_who_may_look(office: Office, tmp_path: Path) -> None:
    planning.channel(office, tmp_path)
    post = planning.post(office, planning.campaign(office, "MĀJAS", "Balvu novads"))
    name = planning.picture_name(office, planning.picture(office))
    may = {}
    for role in planning.WALLS:
        visitor = office.as_role(role, "Balvu novads" if role == "partner" else None)
        asked = [visitor.get(path) for path in (f"/posts/{post}/looks", f"/media/crop/{name}/1080x1350", "/posts/words")]
        asked.append(visitor.post("/posts/looks", {"text": "x"}))
        may[role] = [answer.status_code for answer in asked]
    assert may == {
        "administrator": [200] * 4, "comms": [200] * 4, "partner": [403] * 4,
        "coordinator": [200, 200, 403, 403], "reader": [200, 200, 403, 403],
    }  # fmt: skip
