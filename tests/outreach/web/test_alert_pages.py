"""Alerts on the pages: what was told, one's own rule by role, letters in doubt, hooks without their secrets."""

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select

from outreach.alerts import hookbook, rules
from outreach.alerts.hookbook import HookAsked
from outreach.alerts.models import Alert, AlertHook, AlertLetter, AlertRule
from outreach.alerts.rules import KINDS_OF_ROLE, Wanted
from tests.benchmarks.replay import listening
from tests.outreach.web import newsdesk
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

RULE: dict[str, object] = {"kinds": ["critical", "spike"], "quiet_from": "21:00", "quiet_until": "06:30", "working_days": "1"}
HOOK: dict[str, object] = {"name": "Biroja Slack", "kind": "slack", "secret_name": "OUTREACH_HOOK_SLACK", "language": "lv", **RULE}
STAFF = [role for role, kinds in KINDS_OF_ROLE.items() if kinds]


def alert(office: Office, kind: str, subject: str, ago: timedelta = timedelta(hours=1), **facts: object) -> None:
    with office.app.store.transaction() as session:
        session.add(Alert(kind=kind, subject=subject, at=office.clock.now() - ago, facts=facts))


def hook(office: Office) -> int:
    with office.app.store.transaction() as session:
        asked = HookAsked("Biroja Slack", "slack", "OUTREACH_HOOK_SLACK", "lv")
        return hookbook.add(session, office.clock.now(), asked, Wanted(("critical",)), "x")


def some(office: Office) -> int:
    """An alert of each of two kinds; the number of the mention that one of them is about."""
    number = newsdesk.mention(office, newsdesk.source(office, "Rīta Ziņas"), "<b>Kritika</b>")
    alert(office, "critical", f"mention:{number}", mention=number, title="<b>Kritika</b>", outlet="Rīta Ziņas", source=1)
    alert(office, "unanswered", "inquiry:1", inquiry=1, since="2026-11-19T08:00:00+00:00")
    return number


@pytest.mark.parametrize("role", STAFF)
def test_a_role_sees_and_chooses_its_own_kinds_alone(office: Office, role: str) -> None:
    number = some(office)
    visitor = office.as_role(role)
    with listening(office.app.store.engine) as heard:
        page = visitor.text("/alerts")
    assert len(heard.statements) <= 12
    tree = html.fromstring(page)
    assert tree.xpath("//input[@name='kinds']/@value") == [*KINDS_OF_ROLE[role]]
    links = tree.xpath("//ul[@id='told']//a/@href")
    assert f"/mentions/{number}" in links and ("/inquiries/1" in links) is (role == "coordinator")
    assert "&lt;b&gt;Kritika" in page and "<b>Kritika" not in page
    assert visitor.post("/alerts/rule", {**RULE, "kinds": "unanswered"}).status_code == (303 if role == "coordinator" else 422)


def test_a_partner_has_no_alerts(office: Office) -> None:
    visitor = office.as_role("partner", "Ludzas novads")
    assert visitor.get("/alerts").status_code == 403 and visitor.post("/alerts/rule", RULE).status_code == 403
    assert "/alerts" not in visitor.text("/digests")


def test_ones_own_rule_is_kept_switched_off_and_on(office: Office) -> None:
    visitor = office.as_role("comms")
    assert visitor.post("/alerts/switch", {"do": "off"}).status_code == 404
    assert visitor.post("/alerts/rule", RULE).status_code == 303
    with office.app.store.reading() as session:
        rule = rules.of_user(session, visitor.user_id)
    assert rule is not None and rule.is_on and rule.wanted == Wanted(("critical", "spike"), "21:00", "06:30", True)
    page = visitor.text("/alerts")
    assert 'value="21:00"' in page and html.fromstring(page).xpath("//input[@name='kinds'][@checked]/@value") == ["critical", "spike"]
    for _ in range(2):
        assert visitor.post("/alerts/switch", {"do": "off"}).status_code == 303
    with office.app.store.reading() as session:
        assert session.scalars(select(AlertRule.is_on)).all() == [False]
    assert visitor.post("/alerts/switch", {"do": "x"}).status_code == 400
    visitor.post("/alerts/rule", RULE)
    with office.app.store.reading() as session:
        assert session.scalars(select(AlertRule.is_on)).all() == [True]


@pytest.mark.parametrize("wrong", [{"kinds": []}, {"kinds": ["moon"]}, {"quiet_from": "25:00"}, {"quiet_until": "x"}])
def test_a_rule_that_is_none_is_refused_beside_its_field(office: Office, wrong: dict[str, object]) -> None:
    answer = office.as_role("comms").post("/alerts/rule", {**RULE, **wrong})
    assert answer.status_code == 422 and "field-error" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("do", "status"), [("arrived", "sent"), ("again", "due"), ("aside", "failed")])
def test_a_letter_in_doubt_is_settled_once(office: Office, do: str, status: str) -> None:
    visitor = office.as_role("comms")
    visitor.post("/alerts/rule", RULE)
    with office.app.store.transaction() as session:
        session.add(AlertLetter(rule_id=1, made_at=office.clock.now(), status="unconfirmed", message_id="<a@example.org>", error_key="alerts.letter.interrupted"))
    assert html.fromstring(visitor.text("/alerts")).xpath("//section[@class='person']//button/@value") == ["arrived", "again", "aside"]
    assert visitor.post("/alerts/letters/1", {"do": do}).status_code == 303
    with office.app.store.reading() as session:
        assert session.scalars(select(AlertLetter.status)).one() == status
    visitor.post("/alerts/letters/1", {"do": "arrived"})
    assert "jau ir izlemts" in visitor.text("/alerts")
    assert visitor.post("/alerts/letters/1", {"do": "x"}).status_code == 400
    assert office.as_role("coordinator").post("/alerts/letters/1", {"do": "arrived"}).status_code == 403


@pytest.fixture
def boss(office: Office) -> Visitor:
    return office.as_role("administrator")


def test_a_hook_is_added_changed_switched_and_removed(office: Office, boss: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "OUTREACH_HOOK_SLACK" in boss.text("/alerts/hooks/new")
    answer = boss.post("/alerts/hooks/new", HOOK)
    assert answer.location == "/alerts/hooks/1"
    assert "Biroja Slack" in boss.text("/alerts/hooks")
    monkeypatch.setenv("OUTREACH_HOOK_SLACK", "https://hooks.example/T0/secret")
    for path in ("/alerts/hooks", "/alerts/hooks/1"):
        assert "hooks.example" not in boss.text(path)
    boss.post("/alerts/hooks/1", {**HOOK, "name": "Otrs", "kinds": ["source_down"]})
    with office.app.store.reading() as session:
        assert session.scalars(select(AlertHook.name)).all() == ["Otrs"]
        assert session.scalars(select(AlertRule.kinds)).all() == [["source_down"]]
    boss.post("/alerts/hooks/1/switch", {"do": "off"})
    with office.app.store.reading() as session:
        assert session.scalars(select(AlertRule.is_on)).all() == [False]
    boss.post("/alerts/hooks/1/remove")
    assert boss.get("/alerts/hooks/1").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"kind": "fax"}, {"secret_name": "OUTREACH_DATA_KEY"}, {"secret_name": "PATH"}, {"language": "ru"}, {"kinds": []}, {"kinds": ["unanswered"]}],
)
def test_a_hook_that_is_none_is_refused(office: Office, boss: Visitor, wrong: dict[str, object]) -> None:
    answer = boss.post("/alerts/hooks/new", {**HOOK, **wrong})
    assert answer.status_code == 422 and "field-error" in answer.get_data(as_text=True)
    with office.app.store.reading() as session:
        assert session.scalars(select(AlertHook)).all() == []


def test_an_address_that_is_pasted_instead_of_its_name_is_not_shown_again(boss: Visitor) -> None:
    answer = boss.post("/alerts/hooks/new", {**HOOK, "secret_name": "https://hooks.example/T0/secret"})
    assert answer.status_code == 422 and "hooks.example" not in answer.get_data(as_text=True)


def test_a_hook_without_its_address_says_so_when_it_is_tried(office: Office, boss: Visitor) -> None:
    hook(office)
    assert boss.post("/alerts/hooks/1/test").status_code == 303
    assert "Biroja Slack izmēģinājuma ziņu nepieņēma" in boss.text("/alerts/hooks/1")


@pytest.mark.parametrize("role", ["comms", "coordinator", "reader", "partner"])
def test_hooks_are_the_administrators(office: Office, role: str) -> None:
    hook(office)
    visitor = office.as_role(role, "Ludzas novads")
    assert visitor.get("/alerts/hooks").status_code == 403
    for path in ("/alerts/hooks/new", "/alerts/hooks/1"):
        assert visitor.get(path).status_code == 403 and visitor.post(path, HOOK).status_code == 403
    for deed in ("switch", "test", "remove"):
        assert visitor.post(f"/alerts/hooks/1/{deed}", {"do": "off"}).status_code == 403


@pytest.mark.parametrize("path", ["/alerts", "/alerts/hooks", "/alerts/hooks/new", "/alerts/hooks/1"])
def test_these_pages_ask_seldom(office: Office, boss: Visitor, path: str) -> None:
    hook(office)
    for number in range(60):
        alert(office, "source_down", f"source:{number + 1}", timedelta(hours=number), source=number + 1, name="Avots", state="erring", tier="local", since="2026-11-19T08:00:00+00:00")
    office.client.application.extensions["outreach.attention"].forget()
    with listening(office.app.store.engine) as heard:
        page = boss.text(path)
    assert len(heard.statements) <= 12
    if path == "/alerts":
        tree = html.fromstring(page)
        assert len(tree.xpath("//ul[@id='told']/li")) == 50
        older = str(tree.xpath("string(//nav[@class='pager']/a[@rel='next']/@href)"))
        assert len(html.fromstring(boss.text(older)).xpath("//ul[@id='told']/li")) == 10
