"""A partner's walls, walked: whatever is asked, nothing of another municipality, no figure of it and no inquiry's words."""

import io
from datetime import date
from pathlib import Path

import pytest
from lxml import html
from PIL import Image
from sqlalchemy import select

from campaigns import pictures
from campaigns.models import Campaign, Picture
from outreach.people import tokens
from outreach.web import uploads
from scrapers.models import Mention, Story
from tests.outreach.web import families_desk, newsdesk, planning
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor
from tests.support.routes import routes, samples

OURS, THEIRS = "Balvu novads", "Ludzas novads"
SECRET = "Svešzīme"
ASKED = SECRET[:5]  # a page says again what was asked: that tells nobody anything
QUERIES = (
    "", f"q={ASKED}", f"q={ASKED}&standing=all&period=all", f"place={THEIRS}", f"place={THEIRS}&standing=all&period=all", "standing=all&period=all",
    "sense=return&period=all", "period=past", "period=coming", "period=current", "view=month", "view=list", "view=hours", "day=2026-11-23",
    "start=2026-11-01&end=2026-12-31", f"period=2026&place={THEIRS}", "period=2026&of=mentions", f"of=mentions&place={THEIRS}", "period=2026-Q4", "before=9999",
    "lang=en", "q=1", "q=Nr.+1", "format=opml",
)  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = ({}, {"HX-Request": "true", "HX-Target": "reading"})


@pytest.fixture
def filled(office: Office, tmp_path: Path) -> Office:
    """Two municipalities whose stories, campaigns and families are entangled; everything of the other one bears the sign."""
    source = newsdesk.source(office, "Rīta Ziņas")
    mine = newsdesk.mention(office, source, "Mūsu ziņa", place=OURS)
    story = newsdesk.story_of(office, mine)
    for place, sense, story_id in ((THEIRS, "return", story), (THEIRS, "ambiguous", None), ("", "return", story), ("", "return", None)):
        newsdesk.mention(office, source, f"{SECRET} ziņa", place=place, sense=sense, story_id=story_id)
    with office.app.store.transaction() as session:
        session.get_one(Story, story).title = "Kopīgs stāsts"
    channel = planning.channel(office, tmp_path)
    for name, places in (("Mūsu kampaņa", (OURS,)), (f"{SECRET} kampaņa", (THEIRS,)), (f"{SECRET} visiem", ())):
        number = planning.campaign(office, name, *places, goal=name, note=name)
        planning.delivery(office, planning.post(office, number, f"{name} ieraksts"), channel)
    with office.app.store.transaction() as session:
        image = io.BytesIO()
        Image.new("RGB", (9, 9), "navy").save(image, "PNG")
        pictures.attach(
            session, office.clock.now(), 2, pictures.draw(image.getvalue()), alt=SECRET, actor="x", folder=uploads.media(office.app.settings)
        )
    families_desk.ask(office, 1, name=SECRET, contact=SECRET, text=SECRET, municipality=THEIRS)
    families_desk.family(office, ("contacted", date(2026, 9, 1)), place=THEIRS, adults=3, children=4)
    return office


def partner(office: Office, place: str | None = OURS) -> Visitor:
    return Visitor(office.app, office.client.application.test_client(), "partner", place, mail=f"{(place or 'x').encode().hex()}@example.org")


def told(office: Office, visitor: Visitor) -> dict[str, str]:
    """All that a visitor gets of every route, by what was asked."""
    with office.app.store.reading() as session:
        filled = samples(session)
    found = {}
    for route in routes(office.client.application, filled):
        if route.method != "GET" or "public." in route.endpoint or route.endpoint == "static":
            continue
        for query in QUERIES:
            for headers in HEADERS:
                with visitor.get(f"{route.address}?{query}", headers=headers) as answer:
                    body = answer.get_data() if answer.status_code == 200 else b""
                    found[f"{route.address}?{query}{' htmx' if headers else ''}"] = body.decode(errors="replace")
    return found


@pytest.mark.parametrize("place", [OURS, None, "Rīgas pilsēta"])
def test_nothing_of_another_place_is_told_on_any_page(filled: Office, place: str | None) -> None:
    answers = told(filled, partner(filled, place))
    assert [asked for asked, body in answers.items() if SECRET in body] == []
    assert any("Mūsu ziņa" in body for body in answers.values()) is (place == OURS)
    assert any("Mūsu kampaņa" in body for body in answers.values()) is (place == OURS)


def test_the_walk_sees_what_it_looks_for(filled: Office) -> None:
    answers = told(filled, filled.as_role("comms"))
    for address in ("/mentions?", "/campaigns?", "/calendar?", f"/search?q={ASKED}", "/calendar/events.json?", "/?"):
        assert SECRET in answers[address], address


def test_each_number_is_the_place_s_or_not_there(filled: Office) -> None:
    visitor = partner(filled)
    with filled.app.store.reading() as session:
        mentions = {row.id: OURS in row.places for row in session.scalars(select(Mention))}
        campaigns = {row.id: OURS in row.municipalities for row in session.scalars(select(Campaign))}
        picture = session.scalars(select(Picture.name)).one()
    for room, numbers in (("mentions", mentions), ("campaigns", campaigns)):
        assert {number: visitor.get(f"/{room}/{number}").status_code for number in numbers} == {
            number: 200 if is_ours else 404 for number, is_ours in numbers.items()
        }
    assert visitor.get(f"/media/{picture}").status_code == 404
    assert filled.as_role("reader").get(f"/media/{picture}").status_code == 200


def test_the_days_count_the_place_s_alone(filled: Office) -> None:
    """A figure of the others would tell of them too."""
    tree = html.fromstring(partner(filled).text("/mentions/days"))
    cells = [str(cell.text_content()).strip() for cell in tree.xpath("//table//td")]
    assert sum(int(cell) for cell in cells if cell.isdigit()) == 1


def test_a_key_from_better_days_opens_nothing_any_more(filled: Office) -> None:
    """A reader who becomes a partner keeps no way to all the rest."""
    reader = filled.as_role("reader")
    with filled.app.store.transaction() as session:
        made = tokens.make(session, filled.clock.now(), reader.user_id, "x", "x", tokens.SCOPES, 30)
    key = {"Authorization": f"Bearer {made}"}
    client = filled.client.application.test_client()
    assert client.get("/api/v1/mentions", headers=key, base_url="http://127.0.0.1:8000").status_code == 200
    filled.as_role("administrator").post(
        f"/settings/users/{reader.user_id}", {"name": "Tagad Partneris", "role": "partner", "place": OURS, "language": "lv"}
    )
    for scope in tokens.SCOPES:
        assert client.get(f"/api/v1/{scope}", headers=key, base_url="http://127.0.0.1:8000").status_code == 403
    assert reader.get("/mentions").status_code == 303
