"""Any address pasted on the page of new sources, a source tried as it is set, and the address a source has moved to."""

import json
from collections.abc import Iterator

import pytest
from lxml import html
from sqlalchemy import func, select

from outreach import work
from outreach.people.models import ROLES, AuditEntry
from outreach.web.probing import Found, ItemShown
from scrapers.models import Article, Source
from tests.benchmarks.replay import listening
from tests.outreach.web.conftest import Office
from tests.outreach.web.newsdesk import source
from tests.support.site import Site, running

LIST = "/settings/sources"
COMMS = {"administrator", "comms"}
ITEMS = "".join(
    f"<item><title>Raksts {number} &quot;&gt;</title><link>{{site}}/raksts/{number}</link>"
    f"<pubDate>Sun, 22 Nov 2026 {number:02}:00:00 GMT</pubDate></item>"
    for number in range(1, 13)
)
FEED = f"<rss version='2.0'><channel><title>Novada Vēstis</title>{ITEMS}</channel></rss>"
PAGE = (
    "<html><head><title>Sākums – Novada Vēstis</title><meta property='og:site_name' content='Novada Vēstis'>"
    "<link rel='alternate' type='application/rss+xml' href='/plusma.xml'>"
    "<link rel='alternate' type='application/rss+xml' href='/comments.xml'></head><body><p>Sveiki!</p></body></html>"
)


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as site:
        site.put("/", PAGE, content_type="text/html; charset=utf-8")
        site.put("/plusma.xml", FEED.format(site=site.url("")), content_type="application/rss+xml")
        yield site


def lane(office: Office) -> None:
    work.jobs()[0].run(office.app)


def count(office: Office, model: type) -> int:
    with office.app.store.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def sent(tree: html.HtmlElement, button: str) -> tuple[str, dict[str, object]]:
    """The form with this button as a browser without scripts would send it."""
    [form] = [form for form in tree.xpath("//form") if button in [one.text_content() for one in form.xpath(".//button")]]
    return str(form.get("action")), {name: value for name, value in form.form_values() if name != "csrf"}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_try_and_save(office: Office, role: str) -> None:
    number = source(office, "Vēstis", "moved", moved_to="https://jauns.example/rss")
    visitor = office.as_role(role)
    for path in (f"{LIST}/probe", f"{LIST}/{number}/moved"):
        assert (visitor.post(path, {"address": "https://a.example/"}).status_code != 403) is (role in COMMS), path


def test_any_address_becomes_a_source_in_three_steps(office: Office, site: Site) -> None:
    officer = office.as_role("comms")
    action, fields = sent(html.fromstring(officer.text(f"{LIST}/new")), "Sameklēt")
    where = officer.post(action, fields | {"address": site.url("/")}).location
    assert where == f"{LIST}/new?work=1"
    going = html.fromstring(officer.text(where))
    assert going.xpath("//div[@id='probe']/@hx-get") == [f"{LIST}/new?work=1&part=1"]
    assert going.xpath("//noscript//a")  # without script one looks again
    lane(office)
    part = officer.text(f"{where}&part=1")
    assert "<main" not in part and 'Raksts 9 &#34;&gt;' in part
    tree = html.fromstring(officer.text(where))
    assert "Ziņu plūsma: 12 rakstu" in tree.xpath("string(//div[@id='probe'])") and len(tree.xpath("//div[@id='probe']//li[a]")) == 10
    action, fields = sent(tree, "Pievienot")
    assert (fields["name"], fields["kind"], fields["kind_url"]) == ("Novada Vēstis", "feed", site.url("/plusma.xml"))
    assert count(office, Source) == count(office, Article) == 0
    refused = officer.post(action, fields | {"name": ""})
    assert refused.status_code == 422 and "Raksts 1 " in refused.get_data(as_text=True)
    assert officer.post(action, fields).location == f"{LIST}/1"
    with office.app.store.reading() as session:
        assert session.get_one(Source, 1).settings["url"] == site.url("/plusma.xml")
    other_action, other = sent(tree, "Apskatīt")
    assert other == {"address": site.url("/comments.xml"), "only": "feed"}
    assert officer.post(other_action, other).location == f"{LIST}/new?work=2"
    lane(office)
    assert "Te nav atrasts nekas, ko lasīt" in officer.text(f"{LIST}/new?work=2")


def test_what_a_probe_found_is_for_whoever_asked(office: Office, site: Site) -> None:
    office.as_role("comms").post(f"{LIST}/probe", {"address": site.url("/plusma.xml")})
    lane(office)
    other = office.as_role("administrator")
    assert "Raksts 1 " not in other.text(f"{LIST}/new?work=1")
    for number in ("0", "999", "x", "1" * 30, "-1"):
        assert other.get(f"{LIST}/new?work={number}").status_code == 200


@pytest.mark.parametrize(
    ("address", "said"),
    [("", "Ielīmējiet adresi."), ("javascript:alert(1)", "nav derīga"), ("file:///etc/passwd", "nav derīga"), ("https://a:b@c.example/", "nav derīga")],
    ids=["empty", "script", "file", "password"],
)
def test_what_is_no_address_is_said(office: Office, address: str, said: str) -> None:
    officer = office.as_role("comms")
    answer = officer.post(f"{LIST}/probe", {"address": address})
    if answer.status_code == 422:
        page = answer.get_data(as_text=True)
    else:
        lane(office)
        page = officer.text(answer.location)
    assert said in page and count(office, Source) == 0


def test_an_address_may_come_without_its_scheme(office: Office) -> None:
    office.as_role("comms").post(f"{LIST}/probe", {"address": " avize.example/zinas "})
    with office.app.store.reading() as session:
        row = work.seen(session, 1)
    assert row is not None and row.asked == {"address": "https://avize.example/zinas", "only": "", "source": 0}


def test_a_source_is_tried_as_it_is_and_nothing_is_kept(office: Office, site: Site) -> None:
    number = source(office, "Vēstis", settings={"url": site.url("/plusma.xml")}, etag="x")
    officer = office.as_role("comms")
    where = officer.post(f"{LIST}/probe", {"id": str(number)}).location
    assert where == f"{LIST}/{number}?work=1#probe"
    lane(office)
    with listening(office.app.store.engine) as heard:
        page = officer.text(f"{LIST}/{number}?work=1")
    assert "Tagad ienāktu 12 rakstu" in page and len(heard.statements) <= 12
    assert "Raksts 1 " not in officer.text(f"{LIST}/new?work=1")  # it belongs to its source's page
    with office.app.store.reading() as session:
        row = session.get_one(Source, number)
        assert (row.etag, row.state) == ("x", "healthy")
    assert count(office, Article) == 0
    assert officer.post(f"{LIST}/probe", {"id": "999"}).status_code == 404
    site.put("/plusma.xml", status=410)
    officer.post(f"{LIST}/probe", {"id": str(number)})
    lane(office)
    assert "410" in officer.text(f"{LIST}/{number}?work=2")


def test_the_address_a_source_moved_to_is_saved_with_one_button(office: Office) -> None:
    number = source(office, "Vēstis", "moved", moved_to="https://jauns.example/rss", etag="x")
    officer = office.as_role("comms")
    action, fields = sent(html.fromstring(officer.text(f"{LIST}/{number}")), "Saglabāt jauno adresi")
    assert officer.post(action, fields).location == f"{LIST}/{number}"
    with office.app.store.reading() as session:
        row = session.get_one(Source, number)
        assert (row.settings["url"], row.moved_to, row.etag, row.state) == ("https://jauns.example/rss", None, None, "new")
        assert [(one.action, one.subject_id) for one in session.scalars(select(AuditEntry))] == [("change", number)]
    assert officer.post(action, fields).status_code == 422  # pressed twice, there is nothing left to save
    taken = source(office, "Cita", "moved", moved_to="http://www.jauns.example/rss/")
    source(office, "Trešā", settings={"url": "http://www.jauns.example/rss/"})
    answer = officer.post(f"{LIST}/{taken}/moved")
    assert answer.status_code == 422 and "Šo adresi jau lasa" in answer.get_data(as_text=True)


def test_what_a_try_of_private_people_leaves_behind_names_nobody(office: Office, site: Site) -> None:
    post = {
        "id": "1", "url": "https://pele.example/@anna_ozola/1", "created_at": "2026-11-22T10:00:00.000Z",
        "content": "<p>@janis_ozols, brauc mājās uz Latgali!</p>", "account": {"acct": "anna_ozola"}, "visibility": "public",
    }  # fmt: skip
    site.put("/api/v1/timelines/tag/Latgale?limit=40", json.dumps([post]), content_type="application/json")
    number = source(office, "Pele")
    with office.app.store.transaction() as session:
        row = session.get_one(Source, number)
        row.kind, row.settings = "mastodon", {"server": site.url("").rstrip("/"), "hashtag": "Latgale"}
    office.as_role("comms").post(f"{LIST}/probe", {"id": number})
    lane(office)
    left = [path.read_text(encoding="utf-8") for path in work.folder(office.app).rglob("*") if path.is_file()]
    assert left and all("janis" not in one for one in left)
    assert any("brauc mājās" in one for one in left)


def test_an_item_without_a_web_address_is_no_link(office: Office) -> None:
    pages = office.client.application
    item = ItemShown("urn:outreach:paste:01", "Vārdi", None, "lv")
    found = Found("feed", {}, "healthy", None, {}, 1, (item,), (), "", "")
    with pages.test_request_context():
        module = pages.jinja_env.get_template("pages/sources/parts.html").module
        told = module.found_items(office.app.texts.in_language("lv"), found, office.app.settings.zone)  # type: ignore[attr-defined]
    assert "Vārdi" in told and "href" not in told
