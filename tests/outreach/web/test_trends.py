"""Trends before the pages: counts by the address's filter, ways on, what partners see, the alarm and its safer words."""

from datetime import datetime, timedelta

import pytest
from lxml import html
from sqlalchemy import func, select, update

from campaigns import editing
from outreach.core.office import shipped_folder
from outreach.people.models import ROLES
from scrapers import alarm
from scrapers.models import Article, Mention, Source
from scrapers.tiles import read_tiles
from tests.benchmarks.replay import listening
from tests.outreach.web import newsdesk, planning
from tests.outreach.web.conftest import Office

GRID = shipped_folder() / "latgale" / "tiles.csv"
# Who truly borders on whom.
NEIGHBOURS = [
    ("Balvu novads", "Rēzeknes novads"), ("Balvu novads", "Ludzas novads"), ("Rēzeknes novads", "Ludzas novads"), ("Rēzeknes novads", "Rēzekne"),
    ("Rēzeknes novads", "Preiļu novads"), ("Rēzeknes novads", "Krāslavas novads"), ("Ludzas novads", "Krāslavas novads"), ("Preiļu novads", "Līvānu novads"),
    ("Preiļu novads", "Krāslavas novads"), ("Preiļu novads", "Augšdaugavas novads"), ("Augšdaugavas novads", "Krāslavas novads"), ("Augšdaugavas novads", "Daugavpils"),
]  # fmt: skip


def outlet(office: Office) -> int:
    with office.app.store.reading() as session:
        known = session.scalar(select(Source.id))
    return known or newsdesk.source(office, "Rīta Ziņas", tier="national")


def plain(text: object) -> str:
    """As typed on a keyboard: numbers keep their percent sign by spaces of several kinds."""
    return " ".join(str(text).split())


def past(office: Office, *told: tuple[int, str, str, str]) -> None:
    """Mentions so many days ago: sense, language, place; in the order of time."""
    source = outlet(office)
    for days, sense, lang, place in sorted(told, reverse=True):
        number = newsdesk.mention(office, source, f"Raksts pirms {days} dienām", ago=timedelta(days=days, hours=1), sense=sense, place=place)
        with office.app.store.transaction() as session:
            session.execute(update(Mention).where(Mention.id == number).values(lang=lang, has_word=True))


def page(office: Office, address: str = "/trends", role: str = "reader", place: str | None = None) -> html.HtmlElement:
    return html.fromstring(office.as_role(role, place).text(address))


def lines(tree: html.HtmlElement, name: str) -> dict[str, list[str]]:
    """A table of counts: mentions and stories by name."""
    rows = tree.xpath(f"//section[@aria-labelledby='by-{name}']//tbody/tr")
    return {str(row.xpath("string(th)")).strip(): [str(cell.text_content()).strip() for cell in row.xpath("td[@class='number']")] for row in rows}


def test_a_period_is_counted_in_every_direction_and_leads_on(office: Office) -> None:
    past(office, (3, "return", "lv", "Preiļu novads"), (4, "return", "ru", "Rēzekne"), (5, "expulsion", "ru", ""), (200, "return", "lv", "Rēzekne"))
    tree = page(office)
    assert "2 pieminējumi 2 ziņās" in str(tree.xpath("string(//p[@class='lead'])"))
    assert lines(tree, "tier") == {"Latvijas": ["2", "2"]}
    assert lines(tree, "language") == {"latviešu": ["1", "1"], "krievu": ["1", "1"]}
    assert lines(tree, "outlet") == {"Rīta Ziņas": ["2", "2"]}
    assert lines(tree, "place") == {"Preiļu novads": ["1", "1"], "Rēzekne": ["1", "1"]}
    [tile] = tree.xpath("//*[local-name()='a'][starts-with(@aria-label, 'Rēzekne:')]")
    assert tile.get("aria-label") == "Rēzekne: 1 pieminējums"
    shown = html.fromstring(office.as_role("reader").text(tile.get("href")))
    assert [str(one.text_content()).strip() for one in shown.xpath("//*[contains(@class, 'mention-list')]//a[contains(@class, 'headline')]")] == ["Raksts pirms 4 dienām"]
    assert len(page(office, "/trends?period=365").xpath("//section[@aria-labelledby='by-place']//tbody/tr")) == 2
    assert lines(page(office, "/trends?sense=expulsion"), "language") == {"krievu": ["1", "1"]}
    assert lines(page(office, "/trends?language=lv"), "place") == {"Preiļu novads": ["1", "1"]}


@pytest.mark.parametrize(
    ("query", "days"),
    [("", 90), ("?period=30", 30), ("?since=2026-11-01&until=2026-11-10", 10), ("?since=2026-11-10&until=2026-11-01", 10), ("?since=2020-01-01", 366),
     ("?until=2030-01-01", 90), ("?period=nonsense&sense=x&topic=7&by=hour&since=never", 90)],
)  # fmt: skip
def test_the_period_is_the_address_s(office: Office, query: str, days: int) -> None:
    past(office, *((day, "return", "lv", "") for day in (0, 20, 80, 370)))
    tree = page(office, f"/trends{query}")
    rows = tree.xpath("//figure[@aria-labelledby='timeline-caption']//tbody/tr")
    counted = sum(int(str(row.xpath("string(td[1])"))) for row in rows)
    assert counted == {90: 3, 30: 2, 10: 1, 366: 3}[days]
    if days == 366:
        assert tree.xpath("//p[@class='note']")
        assert len(rows) == 54
    elif days == 90:
        assert len(rows) == 14
    else:
        assert len(rows) == days


def test_days_are_told_where_they_are_asked_for(office: Office) -> None:
    past(office, (2, "return", "lv", ""))
    assert len(page(office, "/trends?by=day").xpath("//figure[@aria-labelledby='timeline-caption']//tbody/tr")) == 90
    assert len(page(office, "/trends?period=30&by=week").xpath("//figure[@aria-labelledby='timeline-caption']//tbody/tr")) == 6


def test_a_day_that_stands_out_opens_its_stories(office: Office) -> None:
    quiet = [(2 + 7 * week, "return", "lv", "") for week in range(1, 13)]
    past(office, *quiet, *[(2, "return", "lv", "")] * 8)
    tree = page(office)
    [day] = tree.xpath("//details[@class='striking']")
    assert "8 pieminējumi 8 ziņās" in str(day.xpath("string(summary)"))
    assert len(day.xpath(".//ul/li")) == 4
    assert str(day.xpath("string(p/a)")) == "Vēl 4 ziņas un visi šīs dienas pieminējumi"
    assert "since=2026-11-21&until=2026-11-21" in day.xpath("p/a/@href")[0]


def test_an_empty_office_is_taught_the_next_step(office: Office) -> None:
    tree = page(office)
    assert tree.xpath("//div[@class='empty-state']//a[@href='/trends?period=365']")
    assert page(office, "/trends/voice").xpath("//div[@class='empty-state']")
    assert len(page(office, "/trends/term").xpath("//p[@class='empty']")) == 2


def test_a_partner_counts_its_own_place_alone(office: Office) -> None:
    past(office, (3, "return", "lv", "Preiļu novads"), (4, "return", "ru", "Rēzekne"))
    tree = page(office, "/trends", "partner", "Preiļu novads")
    assert lines(tree, "language") == {"latviešu": ["1", "1"]}
    assert "Rēzekne" not in str(tree.text_content())
    assert not tree.xpath("//section[@aria-labelledby='map']") and not lines(tree, "place")
    assert not tree.xpath("//select[@name='topic']")
    for address in ("/trends/voice", "/trends/term", "/quality"):
        assert office.as_role("partner", "Preiļu novads").get(address).status_code == 403


@pytest.mark.parametrize("role", ROLES)
def test_the_room_is_in_the_rail_of_all_and_asks_little(office: Office, role: str) -> None:
    past(office, *[(2, "return", "lv", "Rēzekne")] * 6, *((2 + 7 * week, "return", "lv", "Rēzekne") for week in range(1, 13)))
    visitor = office.as_role(role, "Rēzekne" if role == "partner" else None)
    assert html.fromstring(visitor.text("/")).xpath("//nav[@class='rail']//a[@href='/trends']")
    office.client.application.extensions["outreach.attention"].forget()
    with listening(office.app.store.engine) as heard:
        visitor.text("/trends")
    assert len(heard.statements) <= 12
    assert not any("sentence" in one or "articles.text" in one for one in heard.statements)


def test_the_share_of_voice_has_its_intervals(office: Office) -> None:
    past(office, *[(3, "return", "lv", "Latgale")] * 3, (3, "return", "lv", "Vidzeme"), (2, "return", "lv", ""))
    tree = page(office, "/trends/voice")
    assert "Latgale nosaukta 3 no 4 pieminējumiem" in str(tree.xpath("string(//p[@class='lead'])"))
    rows = {str(row.xpath("string(th)")): [str(cell.text_content()) for cell in row.xpath("td")] for row in tree.xpath("//figure[@aria-labelledby='shares-caption']//tbody/tr")}
    assert rows["Latgale"] == ["75\u00a0%", "30,1\u00a0%", "95,4\u00a0%"]
    assert rows["Rīga"][0] == "0\u00a0%"


def test_the_tiles_lie_beside_their_true_neighbours() -> None:
    grid = {name: (x, y) for name, x, y in read_tiles(GRID)}
    assert len(grid) == 9
    for one, other in NEIGHBOURS:
        (x, y), (a, b) = grid[one], grid[other]
        assert (y == b and abs(x - a) == 1) or (abs(y - b) == 1 and abs(x - a) < 1), (one, other)


# The alarm

CALM = [(7 * week, "return", "ru", "") for week in range(1, 27)]
RISEN = [*CALM, *[(0, "expulsion", "ru", "")] * 6]


def test_today_says_that_the_term_is_turning(office: Office) -> None:
    past(office, *CALM)
    assert not page(office, "/", "comms").xpath("//p[contains(@class, 'term-alarm')]")
    past(office, *RISEN[26:])
    counted_anew(office)
    tree = page(office, "/", "comms")
    [said] = tree.xpath("//p[contains(@class, 'term-alarm')]")
    assert plain(said.text_content()).startswith(
        "Medijos krievu valodā šonedēļ 6 no 6 vārda “remigrācija” lietojumiem nozīmē izraidīšanu (100 %); iepriekšējās 26 nedēļās – 0 %."
    )
    assert said.xpath("a/@href") == ["/trends/term"]
    waits = page(office, "/attention", "comms")
    assert "Medijos krievu valodā" in str(waits.xpath("string(//section[@aria-labelledby='waiting-alarm'])"))
    assert not page(office, "/", "partner", "Rēzekne").xpath("//p[contains(@class, 'term-alarm')]")


def test_the_term_s_page_draws_both_languages_and_says_which_is_beyond_its_past(office: Office) -> None:
    past(office, *RISEN, (3, "return", "lv", ""))
    tree = page(office, "/trends/term")
    assert "virs ierastā" in str(tree.xpath("string(//section[@aria-labelledby='term-ru']/h2)"))
    assert "kā ierasts" in str(tree.xpath("string(//section[@aria-labelledby='term-lv']/h2)"))
    rows = tree.xpath("//section[@aria-labelledby='term-ru']//tbody/tr")
    assert len(rows) == 27
    assert [str(cell.text_content()) for cell in rows[-1].xpath("td")][:1] == ["100\u00a0%"]
    assert len(tree.xpath("//figure//*[local-name()='svg']")) == 4


def test_safer_words_are_suggested_while_the_alarm_is_on_and_the_text_stays(office: Office) -> None:
    past(office, *RISEN)
    number = planning.campaign(office)
    post = written(office, number, "ru", "Реэмиграция в Латгалию: реэмигранты рассказывают {link}")
    other = written(office, number, "lv", "Remigrācija uz Latgali {link}")
    comms = office.as_role("comms")
    for address in (f"/posts/{post}/ready", f"/posts/{post}/edit", f"/campaigns/{number}"):
        hint, *_ = html.fromstring(comms.text(address)).xpath("//div[@class='wording']")
        said = str(hint.text_content())
        assert all(word in said for word in ("“Реэмиграция”", "“реэмигранты”", "возвращение в Латвию")), address
        assert "Remigrācija" not in said
    assert "Реэмиграция в Латгалию: реэмигранты рассказывают" in comms.text(f"/posts/{post}")
    assert not html.fromstring(comms.text(f"/posts/{other}/ready")).xpath("//div[@class='wording']")
    looked = comms.post("/posts/look", {"text": "ремиграция", "language": "ru"}).get_data(as_text=True)
    assert "возвращение" in looked
    assert "возвращение" not in comms.post("/posts/look", {"text": "мигранты", "language": "ru"}).get_data(as_text=True)


def test_no_words_are_suggested_while_it_is_off(office: Office) -> None:
    past(office, *CALM)
    post = written(office, planning.campaign(office), "ru", "Реэмиграция {link}")
    assert not html.fromstring(office.as_role("comms").text(f"/posts/{post}/ready")).xpath("//div[@class='wording']")


def written(office: Office, campaign_id: int, language: str, text: str) -> int:
    with office.app.store.transaction() as session:
        made = editing.write(session, office.clock.now(), campaign_id, language=language, title="Stāsti", text=text, target_url="https://example.org/", actor="x")
        return made.id


def counted_anew(office: Office) -> None:
    with office.app.store.reading() as session:
        alarm.forget(session)
    office.client.application.extensions["outreach.attention"].forget()


def test_found_means_first_seen_here(office: Office) -> None:
    """What was published long ago and seen today is today's: a bounded page knows no other order."""
    source = outlet(office)
    newsdesk.mention(office, source, "Sen", published=datetime(2020, 1, 1, tzinfo=office.clock.now().tzinfo))
    with office.app.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Article)) == 1
    assert lines(page(office), "outlet") == {"Rīta Ziņas": ["1", "1"]}
