"""Sheets for paper: a campaign's brief and the calendar, read back as text; a partner's copy; big and hostile ones."""

import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from campaigns import campaign_links, notes
from campaigns.agenda import Bar
from campaigns.models import Campaign, CampaignCost, CampaignStep
from outreach.web.printed.calendar import lanes
from outreach.web.printed.notes import Block, Run, blocks
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

PLACE = "Balvu novads"


def text(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), path
    return words_of(answer.data)


def words_of(pdf: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler's pdftotext is not on this machine")
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def pages_of(pdf: str) -> list[str]:
    return [page for page in pdf.split("\f") if page.strip()]


def filled(office: Office, folder: Path, **more: object) -> int:
    """A campaign with something of everything."""
    number = planning.campaign(office, "Ciemos #1 *mājās*", PLACE, goal="Lai satiekas.", note=notes.kept("<p>Runāt ar <strong>vēstniecību</strong>.</p><ul><li>plakāti</li></ul>"))
    now = office.clock.now()
    told = {"goal_kind": "visits", "goal_target": 500, "countries": ["GB", "IE"], "families": ["children"], "owner": "comms@example.org",
            "partners": ["Vēstniecība Īrijā"], "budget_cents": 125050, **more}  # fmt: skip
    with office.app.store.transaction() as session:
        campaign = session.get_one(Campaign, number)
        for name, value in told.items():
            setattr(campaign, name, value)
        session.add(CampaignStep(campaign_id=number, kind="task", title="Sarunāt telpas", due_on=date(2026, 11, 20), days=-8))
        session.add(CampaignCost(campaign_id=number, spent_on=date(2026, 11, 20), cents=43020, minutes=90, what="x", by="x", at=now))
        campaign_links.make(session, now, number, label="Plakāts lidostā", target_url="https://example.org/")
    made = planning.post(office, number, "Brauc ciemos", language="en")
    planning.delivery(office, made, planning.channel(office, folder), datetime(2026, 12, 1, 8, 30, tzinfo=UTC))
    return number


def test_a_brief_says_everything_of_its_campaign(office: Office, tmp_path: Path) -> None:
    comms = office.as_role("comms")
    told = text(comms, f"/campaigns/{filled(office, tmp_path)}/brief.pdf")
    for wanted in (
        "Ciemos #1 *mājās*", "20.11.2026. – 30.11.2026.", "Lai satiekas.", "Saišu atvērumi: 0 no 500", "Apvienotā Karaliste, Īrija",
        "ģimenes ar bērniem", PLACE, "Vārds comms", "Vēstniecība Īrijā", "1 250,50 €", "430,20 €", "1,5 h darba",
        "20.11.2026.", "8 dienas pirms", "Sarunāt telpas", "nokavēts", "Brauc ciemos", "1.12.2026. 10:30", "GB, IE 08:30", "Mape",
        "/k/", "Nāciet: [saite]", "Plakāts lidostā", "Runāt ar vēstniecību.", "plakāti", "23.11.2026. 10:00",
    ):  # fmt: skip
        assert wanted in told.replace("\N{NO-BREAK SPACE}", " "), wanted


def test_a_brief_speaks_the_readers_language(office: Office, tmp_path: Path) -> None:
    told = text(office.as_role("comms"), f"/campaigns/{filled(office, tmp_path)}/brief.pdf?lang=en")
    for wanted in ("Campaign brief", "Link visits: 0 of 500", "8 days before", "overdue", "€1,250.50"):
        assert wanted in told, wanted


def test_a_partners_copy_has_neither_posts_words_nor_money(office: Office, tmp_path: Path) -> None:
    number = filled(office, tmp_path)
    partner = planning.partner(office, PLACE)
    told = text(partner, f"/campaigns/{number}/brief.pdf")
    assert "Brauc ciemos" in told and "Sarunāt telpas" in told
    assert "Nāciet" not in told and "€" not in told
    assert planning.partner(office, "Ludzas novads").get(f"/campaigns/{number}/brief.pdf").status_code == 404


@pytest.mark.parametrize(("kind", "inside"), [("returns", "Atgriešanās: 0 no 10"), ("applications", "Pieteikumi: 0 no 10")])
def test_how_many_families_it_is_stays_in_the_office(office: Office, tmp_path: Path, kind: str, inside: str) -> None:
    path = f"/campaigns/{filled(office, tmp_path, goal_kind=kind, goal_target=10)}/brief.pdf"
    assert inside in text(office.as_role("reader"), path)
    outside = text(planning.partner(office, PLACE), path)
    assert inside not in outside and "Mērķis – " in outside


def test_a_campaign_of_nothing_but_a_name_has_its_sheet(office: Office) -> None:
    told = text(office.as_role("reader"), f"/campaigns/{planning.campaign(office, ends_on=None)}/brief.pdf")
    assert "Plānā vēl nav neviena darba." in told and "Ierakstu vēl nav." in told
    assert "no 20.11.2026., bez beigu dienas" in told
    assert office.as_role("reader").get("/campaigns/999/brief.pdf").status_code == 404


def test_a_long_plan_flows_over_pages_each_with_its_heads(office: Office) -> None:
    number = planning.campaign(office)
    with office.app.store.transaction() as session:
        for at in range(200):
            session.add(CampaignStep(campaign_id=number, kind="task", title=f"Darbs {at:03}", due_on=date(2026, 11, 20) + timedelta(days=at)))
    pages = pages_of(text(office.as_role("comms"), f"/campaigns/{number}/brief.pdf"))
    assert len(pages) >= 4
    assert all("Stāvoklis" in page for page in pages if "Darbs 1" in page)
    assert all(f"Darbs {at:03}" in "".join(pages) for at in range(200))
    assert f"1/{len(pages)}" in pages[0].replace(" ", "")


def test_a_picture_is_shown_while_its_people_agree(office: Office) -> None:
    number, comms = planning.campaign(office), office.as_role("comms")
    bare = comms.get(f"/campaigns/{number}/brief.pdf").data
    shown = planning.picture(office, of_people=True, consent_from=date(2026, 1, 1))
    with office.app.store.transaction() as session:
        session.get_one(Campaign, number).picture_id = shown
    whole = comms.get(f"/campaigns/{number}/brief.pdf").data
    assert b"/Subtype/Image" in whole and b"/Subtype/Image" not in bare
    comms.post(f"/media/pictures/{shown}/withdraw")
    assert b"/Subtype/Image" not in comms.get(f"/campaigns/{number}/brief.pdf").data


def test_a_file_that_is_gone_keeps_nobody_from_the_sheet(office: Office) -> None:
    number = planning.campaign(office)
    shown = planning.picture(office)
    with office.app.store.transaction() as session:
        session.get_one(Campaign, number).picture_id = shown
    (office.app.settings.folder / "media" / planning.picture_name(office, shown)).unlink()
    assert office.as_role("comms").get(f"/campaigns/{number}/brief.pdf").status_code == 200


def test_a_month_shows_what_goes_out_and_counts_what_has_no_room(office: Office, tmp_path: Path) -> None:
    number = planning.campaign(office, "Ziemas ceļš", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
    channel = planning.channel(office, tmp_path)
    for at in range(30):
        planning.delivery(office, planning.post(office, number, f"R{at:02}"), channel, datetime(2026, 12, 8, 6, at, tzinfo=UTC))
    comms = office.as_role("comms")
    month = text(comms, "/calendar.pdf?view=month&day=2026-12-20")
    assert len(pages_of(month)) == 1
    assert "2026. gada decembris" in month and "Ziemas ceļš" in month and "Ziemassvētki" in month
    shown = sum(f"R{at:02}" in month for at in range(30))
    assert 3 <= shown < 30
    assert f"+ vēl {30 - shown}" in month
    assert "08:00 Mape · R00" in month
    week = text(comms, "/calendar.pdf?view=week&day=2026-12-08")
    assert len(pages_of(week)) == 1
    assert all(f"R{at:02}" in week for at in range(30))


def test_a_quiet_week_has_room_for_everything(office: Office, tmp_path: Path) -> None:
    filled(office, tmp_path)
    week = text(office.as_role("comms"), "/calendar.pdf?day=2026-12-01")
    for wanted in ("2026. gada 49. nedēļa, 30.11.2026. – 6.12.2026.", "10:30", "GB, IE 08:30", "Mape", "Brauc ciemos"):
        assert wanted in week, wanted
    assert "Klusā diena" in text(office.as_role("comms"), "/calendar.pdf?view=month&day=2026-03-25")


@pytest.mark.parametrize("query", ["view=month&day=0001-01-01", "view=month&day=9999-12-31", "view=x&day=x", "view=week&day=2199-12-31", "day=2026-02-30"])
def test_any_day_has_its_page(office: Office, query: str) -> None:
    assert office.as_role("reader").get(f"/calendar.pdf?{query}").data.startswith(b"%PDF-")


def test_a_partners_calendar_is_of_its_place(office: Office, tmp_path: Path) -> None:
    channel = planning.channel(office, tmp_path)
    for name, place in (("Mūsu", PLACE), ("Sveša", "Ludzas novads")):
        number = planning.campaign(office, f"{name} kampaņa", place)
        planning.delivery(office, planning.post(office, number, f"{name} ziņa"), channel)
        with office.app.store.transaction() as session:
            session.add(CampaignStep(campaign_id=number, kind="task", title=f"{name} darbs", due_on=date(2026, 11, 24)))
    told = text(planning.partner(office, PLACE), "/calendar.pdf?view=week&day=2026-11-23")
    assert "Mūsu kampaņa" in told and "Mūsu ziņa" in told and "Mūsu darbs" in told
    assert "Sveša" not in told
    assert "Sveša" in text(office.as_role("comms"), "/calendar.pdf?view=week&day=2026-11-23")


def test_sheets_are_kept_by_nobody(office: Office) -> None:
    for path in ("/calendar.pdf", f"/campaigns/{planning.campaign(office)}/brief.pdf"):
        answer = office.as_role("reader").get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"].startswith('inline; filename="')


def bar(number: int, start: int, end: int) -> Bar:
    return Bar(number, f"K{number}", start, end, False, False)


def test_bars_share_a_lane_where_their_days_do_not_meet() -> None:
    found, left = lanes([bar(1, 1, 3), bar(2, 3, 5), bar(3, 4, 7), bar(4, 6, 7), bar(5, 1, 7)], 2)
    assert [[one.campaign_id for one in lane] for lane in found] == [[1, 3], [2, 4]]
    assert left == 1


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("", ()),
        ("<p>a  b</p><p> </p>", (Block("par", ((Run("a b"),),)),)),
        ("<p>a <strong>b</strong> c</p>", (Block("par", ((Run("a "), Run("b", strong=True), Run(" c")),)),)),
        ("<p>a<br>b</p>", (Block("par", ((Run("a"), Run("\n"), Run("b")),)),)),
        ("<ul><li>a</li><li><em>b</em></li></ul>", (Block("ul", ((Run("a"),), (Run("b", em=True),))),)),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", (Block("ol", ((Run("a"),), (Run("b"),), (Run("c"),))),)),
        ("<blockquote><p>a</p></blockquote>b", (Block("quote", ((Run("a"),),)), Block("par", ((Run("b"),),)))),
        ("<h3>a</h3>", (Block("head", ((Run("a"),),)),)),
        ('<p><a href="https://x.example/">a</a></p>', (Block("par", ((Run("a", url="https://x.example/"),),)),)),
        ('<p><a href="javascript:x">a</a><script>b</script>&lt;c&gt;</p>', (Block("par", ((Run("a"), Run("<c>")),)),)),
        ("<ul><li>a", (Block("ul", ((Run("a"),),)),)),
    ],
)  # fmt: skip
def test_a_note_becomes_blocks(html: str, wanted: tuple[Block, ...]) -> None:
    assert blocks(html) == wanted
