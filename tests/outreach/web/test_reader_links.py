"""What the links of a morning mail open: programs that follow links change nothing, one click stops the mail, and no link
opens more than its own reader's.
"""

from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from outreach.people.models import AuditEntry, User
from outreach.subscribers import subscriptions
from scrapers.models import Mention
from tests.benchmarks.replay import listening
from tests.outreach.web import mailroom, newsdesk
from tests.outreach.web.conftest import PAGE, Office
from tests.support.people import account

WISH = {"rhythm": "weekly", "weekday": "4", "at": "06:30", "zone": "Europe/London", "language": "en", "tiers": ["national", "local"]}


@pytest.fixture
def officer(office: Office) -> mailroom.Sent:
    """The mail of a comms officer that tells of one mention."""
    number = newsdesk.mention(office, newsdesk.source(office, "Rīta Ziņas"), "Atkal mājās", sense="ambiguous")
    return mailroom.sent(office, mailroom.reader(office, user_id=account(office.app, "comms")), mentions=(number,))


@pytest.fixture
def outsider(office: Office) -> mailroom.Sent:
    return mailroom.sent(office, mailroom.reader(office), mentions=(1,), office_s=False)


def ask(office: Office, path: str) -> TestResponse:
    return office.client.application.test_client().get(path, base_url=PAGE)


def press(office: Office, path: str, data: dict[str, object] | None = None, **more: object) -> TestResponse:
    """A form of somebody who has no cookie of ours."""
    return office.client.application.test_client().post(path, base_url=PAGE, data=data or {}, **more)  # type: ignore[arg-type]


def verdict(office: Office) -> tuple[str | None, str]:
    with office.app.store.reading() as session:
        row = session.scalars(select(Mention)).one()
        return row.verdict, row.sense


def lines(office: Office, *actions: str) -> list[AuditEntry]:
    with office.app.store.reading() as session:
        return [*session.scalars(select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id))]


def test_the_mail_in_a_browser_is_its_readers_and_can_do_nothing(office: Office, outsider: mailroom.Sent) -> None:
    answer = ask(office, f"/d/{outsider.mail}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    links = html.fromstring(page).xpath("//a/@href")
    base = "http://127.0.0.1:8000"
    assert links == [
        f"{base}/d/{outsider.mail}", f"{base}/d/{outsider.mail}/judge/1?verdict=relevant",
        f"{base}/subscription/{outsider.reader}", f"{base}/subscription/{outsider.reader}/off",
    ]
    [picture] = html.fromstring(page).xpath("//img/@src")
    assert picture.startswith("data:image/png;base64,iVBOR")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups") and "default-src 'none'" in policy and "script-src" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer" and answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers


ADDRESSES = ["/d/{mail}", "/d/{mail}/judge/1?verdict=relevant", "/subscription/{reader}", "/subscription/{reader}/off"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_link_that_was_altered_or_renewed_opens_nothing(office: Office, officer: mailroom.Sent, address: str) -> None:
    path = address.format(mail=officer.mail, reader=officer.reader)
    assert ask(office, path).status_code == 200
    for token in (officer.mail, officer.reader):
        changed = token[:-1] + ("A" if token[-1] != "A" else "B")
        assert ask(office, path.replace(token, changed)).status_code == (404 if token in path else 200)
        assert press(office, path.replace(token, changed).partition("?")[0]).status_code in {400, 404, 405} or token not in path
    for wrong in ("x", "", "1.2", officer.mail if "subscription" in address else officer.reader):
        assert ask(office, address.format(mail=wrong or "%20", reader=wrong or "%20")).status_code == 404
    with office.app.store.transaction() as session:
        subscriptions.fresh_links(session, office.clock.now(), officer.reader_id, "test")
    assert ask(office, path).status_code == 404


def test_a_mails_links_end_after_their_time_and_its_readers_do_not(office: Office, officer: mailroom.Sent) -> None:
    office.clock.step(timedelta(days=31))
    assert ask(office, f"/d/{officer.mail}").status_code == 404
    assert press(office, f"/d/{officer.mail}/judge/1", {"verdict": "relevant"}).status_code == 404
    assert ask(office, f"/subscription/{officer.reader}").status_code == 200
    with office.app.store.transaction() as session:
        subscriptions.remove(session, office.clock.now(), officer.reader_id, "test", ())
    assert ask(office, f"/subscription/{officer.reader}").status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_program_that_follows_every_link_changes_nothing(office: Office, officer: mailroom.Sent, method: str) -> None:
    client = office.client.application.test_client()
    for verdict_ in ("relevant", "irrelevant", "wrong_sense"):
        answer = client.open(f"/d/{officer.mail}/judge/1?verdict={verdict_}", method=method, base_url=PAGE)
        assert answer.status_code == 200
    for path in (f"/d/{officer.mail}", f"/subscription/{officer.reader}", f"/subscription/{officer.reader}/off"):
        assert client.open(path, method=method, base_url=PAGE).status_code == 200
    assert verdict(office) == (None, "ambiguous")
    assert mailroom.seen(office, officer.reader_id).state == "on"
    assert lines(office, "judge", "disable", "change") == []


def test_the_button_gives_the_verdict_once_in_the_readers_name(office: Office, officer: mailroom.Sent) -> None:
    path = f"/d/{officer.mail}/judge/1"
    page = ask(office, f"{path}?verdict=relevant").get_data(as_text=True)
    tree = html.fromstring(page)
    assert "Atkal mājās" in page and "Rīta Ziņas" in page
    assert tree.xpath("//main//button/@value") == ["relevant"]
    assert tree.xpath("//main//form/@action") == [path]
    first = press(office, path, {"verdict": "relevant"})
    assert first.status_code == 200 and "Paldies" in first.get_data(as_text=True)
    assert verdict(office) == ("relevant", "return")
    again = press(office, path, {"verdict": "relevant"})
    assert again.status_code == 200 and "jau ir atzīmēts" in again.get_data(as_text=True)
    [line] = lines(office, "judge")
    assert (line.actor, line.subject_id, line.facts) == ("comms@example.org", 1, {"verdict": "relevant", "via": "mail"})


def test_a_verdict_is_taken_back_by_its_own_link_alone(office: Office, officer: mailroom.Sent) -> None:
    path = f"/d/{officer.mail}/judge/1"
    page = press(office, path, {"verdict": "irrelevant"}).get_data(as_text=True)
    [batch] = html.fromstring(page).xpath("//input[@name='batch']/@value")
    assert press(office, path, {"verdict": "undo", "batch": "0" * 32}).status_code == 200
    assert verdict(office)[0] == "irrelevant"
    assert "atsaukta" in press(office, path, {"verdict": "undo", "batch": batch}).get_data(as_text=True)
    assert verdict(office) == (None, "ambiguous")
    assert "vairs nav ko" in press(office, path, {"verdict": "undo", "batch": batch}).get_data(as_text=True)
    assert len(lines(office, "undo")) == 1


def test_a_wrong_sense_asks_for_the_right_one(office: Office, officer: mailroom.Sent) -> None:
    path = f"/d/{officer.mail}/judge/1"
    tree = html.fromstring(ask(office, f"{path}?verdict=wrong_sense").get_data(as_text=True))
    offered = tree.xpath("//input[@name='sense']/@value")
    assert "expulsion" in offered and "ambiguous" not in offered
    assert press(office, path, {"verdict": "wrong_sense", "sense": "expulsion"}).status_code == 200
    assert verdict(office) == ("wrong_sense", "expulsion")
    for wrong in ({"verdict": "wrong_sense", "sense": "moon"}, {"verdict": "relevant", "sense": "russia"}, {"verdict": "critical"}, {}):
        assert press(office, path, wrong).status_code == 400
    assert ask(office, f"{path}?verdict=critical").status_code == 404


def test_only_what_the_mail_told_may_be_judged(office: Office, officer: mailroom.Sent) -> None:
    newsdesk.mention(office, newsdesk.source(office, "Cits"), "Cits raksts")
    assert ask(office, f"/d/{officer.mail}/judge/2?verdict=relevant").status_code == 404
    assert press(office, f"/d/{officer.mail}/judge/2", {"verdict": "relevant"}).status_code == 404


@pytest.mark.parametrize("change", [{"role": "reader"}, {"role": "coordinator"}, {"role": "partner"}, {"disabled_at": True}])
def test_an_account_that_may_not_judge_any_more_does_not(office: Office, officer: mailroom.Sent, change: dict[str, object]) -> None:
    values = {name: office.clock.now() if value is True else value for name, value in change.items()}
    with office.app.store.transaction() as session:
        session.execute(update(User).values(**values))
    path = f"/d/{officer.mail}/judge/1"
    for answer in (ask(office, f"{path}?verdict=relevant"), press(office, path, {"verdict": "relevant"})):
        assert answer.status_code == 403 and "Atkal mājās" not in answer.get_data(as_text=True)
    assert verdict(office) == (None, "ambiguous")


def test_who_has_no_account_judges_nothing(office: Office, outsider: mailroom.Sent) -> None:
    assert press(office, f"/d/{outsider.mail}/judge/1", {"verdict": "relevant"}).status_code == 403


@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {}])
def test_one_click_stops_the_mail_without_a_cookie(office: Office, outsider: mailroom.Sent, body: dict[str, object]) -> None:
    for _ in range(2):
        answer = press(office, f"/subscription/{outsider.reader}/off", body)
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers and answer.location is None
    assert mailroom.seen(office, outsider.reader_id).state == "off"
    [line] = lines(office, "disable")
    assert (line.actor, line.subject_kind) == (f"reader:{outsider.reader_id}", "reader")
    assert press(office, f"/subscription/{outsider.reader[:-1]}x/off", body).status_code == 404


def test_one_click_as_a_mail_program_sends_it(office: Office, outsider: mailroom.Sent) -> None:
    """RFC 8058 allows both: a form as browsers send it, and one in parts."""
    answer = press(office, f"/subscription/{outsider.reader}/off", {"List-Unsubscribe": "One-Click"}, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert mailroom.seen(office, outsider.reader_id).state == "off"


def test_the_way_out_is_one_button_and_back_again(office: Office, outsider: mailroom.Sent) -> None:
    tree = html.fromstring(ask(office, f"/subscription/{outsider.reader}/off").get_data(as_text=True))
    [form] = tree.xpath("//main//form")
    assert form.get("action") == f"/subscription/{outsider.reader}/off" and len(form.xpath(".//button")) == 1
    after = press(office, form.get("action")).get_data(as_text=True)
    assert "ir izslēgta" in after
    assert html.fromstring(after).xpath("//main//form/@action") == [f"/subscription/{outsider.reader}/on"]
    press(office, f"/subscription/{outsider.reader}/on")
    assert mailroom.seen(office, outsider.reader_id).state == "on"


def test_a_reader_chooses_without_a_sign_in(office: Office, outsider: mailroom.Sent) -> None:
    path = f"/subscription/{outsider.reader}"
    page = ask(office, path).get_data(as_text=True)
    assert 'value="07:00"' in page and "l***@example.org" in page and "lasitaja@" not in page
    answer = press(office, path, dict(WISH))
    told = mailroom.seen(office, outsider.reader_id)
    assert answer.status_code == 200
    assert (told.rhythm, told.weekday, told.at, told.zone, told.language, {*told.tiers}) == ("weekly", 4, "06:30", "Europe/London", "en", {"national", "local"})
    assert (told.mail, told.name) == ("lasitaja@example.org", "Ilze Lasītāja")
    assert "Your choice is saved" in answer.get_data(as_text=True)


@pytest.mark.parametrize("wrong", [{"at": "25:00"}, {"at": ""}, {"zone": "Mars/Base"}, {"rhythm": "hourly"}, {"weekday": "9"}, {"language": "ru"}, {"tiers": ["moon"]}, {"topics": ["77"]}])
def test_a_choice_that_is_none_is_refused_and_nothing_lost(office: Office, outsider: mailroom.Sent, wrong: dict[str, object]) -> None:
    answer = press(office, f"/subscription/{outsider.reader}", {**WISH, **wrong})
    assert answer.status_code == 422 and "field-error" in answer.get_data(as_text=True)
    assert mailroom.seen(office, outsider.reader_id).at == "07:00"


def test_a_partner_keeps_to_its_own_place(office: Office) -> None:
    user = account(office.app, "partner", "Ludzas novads")
    told = mailroom.sent(office, mailroom.reader(office, user_id=user, places=("Ludzas novads",)), office_s=False)
    page = ask(office, f"/subscription/{told.reader}").get_data(as_text=True)
    assert html.fromstring(page).xpath("//input[@name='places']/@value") == ["Ludzas novads"]
    assert press(office, f"/subscription/{told.reader}", dict(WISH)).status_code == 200
    assert mailroom.seen(office, told.reader_id).places == ("Ludzas novads",)


def test_links_of_a_preview_say_what_they_are(office: Office) -> None:
    for path in ("/d/preview", "/subscription/preview"):
        answer = ask(office, path)
        assert answer.status_code == 200 and "priekšskatījuma" in answer.get_data(as_text=True)
    assert press(office, "/subscription/preview/off").status_code == 404


def test_no_page_of_a_link_asks_often_or_is_kept(office: Office, officer: mailroom.Sent) -> None:
    for path in (f"/d/{officer.mail}", f"/d/{officer.mail}/judge/1?verdict=relevant", f"/subscription/{officer.reader}", f"/subscription/{officer.reader}/off"):
        with listening(office.app.store.engine) as heard:
            answer = ask(office, path)
        assert len(heard.statements) <= 12, path
        assert "no-store" in answer.headers["Cache-Control"] and "noindex" in answer.headers["X-Robots-Tag"]
