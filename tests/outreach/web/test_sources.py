"""Sources in the settings: the list and its filters, one source, new ones of every kind, pauses with undo, lists."""

import io
from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import func, select

from outreach import work
from outreach.core.registry import kinds
from outreach.people.models import ROLES, AuditEntry
from outreach.web import kinds as forms
from outreach.web.sourcelist import Facts
from outreach.work import WorkRow
from scrapers.models import Source, SourceAnswer, SourceDay
from tests.benchmarks.replay import listening
from tests.outreach.web.conftest import Office
from tests.outreach.web.newsdesk import mention, source
from tests.support.people import Visitor

LIST = "/settings/sources"
COMMS = {"administrator", "comms"}
FEED = {"kind": "feed", "name": "Jaunā Avīze", "tier": "local", "language": "lv", "owner": "earned", "kind_url": "https://avize.example/rss", "kind_zone": "Europe/Riga"}
TABLE = "name,tier,kind,feed\nNo faila,local,feed,https://no-faila.example/rss\nSlikta,local,feed,nav\n"


def names(visitor: Visitor, query: str = "") -> list[str]:
    return [str(cell.text_content()) for cell in html.fromstring(visitor.text(LIST + query)).xpath("//tbody/tr/th")]


def row(office: Office, number: int) -> Source:
    with office.app.store.reading() as session:
        return session.get_one(Source, number)


def trail(office: Office) -> list[tuple[str, str, int | None]]:
    with office.app.store.reading() as session:
        return [(one.action, one.subject_kind, one.subject_id) for one in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def lane(office: Office) -> None:
    work.jobs()[0].run(office.app)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_look_and_who_may_change(office: Office, role: str) -> None:
    number = source(office, "Vēstis")
    visitor = office.as_role(role)
    reads = 403 if role == "partner" else 200
    for path in (LIST, f"{LIST}/{number}", f"{LIST}/table", f"{LIST}/table?format=opml"):
        assert visitor.get(path).status_code == reads, path
    for path in (f"{LIST}/new", f"{LIST}/list"):
        assert visitor.get(path).status_code == (200 if role in COMMS else 403), path
    for path in (f"{LIST}/new", f"{LIST}/{number}", f"{LIST}/switch", f"{LIST}/poll", f"{LIST}/list"):
        assert (visitor.post(path).status_code != 403) is (role in COMMS), path
    if reads == 200:
        page = html.fromstring(visitor.text(LIST) + visitor.text(f"{LIST}/{number}"))
        assert bool(page.xpath("//main//form[@method='post'] | //aside//form[@method='post']")) is (role in COMMS)


def test_the_worst_stands_first_and_says_why(office: Office) -> None:
    now = office.clock.now()
    source(office, "A darbojas")
    source(office, "B klusē", last_new_at=now - timedelta(days=15))
    source(office, "C kļūda", "erring", reason_key="scrapers.gone", reason_facts={"url": "https://x.example", "status": 410})
    source(office, "D apturēts", "paused", enabled=False)
    source(office, "E pārcēlies", "moved", moved_to="https://jauns.example/")
    officer = office.as_role("comms")
    assert names(officer) == ["C kļūda", "E pārcēlies", "B klusē", "A darbojas", "D apturēts"]
    text = officer.text(LIST)
    assert "slēgta uz visiem laikiem" in text and "Klusē 15 dienu" in text and "jauns.example" in text
    with listening(office.app.store.engine) as heard:
        officer.text(LIST)
    assert len(heard.statements) <= 12


def test_every_row_tells_its_rhythm_and_the_line_above_counts_the_states(office: Office) -> None:
    now = office.clock.now()
    one = source(office, "Vēstis", last_new_at=now - timedelta(hours=3), usual_gap_seconds=7_200, interval_seconds=1_800, state_since=now - timedelta(days=11))
    source(office, "Slēgtā", "gone", state_since=now - timedelta(days=2))
    source(office, "Cita", "slow")
    with office.app.store.transaction() as session:
        session.add_all([SourceDay(source_id=one, day=now.date() - timedelta(days=back), items=back + 1, mentions=back % 2) for back in range(3)])
    tree = html.fromstring(office.as_role("comms").text(LIST))
    cells = [[cell.text_content().strip() for cell in line.xpath("./td[not(@class='pick')]")] for line in tree.xpath("//tbody/tr")]
    assert [line[0] for line in cells] == ["slēgts kopš 21.11.Iemesls nav pierakstīts. Aptaujājiet avotu vēlreiz.", "lēns", "darbojas kopš 12.11."]
    assert cells[2][2:6] == ["3 st.", "2 st.", "1 min", "30 min"]
    assert tree.xpath("//tbody/tr[3]//svg/@aria-label") == ["6 raksti 90 dienās, no tiem 1 pieminējums"]
    counted = {link.get("href"): " ".join(link.text_content().split()) for link in tree.xpath("//nav[@class='state-tally']//a")}
    assert counted == {
        LIST: "3 avoti", f"{LIST}?state=trouble": "1 nav kārtībā", f"{LIST}?state=gone": "1 slēgts", f"{LIST}?state=slow": "1 lēns", f"{LIST}?state=healthy": "1 darbojas",
    }


def test_the_rhythm_sorts_too_and_the_unknown_comes_last(office: Office) -> None:
    for name, gap in (("A", 7_200), ("B", None), ("C", 600)):
        number = source(office, name, usual_gap_seconds=gap)
        with office.app.store.transaction() as session:
            session.add(SourceDay(source_id=number, day=office.clock.now().date(), items=ord(name), mentions=0))
    officer = office.as_role("comms")
    assert (names(officer, "?sort=gap"), names(officer, "?sort=-gap")) == (["C", "A", "B"], ["A", "C", "B"])
    assert (names(officer, "?sort=days"), names(officer, "?sort=-days")) == (["A", "B", "C"], ["C", "B", "A"])


def test_filters_and_sorting_live_in_the_address(office: Office) -> None:
    source(office, "Ābols", tier="national", language="lv")
    source(office, "Bumba", "erring", tier="regional", language="lv|ru")
    source(office, "Cepure", tier="local", language="ru", kind="listing", last_ok_at=None)
    officer = office.as_role("comms")
    assert names(officer, "?state=trouble") == names(officer, "?state=erring") == names(officer, "?tier=regional") == ["Bumba"]
    assert names(officer, "?language=ru&sort=name") == ["Bumba", "Cepure"]
    assert names(officer, "?kind=listing") == names(officer, "?q=CEP") == ["Cepure"]
    assert names(officer, "?sort=-name") == ["Cepure", "Bumba", "Ābols"]
    assert names(officer, "?sort=last_ok")[-1] == names(officer, "?sort=-last_ok")[-1] == "Cepure"
    assert len(names(officer, "?state=nonsense&tier=x&sort=y&cols=z")) == 3
    tree = html.fromstring(officer.text(f"{LIST}?tier=regional&cols=name&cols=kind"))
    assert [head.text_content().strip("↑↓") for head in tree.xpath("//thead//th")][1:] == ["Avots", "Veids"]
    assert [chip.text_content() for chip in tree.xpath("//li[@class='chip']/span")] == ["Tvērums: reģiona"]
    assert html.fromstring(officer.text(f"{LIST}?q=nekas")).xpath("//div[@class='empty-state']//a/@href") == [LIST]


def test_an_empty_list_leads_on(office: Office) -> None:
    assert html.fromstring(office.as_role("comms").text(LIST)).xpath("//div[@class='empty-state']//a/@href") == [f"{LIST}/list"]
    assert html.fromstring(office.as_role("reader").text(LIST)).xpath("//div[@class='empty-state']//a") == []


def test_many_are_paused_at_once_and_taken_back(office: Office) -> None:
    one, other, off = source(office, "A"), source(office, "B", "erring"), source(office, "C", "paused", enabled=False)
    officer = office.as_role("comms")
    assert html.fromstring(officer.text("/settings")).xpath("string(//a[@id='attention']/span[2])") == "1"
    assert officer.post(f"{LIST}/switch", {"id": [str(one), str(other), str(off), "x", "999"], "action": "pause"}).location == LIST
    assert [row(office, number).enabled for number in (one, other, off)] == [False, False, False]
    tree = html.fromstring(officer.text(LIST))
    assert tree.xpath("string(//a[@id='attention']/span[2])") == "0"
    assert "Apturēti 2 avoti." in tree.xpath("string(//div[@id='toasts'])")
    [undo] = tree.xpath("//div[@id='toasts']//form/@action")
    assert officer.post(undo).location == LIST
    assert [row(office, number).enabled for number in (one, other, off)] == [True, True, False]
    assert row(office, one).next_poll_at == office.clock.now()
    assert trail(office) == [("pause", "source", None), ("resume", "source", None)]
    officer.post(f"{LIST}/switch", {"id": str(one), "action": "pause", "page": str(one)})
    assert trail(office)[-1] == ("pause", "source", one)
    assert "Vispirms atzīmējiet" in html.fromstring(_after(officer, {"action": "pause"})).xpath("string(//div[@id='toasts'])")
    assert officer.post(f"{LIST}/switch", {"id": str(one), "action": "delete"}).status_code == 400


def _after(visitor: Visitor, data: dict[str, object]) -> str:
    assert visitor.post(f"{LIST}/switch", data).status_code == 303
    return visitor.text(LIST)


def test_polling_is_long_work_in_the_visitors_name(office: Office) -> None:
    one, other = source(office, "A"), source(office, "B")
    officer = office.as_role("comms")
    assert officer.post(f"{LIST}/switch", {"id": [str(other), str(one)], "action": "poll"}).location == "/work/1"
    assert officer.post(f"{LIST}/poll", {"all": "yes"}).location == "/work/2"
    assert officer.post(f"{LIST}/poll").location == LIST  # nothing was chosen
    with office.app.store.reading() as session:
        rows = session.scalars(select(WorkRow).order_by(WorkRow.id)).all()
    assert [(found.kind, found.asked, found.user_id) for found in rows] == [
        ("poll", {"sources": f"{one},{other}"}, officer.user_id), ("poll", {"sources": ""}, officer.user_id)
    ]


def test_one_source_shows_how_it_fares_and_what_it_told(office: Office) -> None:
    number = source(office, "<b>Vēstis</b>", "erring", reason_key="scrapers.gone", reason_facts={"url": "<i>x</i>", "status": 410}, failures=3)
    told = mention(office, number, "<script>alert(1)</script>")
    for role in ("comms", "reader"):
        with listening(office.app.store.engine) as heard:
            text = office.as_role(role).text(f"{LIST}/{number}")
        assert len(heard.statements) <= 14  # two of them make the account
        assert f"/mentions/{told}" in text and "&lt;script&gt;" in text
        assert not any(tag in text for tag in ("<b>Vēstis", "<i>x", "<script>"))
    assert office.as_role("comms").get(f"{LIST}/999").status_code == 404


@pytest.mark.parametrize(
    ("columns", "said", "button"),
    [
        ({"state": "erring", "reason_key": "http.tls", "reason_facts": {"host": "a.example", "reason": "x"}}, "pasakiet redakcijai, ka sertifikāts neder", "Sameklēt, kā lasīt"),
        ({"state": "gone"}, "ja nav, apturiet avotu", "Sameklēt, kā lasīt"), ({"state": "blocked"}, "Palūdziet redakcijai to atļaut", "Sameklēt, kā lasīt"),
        ({"state": "empty"}, "vietne ir pārveidota", "Sameklēt, kā lasīt"), ({"state": "moved", "moved_to": "https://b.example/"}, "Saglabājiet to ar vienu pogu", "Saglabāt jauno adresi"),
        ({"usual_gap_seconds": 86_400, "days": 9}, "parasti kas jauns ir katru dienu", "Sameklēt, kā lasīt"), ({"state": "slow"}, "Nekas nav jādara", ""), ({"state": "healthy"}, "", ""),
        ({"state": "paused", "enabled": False}, "Ieslēdziet to", ""), ({"state": "new"}, "minūtes laikā", ""),
    ],
    ids=["certificate", "gone", "blocked", "empty", "moved", "silent", "slow", "healthy", "paused", "new"],
)
def test_what_is_wrong_comes_with_what_to_do(office: Office, columns: dict[str, object], said: str, button: str) -> None:
    set_to = {"state": "healthy", **columns}
    set_to["last_new_at"] = office.clock.now() - timedelta(days=int(str(set_to.pop("days", 0))))
    number = source(office, "Vēstis", **set_to)  # type: ignore[arg-type]
    tree = html.fromstring(office.as_role("comms").text(f"{LIST}/{number}"))
    told = " ".join(tree.xpath("string(//main)").split())
    assert said in told
    found = [one.text_content().strip() for one in tree.xpath("//section[@class='person']//a | //section[@class='person']//button")]
    assert found == ([button] if button else [])


def test_answers_are_told_and_those_of_trouble_alone(office: Office) -> None:
    number = source(office, "Vēstis")
    at = office.clock.now() - timedelta(hours=5)
    with office.app.store.transaction() as session:
        session.add(SourceAnswer(source_id=number, at=at, until=at + timedelta(hours=2), times=3, state="erring", reason_key="scrapers.gone", reason_facts={"url": "<i>", "status": 410}))
        session.add(SourceAnswer(source_id=number, at=at + timedelta(hours=3), until=at, state="healthy", found=30, new=4, mentions=1, millis=1_234, size=20_480))
    officer = office.as_role("comms")
    lines = html.fromstring(officer.text(f"{LIST}/{number}")).xpath("//div[@id='answer-list']//tbody/tr")
    assert [cell.text_content().strip() for cell in lines[0].xpath("./td")][1:] == ["darbojas", "30", "4", "1", "1,2 s", "20,5 kB"]
    assert "3 reizes pēc kārtas, līdz" in lines[1].text_content() and "<i>" in lines[1].text_content()
    only = html.fromstring(officer.text(f"{LIST}/{number}?answers=trouble")).xpath("//div[@id='answer-list']//tbody/tr")
    assert len(only) == 1 and "kļūda" in only[0].text_content()


def test_a_source_is_changed_and_asked_anew_only_with_another_address(office: Office) -> None:
    number = source(office, "Vēstis", etag="abc", bookmark="7", marks=b"x" * 8, ttl_seconds=60)
    officer = office.as_role("comms")
    url = str(row(office, number).settings["url"])
    same = FEED | {"name": "Vēstis", "tier": "national", "kind_url": url, "language": "lv"}
    officer.post(f"{LIST}/{number}", same | {"note": "Zvanīt Jānim", "tier": "regional"})
    held = row(office, number)
    assert (held.tier, held.note, held.etag, held.state, held.bookmark) == ("regional", "Zvanīt Jānim", "abc", "healthy", "7")
    officer.post(f"{LIST}/{number}", same | {"kind_url": "https://cits.example/rss"})
    held = row(office, number)
    assert (held.settings["url"], held.etag, held.state) == ("https://cits.example/rss", None, "new")
    assert (held.bookmark, held.ttl_seconds, held.state_since) == (None, None, office.clock.now())
    assert trail(office) == [("change", "source", number)] * 2
    officer.post(f"{LIST}/{number}", same | {"kind_url": "https://cits.example/rss"})
    assert len(trail(office)) == 2 and "Nekas nebija jāmaina." in officer.text(LIST)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Šis lauks jāaizpilda."), ({"tier": "x"}, "Izvēlieties kādu no piedāvātajiem."), ({"kind_url": ""}, "Šis lauks jāaizpilda."),
        ({"kind_url": "javascript:alert(1)"}, "nav derīga tīmekļa adrese"), ({"kind_zone": "Mēness"}, "Nav laika joslas"), ({"name": "Esošā"}, "jau ir"),
        ({"kind_url": "https://esosa.example/rss"}, "Šo adresi jau lasa"), ({"name": "x" * 201}, "Par garu"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_lost(office: Office, change: dict[str, str], said: str) -> None:
    officer = office.as_role("comms")
    officer.post(f"{LIST}/new", FEED | {"name": "Esošā", "kind_url": "https://esosa.example/rss"})
    answer = officer.post(f"{LIST}/new", FEED | {"note": "<b>piezīme</b>"} | change)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in page
    assert "&lt;b&gt;piezīme" in page and "<b>piezīme" not in page
    assert len(names(officer)) == 1


@pytest.mark.parametrize("kind", sorted(kinds("scrapers.sources")))
def test_every_kind_has_a_form_that_adds_it(office: Office, kind: str) -> None:
    officer = office.as_role("comms")
    tree = html.fromstring(officer.text(f"{LIST}/new?kind={kind}"))
    drawn = {entry.get("name") for entry in tree.xpath("//main//form//*[@name]")}
    assert set(forms.form_of("scrapers.sources", kind, Facts).__dataclass_fields__) <= drawn
    labels = [label.text_content().strip() for label in tree.xpath("//main//form//label")]
    assert not [label for label in labels if label.startswith("kind_")], labels
    example = getattr(kinds("scrapers.sources")[kind], "example", {"url": "https://x.example/", "item": "article"})
    default = forms.filled("scrapers.sources", kind, {}, {})
    sent = {f"kind_{name}": str(example.get(name, value)) for name, value in forms.settings_in("scrapers.sources", kind, default).items()}
    assert officer.post(f"{LIST}/new", FEED | sent | {"kind": kind}).status_code == 303, kind
    [made] = names(officer)
    assert made == "Jaunā Avīze"
    assert trail(office)[-1][:2] == ("create", "source")
    assert officer.get(f"{LIST}/1").status_code == 200


def test_a_secret_itself_is_neither_kept_nor_shown(office: Office) -> None:
    kind = next(name for name, cls in kinds("scrapers.sources").items() if any(field.endswith("_env") for field in cls.__dataclass_fields__))
    field = next(field for field in kinds("scrapers.sources")[kind].__dataclass_fields__ if field.endswith("_env"))
    example = dict(kinds("scrapers.sources")[kind].example)
    sent = FEED | {"kind": kind} | {f"kind_{name}": value for name, value in example.items()} | {f"kind_{field}": "s3cr3t-kanarijs/+="}
    answer = office.as_role("comms").post(f"{LIST}/new", sent)
    assert answer.status_code == 422
    assert "s3cr3t" not in answer.get_data(as_text=True)
    with office.app.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Source)) == 0


def test_a_list_is_looked_at_then_taken_in_by_whom_it_is(office: Office) -> None:
    officer = office.as_role("comms")
    answer = officer.post(f"{LIST}/list", {"file": (io.BytesIO(TABLE.encode()), "../../saraksts.csv")}, content_type="multipart/form-data")
    assert answer.location == "/work/1"
    lane(office)
    page = officer.text("/work/1")
    assert "jauni avoti 1" in page and "nederīgas rindas 1" in page and names(officer) == []
    with officer.get("/work/1/file") as file:
        assert "Slikta" in file.get_data(as_text=True)
    assert office.as_role("administrator").post(f"{LIST}/list", {"work": "1"}).status_code == 404
    assert officer.post(f"{LIST}/list", {"work": "1"}).location == "/work/2"
    lane(office)
    assert names(officer) == ["No faila"]
    assert trail(office) == [("ask", "work", 1), ("ask", "work", 2), ("import", "source", None)]
    assert officer.post(f"{LIST}/list", {"work": "2"}).status_code == 303  # asked again, it finds the file gone
    for data in ({}, {"file": (io.BytesIO(b""), "x.csv")}):
        answer = officer.post(f"{LIST}/list", data, content_type="multipart/form-data")
        assert answer.status_code == 422 and "Izvēlieties datni" in answer.get_data(as_text=True)


def test_the_list_can_be_fetched_both_ways_and_brought_back(office: Office) -> None:
    officer = office.as_role("comms")
    officer.post(f"{LIST}/new", FEED | {"name": "=cmd|' /C calc'!A0"})
    table = officer.get(f"{LIST}/table")
    assert table.headers["Content-Disposition"] == 'attachment; filename="avoti.csv"'
    assert "'=cmd" in table.get_data(as_text=True)
    assert b"xmlUrl=" in officer.get(f"{LIST}/table?format=opml").get_data()
    officer.post(f"{LIST}/list", {"file": (io.BytesIO(table.get_data()), "avoti.csv")}, content_type="multipart/form-data")
    lane(office)
    assert "jauni avoti 0, mainīti 0, jau ir tādi paši 1" in officer.text("/work/1")
