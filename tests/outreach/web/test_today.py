"""Today: the five questions of the morning, each number a link, nobody's words, nothing of another place."""

from datetime import timedelta

import pytest
from lxml import html

from campaigns import dispatch, editing
from campaigns.models import Campaign, Delivery
from outreach.people.models import ROLES
from outreach.tracker import intake
from outreach.tracker import jobs as tracked
from tests.benchmarks.replay import listening
from tests.outreach.web.conftest import Office
from tests.outreach.web.newsdesk import mention, source, story_of
from tests.support.people import Visitor

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def page(visitor: Visitor, path: str = "/") -> html.HtmlElement:
    return html.fromstring(visitor.text(path))


def heading(tree: html.HtmlElement) -> str:
    return str(tree.xpath("string(//h1)"))


def figures(tree: html.HtmlElement) -> list[tuple[str, str]]:
    return [(str(link.xpath("string(strong)")), link.get("href")) for link in tree.xpath("//ul[@class='figures']//a")]


def headlines(tree: html.HtmlElement) -> list[str]:
    return [str(link.text_content()) for link in tree.xpath("//article//a[contains(@class, 'headline')]")]


def section(tree: html.HtmlElement, name: str) -> html.HtmlElement:
    [found] = tree.xpath(f"//section[@aria-labelledby='{name}']")
    return found


def planned(office: Office, *posts: tuple[str, bool, timedelta], place: str = "") -> None:
    now = office.clock.now()
    with office.app.store.transaction() as session:
        channel = dispatch.add_channel(session, "mape", "folder", {"folder": "/tmp/x"})
        campaign = editing.campaign_named(session, now, "MĀJAS", now.date())
        if place:
            session.get_one(Campaign, campaign).municipalities = [place]
        for title, approved, later in posts:
            post = editing.write(session, now, campaign, language="lv", title=title, text="x", target_url="https://majas.example/")
            if approved:
                editing.approve(session, now, post.id)
            dispatch.schedule(session, now, post.id, channel.id, now + later)


def asked(office: Office, number: int = 1, **facts: object) -> None:
    now = office.clock.now()
    with office.app.store.transaction() as session:
        for n in range(number):
            given = {"arrived_by": "form", "message_id": f"m{n}", "contact": "kanarija@example.org", "name": "Kanārija", "text": "Kanārija jautā", **facts}
            intake.receive(session, now - HOUR, office.app.seal, intake.Incoming(**given))  # type: ignore[arg-type]
    tracked.link_new(office.app)


def test_the_sentence_and_its_figures_say_what_came_since_yesterday(office: Office) -> None:
    one, other = source(office, "Vēstis"), source(office, "Balss")
    first = mention(office, one, "Ģimene atgriežas")
    mention(office, other, "Tā pati ģimene", ago=HOUR, story_id=story_of(office, first))
    mention(office, one, "Kas ir remigrācija?", sense="ambiguous")
    mention(office, one, "Jau izvērtēts", sense="ambiguous", verdict="irrelevant")
    mention(office, one, "Par Eiropu", sense="expulsion")
    mention(office, one, "Sen", ago=2 * DAY)
    mention(office, one, "Arhīvs", published=office.clock.now() - 30 * DAY)
    tree = page(office.as_role("comms"))
    assert heading(tree) == "Kopš vakardienas par mums: 2 pieminējumi 1 ziņā; 1 vēl jāizvērtē."
    assert [number for number, _ in figures(tree)] == ["2", "1", "1"]
    assert headlines(tree) == ["Kas ir remigrācija?", "Ģimene atgriežas"]
    assert "Vēstis → Balss" in " ".join(tree.xpath("string(//article[2])").split())
    assert [mark.text_content() for mark in tree.xpath("//article//mark")] == ["remigrācija"] * 3


@pytest.mark.parametrize("role", ["comms", "administrator", "reader"])
def test_every_number_leads_to_its_rows(office: Office, role: str) -> None:
    outlet = source(office, "Vēstis")
    source(office, "Kļūdainais", "erring", reason_key="scrapers.gone", reason_facts={"url": "https://x.example", "status": 410})
    mention(office, outlet, "Ģimene atgriežas")
    mention(office, outlet, "Kas ir remigrācija?", sense="ambiguous")
    planned(office, ("Aicinājums", False, HOUR))
    asked(office, 2)
    visitor = office.as_role(role)
    tree = page(visitor)
    new, _, doubtful = (address for _, address in figures(tree))
    assert "Ģimene atgriežas" in visitor.text(new) and "Kas ir remigrācija?" not in visitor.text(new)
    assert "Kas ir remigrācija?" in visitor.text(doubtful) and "Ģimene atgriežas" not in visitor.text(doubtful)
    links = {link.get("href") for link in tree.xpath("//main//a | //aside//a")}
    for link in links - {None}:
        assert visitor.get(link).status_code in {200, 303}, link
    [trouble] = section(tree, "sources").xpath(".//p/a/@href")
    assert "Kļūdainais" in visitor.text(trouble) and "Vēstis" not in html.fromstring(visitor.text(trouble)).xpath("string(//tbody)")


def test_what_goes_out_says_whether_it_is_approved_and_what_already_went(office: Office) -> None:
    planned(office, ("Apstiprināts", True, 2 * HOUR), ("Vēl nav", False, 3 * HOUR), ("Aizgājis", True, -HOUR), ("Parīt", True, 2 * DAY))
    with office.app.store.transaction() as session:
        for row in session.query(Delivery).filter(Delivery.due_at < office.clock.now()):
            row.status, row.published_at = "published", office.clock.now()
    rows = [" ".join(row.text_content().split()) for row in section(page(office.as_role("comms")), "out").xpath(".//li")]
    assert rows == ["09:00 Aizgājis publicēts mape · lv", "12:00 Apstiprināts apstiprināts mape · lv", "13:00 Vēl nav nav apstiprināts mape · lv"]


def test_what_needs_a_person_shows_every_kind_and_leads_on(office: Office) -> None:
    planned(office, *((f"Nr. {n}", False, HOUR) for n in range(5)))
    source(office, "Kļūdainais", "erring", reason_key="scrapers.gone", reason_facts={"url": "https://x.example", "status": 410})
    tree = page(office.as_role("comms"))
    assert len(section(tree, "person").xpath(".//li")) == 3
    assert section(tree, "person").xpath("string(.//div/a)") == "Skatīt visu, kas gaida: 6"
    assert tree.xpath("string(//a[@id='attention']/span[2])") == "6"


def test_inquiries_are_counts_by_source_without_a_word_of_a_family(office: Office) -> None:
    asked(office, 3, said_source="Facebook")
    for role in ("comms", "administrator", "reader", "coordinator"):
        visitor = office.as_role(role)
        told = section(page(visitor), "inquiries").text_content()
        assert "3" in told and "3 neatbildēti jautājumi" in told
        assert "anārija" not in visitor.text("/")
    assert page(office.as_role("partner", "Preiļu novads")).xpath("//section[@aria-labelledby='inquiries']") == []


def test_an_empty_office_says_what_to_do_next(office: Office) -> None:
    tree = page(office.as_role("comms"))
    assert heading(tree) == "Kopš vakardienas nekas nav rakstīts."
    assert tree.xpath("//div[@class='empty-state']//a/@href") == ["/settings/sources"]
    assert figures(tree) == [] and tree.xpath("//figure") == []
    assert str(office.app.settings.folder / "mail") in office.as_role("comms").text("/")


def test_a_silent_day_tells_how_many_answered_and_what_was_before(office: Office) -> None:
    outlet = source(office, "Vēstis")
    source(office, "Nav", "erring", last_ok_at=None)
    mention(office, outlet, "Aizvakar", ago=2 * DAY)
    tree = page(office.as_role("comms"))
    assert heading(tree) == "Kopš vakardienas par mums nekas nav rakstīts; atbildēja 1 no 2 avotiem."
    assert headlines(tree) == ["Aizvakar"]
    assert "pēdējās dienās" in tree.xpath("string(//h2[@id='press'])")
    assert tree.xpath("//figure")


def test_a_partner_sees_its_own_place_alone(office: Office) -> None:
    outlet = source(office, "Vēstis")
    source(office, "Kļūdainais", "erring")
    mention(office, outlet, "Preiļos gaida ģimenes", place="Preiļu novads")
    mention(office, outlet, "Ludzā gaida ģimenes", place="Ludzas novads")
    mention(office, outlet, "Neskaidrs Ludzā", sense="ambiguous", place="Ludzas novads")
    planned(office, ("Preiļu ieraksts", True, HOUR), place="Preiļu novads")
    own, other, none = office.as_role("partner", "Preiļu novads"), None, None
    tree = page(own)
    assert heading(tree) == "Kopš vakardienas par mums: 1 pieminējums 1 ziņā."
    assert headlines(tree) == ["Preiļos gaida ģimenes"]
    assert "MĀJAS" in section(tree, "campaigns").text_content()
    assert "Kļūdainais" not in own.text("/")
    assert tree.xpath("//section[@aria-labelledby='person']") == []
    for link in tree.xpath("//main//a/@href | //aside//a/@href"):
        assert own.get(link).status_code in {200, 303}, link
    with office.app.store.transaction() as session:
        from outreach.people.models import User

        session.get_one(User, own.user_id).place = "Balvu novads"
    other = own.text("/")
    assert "gaida ģimenes" not in other and "Preiļu ieraksts" not in other
    with office.app.store.transaction() as session:
        session.get_one(User, own.user_id).place = None
    none = own.text("/")
    assert "gaida ģimenes" not in none and "Preiļu ieraksts" not in none and "Jūsu kontam nav norādīta pašvaldība" in none


def test_what_outlets_write_stays_text(office: Office) -> None:
    outlet = source(office, "<b>Avots</b>", "erring", reason_key="scrapers.gone", reason_facts={"url": "<i>x</i>", "status": 410})
    mention(office, outlet, "<script>alert(1)</script>", place="<u>Vieta</u>")
    told = office.as_role("comms").text("/")
    assert "&lt;script&gt;" in told
    assert not any(tag in told for tag in ("<script>", "<b>Avots", "<i>x", "<u>Vieta"))


@pytest.mark.parametrize("role", ROLES)
def test_the_page_asks_little_however_much_there_is(office: Office, role: str) -> None:
    outlets = [source(office, f"Vēstis {n}", "erring" if n % 3 else "healthy", reason_key="scrapers.gone", reason_facts={"url": "x", "status": 410}) for n in range(9)]
    for n in range(60):
        mention(office, outlets[n % 9], f"Raksts {n}", ago=HOUR + n * timedelta(minutes=20), sense="ambiguous" if n % 5 == 0 else "return", place="Preiļu novads")
    planned(office, *((f"Nr. {n}", n % 2 == 0, HOUR) for n in range(9)))
    asked(office, 5)
    visitor = office.as_role(role, "Preiļu novads" if role == "partner" else None)
    for _ in range(2):
        with listening(office.app.store.engine) as heard:
            tree = page(visitor)
        assert len(heard.statements) <= 12
        assert len(headlines(tree)) == 5


def test_the_numbers_stay_in_the_readers_language(office: Office) -> None:
    mention(office, source(office, "Vēstis"), "Ģimene atgriežas")
    tree = page(office.as_role("reader"), "/?lang=en")
    assert heading(tree) == "Since yesterday about us: 1 mention in 1 story."
