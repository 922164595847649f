"""What waits: each with its reason and a way to deal with it; a doubtful mail is settled once."""

from datetime import date, timedelta

import pytest
from lxml import html
from sqlalchemy import select

from campaigns import dispatch, editing
from campaigns.models import Delivery
from outreach.people.models import ROLES, AuditEntry
from outreach.subscribers.models import DigestRun
from tests.benchmarks.replay import listening
from tests.outreach.web import mailroom
from tests.outreach.web.case_deeds import consent, withdrawn
from tests.outreach.web.conftest import Office
from tests.outreach.web.newsdesk import source
from tests.support.people import Visitor

TODAY = date(2026, 11, 23)


def doubtful_mail(office: Office, day: date = TODAY) -> None:
    mailroom.run(office, mailroom.reader(office), day=day, status="unconfirmed", error_key="digest.interrupted", error_facts={})


def unconfirmed_post(office: Office) -> int:
    now = office.clock.now()
    with office.app.store.transaction() as session:
        channel = dispatch.add_channel(session, "mape", "folder", {"folder": "/tmp/x"})
        campaign = editing.campaign_named(session, now, "MĀJAS", now.date())
        post = editing.write(session, now, campaign, language="lv", title="<b>Aicinājums</b>", text="x", target_url="https://majas.example/")
        editing.approve(session, now, post.id)
        row = dispatch.schedule(session, now, post.id, channel.id, now)
        held = session.get_one(Delivery, row.id)
        held.status, held.error_key = "unconfirmed", "campaigns.delivery.interrupted"
        return row.id


def state(office: Office) -> str:
    with office.app.store.reading() as session:
        return session.scalars(select(DigestRun.status)).one()


def bell(visitor: Visitor) -> str:
    return str(html.fromstring(visitor.text("/settings")).xpath("string(//a[@id='attention']/span[2])"))


@pytest.mark.parametrize("role", ROLES)
def test_only_the_desk_looks_and_only_who_can_settle_settles(office: Office, role: str) -> None:
    doubtful_mail(office)
    visitor = office.as_role(role)
    assert visitor.get("/attention").status_code == (200 if role in {"administrator", "comms", "coordinator"} else 403)
    answer = visitor.post("/attention/mail", {"day": TODAY.isoformat(), "arrived": "yes"})
    assert answer.status_code == (303 if role in {"administrator", "comms"} else 403)
    assert state(office) == ("sent" if role in {"administrator", "comms"} else "unconfirmed")


def test_everything_is_there_with_reason_and_way(office: Office) -> None:
    number = unconfirmed_post(office)
    doubtful_mail(office)
    trouble = source(office, "Kļūdainais", "erring", reason_key="scrapers.gone", reason_facts={"url": "https://x.example", "status": 410})
    officer = office.as_role("comms")
    with listening(office.app.store.engine) as heard:
        text = officer.text("/attention")
    assert len(heard.statements) <= 12
    tree = html.fromstring(text)
    assert [badge.text_content() for badge in tree.xpath("//main//h2/span")] == ["1", "1", "1"]
    assert "&lt;b&gt;Aicinājums" in text and "<b>Aic" not in text
    assert "Darbs pārtrūka sūtīšanas brīdī." in text and "Sūtīšana tika pārtraukta pusceļā." in text and "slēgta uz visiem laikiem" in text
    assert {f"/deliveries/{number}", f"/settings/sources/{trouble}"} <= {link.get("href") for link in tree.xpath("//main//a")}
    assert bell(officer) == "3"


def test_nothing_waits_and_the_page_says_so(office: Office) -> None:
    tree = html.fromstring(office.as_role("coordinator").text("/attention"))
    assert tree.xpath("//div[@class='empty-state']//a/@href") == ["/"]


def test_a_doubtful_mail_is_settled_once_and_written_down(office: Office) -> None:
    doubtful_mail(office)
    officer = office.as_role("comms")
    assert bell(officer) == "1"
    assert officer.post("/attention/mail", {"day": TODAY.isoformat(), "arrived": "no"}).status_code == 303
    assert state(office) == "due"
    assert bell(officer) == "0"  # at once, not a quarter of a minute later
    with office.app.store.transaction() as session:
        session.scalars(select(DigestRun)).one().status = "sent"
    assert officer.post("/attention/mail", {"day": TODAY.isoformat(), "arrived": "no"}).status_code == 303
    assert state(office) == "sent"
    assert "jau ir izlemts" in officer.text("/attention")
    with office.app.store.reading() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "digest")).all()
    assert (entry.actor, entry.action, entry.subject_kind, entry.facts) == ("comms@example.org", "confirm", "digest", {"day": "2026-11-23"})


def test_only_todays_mail_is_offered_again(office: Office) -> None:
    doubtful_mail(office, TODAY - timedelta(days=1))
    tree = html.fromstring(office.as_role("comms").text("/attention"))
    assert [button.get("value") for button in tree.xpath("//main//button[@name='arrived']")] == ["yes"]


@pytest.mark.parametrize("day", ["", "x", "2026-13-40", "2026-11-23'--"])
def test_a_day_that_is_none_is_refused(office: Office, day: str) -> None:
    assert office.as_role("comms").post("/attention/mail", {"day": day, "arrived": "yes"}).status_code == 400


@pytest.mark.parametrize(("purpose", "way"), [("story", "/media/stories"), ("photo", "/media"), ("newsletter", "/settings/readers")])
def test_what_a_family_withdrew_waits_until_whoever_publishes_followed_it(office: Office, purpose: str, way: str) -> None:
    number, made = withdrawn(office, purpose)
    consent(office, number, purpose)  # another one, that stands
    visitor = office.as_role("comms")
    page = visitor.text("/attention")
    assert f"Ģimene Nr. {number}: " in page and f'href="{way}"' in page and "vairs ne" in page
    assert bell(visitor).startswith("1")
    assert "Atsauktas piekrišanas" not in office.as_role("coordinator").text("/attention")
    assert office.as_role("coordinator").post(f"/attention/consents/{made}").status_code == 403
    assert "atsaukums ir ievērots" in visitor.post(f"/attention/consents/{made}", follow_redirects=True).get_data(as_text=True)
    assert "Atsauktas piekrišanas" not in visitor.text("/attention")
    for other in (made, made + 1, 999):  # done before, not withdrawn, not there
        visitor.post(f"/attention/consents/{other}")
    with office.app.store.reading() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "heed")).all()
    assert [(line.subject_kind, line.subject_id) for line in lines] == [("consent", made)]
