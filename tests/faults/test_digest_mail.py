"""The morning mail over real SMTP: refused, lost, lied to, unsafe ways, hostile heads and huge days."""

import email
import email.policy
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.mail import FolderMailer
from outreach.core.settings import read_settings
from outreach.core.testing import FixedClock
from outreach.postbox import stops
from scrapers import catalogue
from scrapers.models import Article, Mention, Source, Story
from tests.faults.mail_sender import smtp
from tests.outreach.digest.mailroom import BEFORE, MORNING, office_of, reader, rows, states, tick
from tests.support.cutting import cutting
from tests.support.hostile import Hostile, papers
from tests.support.relay import Script, relay

READER = "lasitajs@example.org"
# What the stores do is shown elsewhere; here the wire is looked at.
ON_A_FILE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def office(store: Store, folder: Path, port: int, *mails: str, **way: object) -> tuple[App, FixedClock]:
    """An office whose mail of today is owed to these readers, through the relay on a port."""
    clock = FixedClock(BEFORE)
    app = office_of(store, folder, clock, smtp(port, **way))
    for mail in mails or (READER,):
        reader(app, mail)
    clock.moment = MORNING
    return app, clock


def ticks(app: App, clock: FixedClock, hours: int) -> None:
    """The rest of the morning, and half the day if it must be: nothing that waits for a retry waits longer."""
    for _ in range(hours * 4):
        tick(app)
        clock.step(timedelta(minutes=15))


# Refused, lost, doubtful


@ON_A_FILE
@pytest.mark.parametrize(("fault", "kept"), [("drop", 1), ("lose", 0)], ids=["kept but unanswered", "lost"])
def test_no_answer_after_the_whole_mail_is_never_a_second_copy(store: Store, tmp_path: Path, fault: str, kept: int) -> None:
    with relay() as taken:
        app, clock = office(store, tmp_path, taken.port)
        taken.at_data.append(fault)
        ticks(app, clock, 12)
        [run] = rows(app)
        assert (run.status, run.error_key, run.attempts, len(taken.kept)) == ("unconfirmed", "mail.unconfirmed", 1, kept)
        # The next day's mail is another mail, and tells again what perhaps never came.
        clock.moment = MORNING + timedelta(days=1)
        tick(app)
        _, second = rows(app)
        assert (second.status, len(taken.kept)) == ("sent", kept + 1)
        assert second.covers_from <= BEFORE < run.covers_until
        clock.step(timedelta(days=1))
        tick(app)
        assert rows(app)[2].covers_from == second.covers_until


@ON_A_FILE
@pytest.mark.parametrize("verb", ["", "EHLO", "MAIL", "RCPT", "DATA"])
def test_lost_before_the_whole_mail_it_is_sent_again_and_once(store: Store, tmp_path: Path, verb: str) -> None:
    script = Script({verb: None})
    server = Hostile(script.act(), raw=True)
    try:
        app, clock = office(store, tmp_path, server.port)
        tick(app)
        [run] = rows(app)
        assert (run.status, run.error_key) == ("due", "mail.broken")
        assert script.heard.count(".") == 0
        script.replies.clear()
        ticks(app, clock, 2)
        assert states(app) == ["sent"]
        assert script.heard.count(".") == 1
    finally:
        server.close()


@ON_A_FILE
@pytest.mark.parametrize("step", ["greeting", "EHLO-answer", "MAIL-answer", "RCPT-answer", "DATA-answer", "body", "dot-answer", "taken"])
def test_a_line_that_is_cut_in_the_middle_of_many_mails_costs_nobody_the_mail(store: Store, tmp_path: Path, step: str) -> None:
    with relay() as taken:
        app, clock = office(store, tmp_path, 1, *[f"r{number}@press.test" for number in range(5)])
        nth = 1 if step in {"greeting", "EHLO-answer"} else 3
        with cutting(taken.port, step, nth) as proxy:
            ticks(replace(app, mailer=smtp(proxy.port)), clock, 3)
            assert proxy.cuts == 1
        copies = Counter(taken.to)
        assert set(copies.values()) == {1}
        # Cut off between the body and the dot's answer nobody knows; everywhere else each has it exactly once.
        doubtful = {"dot-answer", "body"} & {step}
        assert states(app).count("unconfirmed") <= len(doubtful)
        assert len(copies) >= 5 - len(doubtful)
        assert set(states(app)) <= {"sent", "unconfirmed"}


@ON_A_FILE
def test_a_relay_that_is_busy_twice_gets_the_mail_once_and_is_left_alone_in_between(store: Store, tmp_path: Path) -> None:
    with relay() as taken:
        app, clock = office(store, tmp_path, taken.port)
        taken.at_data += ["451 4.3.0 try later", "451 4.3.0 try later"]
        waits = []
        for _ in range(2):
            tick(app)
            [run] = rows(app)
            assert (run.status, run.error_key) == ("due", "mail.refused")
            assert run.next_try_at is not None
            waits.append(run.next_try_at - clock.now())
            busy = len(taken.at_data)
            clock.moment = run.next_try_at - timedelta(seconds=1)
            tick(app)
            assert len(taken.at_data) == busy
            clock.moment = run.next_try_at
        assert waits == [timedelta(minutes=1), timedelta(minutes=2)]
        ticks(app, clock, 3)
        [run] = rows(app)
        assert (run.status, run.attempts, len(taken.kept)) == ("sent", 3, 1)


@ON_A_FILE
def test_a_relay_that_stays_busy_is_asked_ever_less_often_until_the_day_is_over(store: Store, tmp_path: Path) -> None:
    with relay() as taken:
        app, clock = office(store, tmp_path, taken.port)
        taken.at_data += ["451 4.3.0 try later"] * 90
        ticks(app, clock, 20)
        [run] = rows(app)
        assert (run.status, run.late, run.attempts, taken.kept) == ("due", True, 90 - len(taken.at_data), [])
        assert run.attempts < 50
        taken.at_data.clear()
        clock.moment = MORNING + timedelta(days=1)
        tick(app)
        assert states(app) == ["sent"]  # the morrow's covers it
        assert len(taken.kept) == 1


@ON_A_FILE
@pytest.mark.parametrize("place", [0, 20, 39])
def test_one_of_forty_that_nobody_can_reach_keeps_no_other_from_the_mail(store: Store, tmp_path: Path, place: int) -> None:
    mails = [f"r{number}@press.test" for number in range(39)]
    mails.insert(place, "gone@press.test")
    with relay() as taken:
        app, clock = office(store, tmp_path, taken.port, *mails)
        ticks(app, clock, 6)
        assert sorted(taken.to) == sorted(mail for mail in mails if not mail.startswith("gone@"))
        assert set(Counter(taken.to).values()) == {1}
        assert Counter(states(app)) == {"sent": 39, "failed": 1}
        with store.reading() as session:
            [stopped] = stops.all_stopped(session)
        assert (stopped.mail, stopped.facts["code"]) == ("gone@press.test", 550)
        assert "gone@" not in str(stopped.facts)
        clock.moment = MORNING + timedelta(days=1)
        tick(app)
        assert len(taken.to) == 78


@ON_A_FILE
@pytest.mark.parametrize("way", ["wrong certificate", "wrong certificate from the first byte", "no STARTTLS"])
def test_a_way_that_is_not_safe_carries_nothing_and_works_once_mended(store: Store, tmp_path: Path, way: str) -> None:
    own = papers()
    tls = way.endswith("byte")
    security = "tls" if tls else "starttls"
    with ExitStack() as stack:
        context = None if way == "no STARTTLS" else own.server("127.0.0.1")
        taken = stack.enter_context(relay(context, tls=tls))
        app, clock = office(store, tmp_path, taken.port, READER, "otrs@example.org", security=security)
        reason = "mail.tls" if context else "mail.starttls"
        ticks(app, clock, 1)
        assert {(run.status, run.error_key) for run in rows(app)} == {("due", reason)}
        assert (taken.kept, taken.to) == ([], [])
        words = app.texts.in_language("en")
        assert words.fact(reason, rows(app)[0].error_facts)
        if context:
            mended = smtp(taken.port, security=security, context=own.client())
            ticks(replace(app, mailer=mended), clock, 2)
            assert states(app) == ["sent", "sent"]
            assert len(taken.kept) == 2


# Injected


@pytest.mark.parametrize("told", ["digest.recipients", "mail.sender"])
@pytest.mark.parametrize(
    "value",
    [
        "a@b.lv\\nBcc: all@press.test",
        "a@b.lv\\r\\nBcc: all@press.test",
        "a@b.lv\\rBcc: all@press.test",
        "a@b.lv\\n",
        "\\na@b.lv",
        "a@b.lv\\u0000",
        "a@b.lv\\u2028Bcc: all@press.test",
        "a@b.lv\\u0085Bcc: all@press.test",
        "a@b.lv, all@press.test",
        "a@b.lv> RCPT TO:<all@press.test",
        "Birojs <a@b.lv>",
        "a b@b.lv",
        "a@b.lv SIZE=1",
        "",
    ],
)
def test_settings_that_would_write_into_a_mails_head_are_refused_when_read(tmp_path: Path, told: str, value: str) -> None:
    part, key = told.split(".")
    file = tmp_path / "settings.toml"
    quoted = f'["{value}"]' if key == "recipients" else f'"{value}"'
    file.write_text(f"[{part}]\n{key} = {quoted}\n", encoding="utf-8")
    with pytest.raises(OutreachError) as caught:
        read_settings(file)
    assert (caught.value.key, caught.value.facts["reason_key"]) == ("settings.value", "settings.reason.address")
    assert str(caught.value.facts["key"]).startswith(told)


def test_the_environment_writes_nothing_into_a_mails_head_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_MAIL__SENDER", "a@b.lv\nBcc: all@press.test")
    with pytest.raises(OutreachError, match=r"settings\.value"):
        read_settings(None)


# Empty and huge

TITLES = (
    "Ģimene 👨‍👩‍👧‍👦 atgriežas 🏡🇱🇻 Latgalē – «mājās»",
    "عائلة تعود إلى بلدة ريزكني في لاتفيا",
    "משפחה חוזרת הביתה \u202ekcab gnimoc\u202c",
    "Переселенцы вернулись в Резекне",
    "A\u0301\u0302\u0303\u0304 z͑ͫ̓a͌̃l̎̈́g̽o \ufeff\u200b atgriežas",
    '<script>alert(1)</script> & "pēdiņas"',
    "\nFrom: cits@press.test\n.\nQUIT",
    "👩🏽‍🚀" * 60,
)


def written(app: App, count: int, *, sense: str = "return", length: int = 0) -> None:
    """So many mentions, each its own story, found within the last hour."""
    now = app.clock.now()
    with app.store.transaction() as session:
        catalogue.add(session, now, f"Avīze {sense}", f"https://avize.example/{sense}", language="lv")
        number = session.scalars(select(Source.id).where(Source.name == f"Avīze {sense}")).one()
        numbers = range(1, count + 1)
        first = {"return": 0, "ambiguous": 100_000}[sense]
        filler = " Latgalē гости" * 200
        title = [(f"{TITLES[n % len(TITLES)]} {n}" + filler * bool(length))[: length or 500] for n in numbers]
        seen = now - timedelta(minutes=30)
        session.execute(insert(Story), [{"id": first + n, "created_at": seen, "title": title[n - 1]} for n in numbers])
        session.execute(
            insert(Article),
            [
                {
                    "id": first + n, "source_id": number, "url": f"https://avize.example/{sense}/{n}",
                    "canonical_url": f"https://avize.example/{sense}/{n}", "title": title[n - 1], "first_seen_at": seen,
                    "published_at": seen, "text_state": "feed", "summary": "", "text": "", "text_reason_facts": {},
                }
                for n in numbers
            ],
        )  # fmt: skip
        session.execute(
            insert(Mention),
            [
                {
                    "article_id": first + n, "source_id": number, "sense": sense, "relevant": sense == "return",
                    "judged_relevant": sense == "return", "score": 0.9, "lang": "lv",
                    "matched": [{"term": "remigrācija", "form": "remigrācijas"}], "cues": [], "places": ["Rēzekne"],
                    "sentence": (f"Ar remigrācijas koordinatores palīdzību {TITLES[n % len(TITLES)]}." + filler * bool(length))[: length or 500],
                    "story_id": first + n, "judged_at": seen,
                }
                for n in numbers
            ],
        )  # fmt: skip


def checked(content: bytes) -> EmailMessage:
    """The mail, if it is a valid one: ASCII, CRLF, short lines, both parts, no defects, no foreign head."""
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    content.decode("ascii")
    assert max(len(line) for line in content.splitlines()) <= 998
    assert all(not part.defects for part in parsed.walk())
    kinds = [part.get_content_type() for part in parsed.walk() if not part.is_multipart()]
    assert kinds[:2] == ["text/plain", "text/html"] and set(kinds[2:]) <= {"image/png"}
    assert parsed.get_content_type() == "multipart/alternative"
    assert parsed["From"].addresses[0].addr_spec == "zinas@example.org" and parsed["To"] == READER
    for name in ("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "Auto-Submitted"):
        assert len(parsed.get_all(name)) == 1
    return parsed


def parts(parsed: EmailMessage) -> tuple[str, str]:
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    assert text is not None and html is not None
    return text.get_content(), html.get_content()


@ON_A_FILE
@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("count", [0, 1, len(TITLES), 60, 5_000])
def test_of_any_number_of_stories_comes_one_valid_mail_of_bearable_size(
    store: Store, tmp_path: Path, count: int, language: str
) -> None:
    with relay() as taken:
        clock = FixedClock(BEFORE)
        app = office_of(store, tmp_path, clock, smtp(taken.port, seconds=30))
        reader(app, READER, language=language)
        clock.moment = MORNING
        if count:
            written(app, count)
            written(app, count // 2 + 1, sense="ambiguous")
        tick(app)
        assert states(app) == ["sent"]
    [content] = taken.kept
    assert len(content) < 200_000
    parsed = checked(content)
    text, html = parts(parsed)
    assert len(html.encode()) < 100_000
    assert "<script" not in html
    if count:
        assert app.texts.in_language(language).number(count) in text or str(count) in text


@ON_A_FILE
def test_the_longest_titles_and_sentences_make_no_mail_that_a_relay_would_refuse(store: Store, tmp_path: Path) -> None:
    clock = FixedClock(BEFORE)
    app = office_of(store, tmp_path, clock, FolderMailer(tmp_path / "mail"))
    reader(app, READER)
    clock.moment = MORNING
    written(app, 200, length=500)
    written(app, 200, sense="ambiguous", length=500)
    tick(app)
    assert states(app) == ["sent"]
    [file] = (tmp_path / "mail").glob("*.eml")
    assert file.stat().st_size < 200_000
    checked(file.read_bytes())
