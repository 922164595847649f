"""The morning mail over real SMTP: killed, refused, lost, lied to, hostile and huge. At most one copy, and the truth."""

import email
import email.policy
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import insert, select

from outreach import digest
from outreach.core import presence
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.mail import FolderMailer
from outreach.core.settings import MailSettings, read_settings
from outreach.core.testing import FixedClock, MemoryMailer
from scrapers import catalogue
from scrapers.models import Article, Mention, Source, Story
from tests.faults.bureau import DAILY, MORNING, READER, expected, mail, morning, office, runs, smtp, start_page
from tests.support.hostile import Hostile, papers
from tests.support.relay import Relay, Script, relay

ROOT = Path(__file__).resolve().parents[2]


def ticks(app: App, clock: FixedClock, hours: int) -> None:
    """The rest of the morning, and half the day if it must be: nothing that waits for a retry waits longer."""
    for _ in range(hours * 4):
        mail(app)
        clock.step(timedelta(minutes=15))


# Killed

SENDER = """
import sys
from datetime import datetime
from pathlib import Path
from outreach.core.testing import FixedClock
from tests.faults.bureau import mail, morning
folder, port, now = sys.argv[1:]
with morning(Path(folder), FixedClock(datetime.fromisoformat(now)), int(port)) as app:
    mail(app)
"""


def killing(taken: Relay, verb: str, child: list["subprocess.Popen[str]"]) -> None:
    """Has the relay kill its first client when a command arrives, before it answers."""
    usual = getattr(taken, f"handle_{verb}", None)

    async def handle(server: SMTP, session: Session, envelope: Envelope, *words: str) -> str:
        if verb == "MAIL":
            envelope.mail_from = words[0]
        said: str = "250 OK" if usual is None else await usual(server, session, envelope, *words)
        while child:
            first = child.pop()
            first.kill()
            first.wait()
        return said

    setattr(taken, f"handle_{verb}", handle)


@pytest.mark.parametrize(
    ("verb", "accepted"),
    [("MAIL", 0), ("RCPT", 0), ("DATA", 1), ("QUIT", 1)],
    ids=["after the claim", "before DATA", "after the final dot", "after the 250, before the record"],
)
def test_killed_while_sending_it_is_honest_and_goes_once_more_only_if_a_person_says_so(
    tmp_path: Path, verb: str, accepted: int
) -> None:
    with relay() as taken:
        sender: list[subprocess.Popen[str]] = []
        killing(taken, verb, sender)
        words = [sys.executable, "-c", SENDER, str(tmp_path), str(taken.port), MORNING.isoformat()]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
            sender.append(child)
            printed, _ = child.communicate(timeout=60)
        assert (child.returncode, sender) == (-signal.SIGKILL, []), printed
        assert len(taken.kept) == accepted

        clock = FixedClock(MORNING + timedelta(minutes=1))
        with morning(tmp_path, clock, taken.port) as app:
            assert [run.status for run in runs(app)] == ["sending"]
            ticks(app, clock, 6)
            [run] = runs(app)
            # Whoever was killed cannot say how far it came: nobody guesses.
            assert (run.status, run.error_key, len(taken.kept)) == ("unconfirmed", "digest.interrupted", accepted)
            assert app.texts.in_language("en")("digest.status.unconfirmed") in start_page(app, "en")
            with presence.present(app.settings.folder) as claimer:
                with pytest.raises(OutreachError, match=r"digest\.already"):
                    digest.send_day(app, claimer, run.day, again=False)
                assert digest.send_day(app, claimer, run.day, again=True) == [READER]
        assert len(taken.kept) == accepted + 1
        # A doubtful mail keeps its name: should the first be there after all, the reader sees one.
        assert len({parsed["Message-ID"] for parsed in taken.mails}) == 1


# Refused, lost, doubtful


@pytest.mark.parametrize(("fault", "kept"), [("drop", 1), ("lose", 0)], ids=["kept but unanswered", "lost"])
def test_no_answer_after_the_whole_mail_is_never_a_second_copy(tmp_path: Path, fault: str, kept: int) -> None:
    clock = FixedClock(MORNING)
    with relay() as taken, morning(tmp_path, clock, taken.port) as app:
        taken.at_data.append(fault)
        ticks(app, clock, 12)
        [run] = runs(app)
        assert (run.status, run.error_key, run.attempts, len(taken.kept)) == ("unconfirmed", "mail.unconfirmed", 1, kept)
        # The next day's mail is another mail, and tells again what perhaps never came.
        clock.moment = MORNING + timedelta(days=1)
        mail(app)
        _, second = runs(app)
        assert (second.status, len(taken.kept)) == ("sent", kept + 1)
        assert second.covers_from <= run.covers_from
        clock.step(timedelta(days=1))
        mail(app)
        assert runs(app)[2].covers_from == second.covers_until


@pytest.mark.parametrize("verb", ["", "EHLO", "MAIL", "RCPT", "DATA"])
def test_lost_before_the_whole_mail_it_is_sent_again_and_once(tmp_path: Path, verb: str) -> None:
    clock = FixedClock(MORNING)
    script = Script({verb: None})
    server = Hostile(script.act(), raw=True)
    try:
        with morning(tmp_path, clock, server.port) as app:
            mail(app)
            [run] = runs(app)
            assert (run.status, run.error_key) == ("due", "mail.broken")
            assert script.heard.count(".") == 0
            script.replies.clear()
            ticks(app, clock, 2)
            assert [run.status for run in runs(app)] == ["sent"]
            assert script.heard.count(".") == 1
    finally:
        server.close()


def test_a_relay_that_is_busy_twice_gets_the_mail_once_and_is_left_alone_in_between(tmp_path: Path) -> None:
    clock = FixedClock(MORNING)
    with relay() as taken, morning(tmp_path, clock, taken.port) as app:
        taken.at_data += ["451 4.3.0 try later", "451 4.3.0 try later"]
        waits = []
        for _ in range(2):
            mail(app)
            [run] = runs(app)
            assert (run.status, run.error_key) == ("due", "mail.refused")
            assert run.next_try_at is not None
            waits.append(run.next_try_at - clock.now())
            busy = len(taken.at_data)
            clock.moment = run.next_try_at - timedelta(seconds=1)
            mail(app)
            assert len(taken.at_data) == busy
            clock.moment = run.next_try_at
        assert waits[1] > waits[0] > timedelta(minutes=1)
        ticks(app, clock, 3)
        [run] = runs(app)
        assert (run.status, run.attempts, len(taken.kept)) == ("sent", 3, 1)


def test_a_relay_that_stays_busy_is_asked_ever_less_often_and_then_a_person(tmp_path: Path) -> None:
    clock = FixedClock(MORNING)
    with relay() as taken, morning(tmp_path, clock, taken.port) as app:
        taken.at_data += ["451 4.3.0 try later"] * 50
        ticks(app, clock, 20)
        [run] = runs(app)
        assert (run.status, run.attempts, taken.kept) == ("failed", 50 - len(taken.at_data), [])
        assert run.attempts < 10


READERS = tuple(f"lasitajs{number}@press.test" for number in range(6))


@pytest.mark.parametrize("place", [0, 3, 6])
@pytest.mark.parametrize(
    ("bad", "reason"),
    # A relay refuses the one; the other passes the settings' look, but is no address a mail could be sent to.
    [("gone@press.test", "mail.refused"), ("a..b@press.test", "mail.address")],
)
def test_one_reader_nobody_can_reach_keeps_no_other_from_the_mail(
    tmp_path: Path, bad: str, reason: str, place: int
) -> None:
    clock = FixedClock(MORNING)
    readers = (*READERS[:place], bad, *READERS[place:])
    assert MailSettings(sender=bad).sender == bad
    with relay() as taken, morning(tmp_path, clock, taken.port, *readers) as app:
        ticks(app, clock, 12)
        assert sorted(taken.to) == sorted(READERS)
        states = {run.recipient: (run.status, run.error_key) for run in runs(app)}
        assert states.pop(bad) == ("failed", reason)
        assert set(states.values()) == {("sent", None)}
        page = start_page(app, "en")
        assert app.texts.in_language("en")("digest.status.failed") in page
        assert bad not in page


def test_a_fault_of_our_own_in_one_mail_is_not_tried_again_and_keeps_no_other(tmp_path: Path) -> None:
    class Faulty(MemoryMailer):
        def send(self, message):  # type: ignore[no-untyped-def]
            if message.to == READERS[0]:
                raise ZeroDivisionError
            return super().send(message)

    clock, mailer = FixedClock(MORNING), Faulty()
    with office(tmp_path, clock, mailer, digest={"recipients": READERS, "when": DAILY}) as app:
        expected(app)
        ticks(app, clock, 6)
        first, *others = runs(app)
        assert (first.status, first.error_key, first.attempts) == ("unconfirmed", "digest.fault", 1)
        assert {run.status for run in others} == {"sent"}
        assert sorted(message.to for message in mailer.sent) == sorted(READERS[1:])
        assert "ZeroDivisionError" in start_page(app)


@pytest.mark.parametrize("way", ["wrong certificate", "wrong certificate from the first byte", "no STARTTLS"])
def test_a_way_that_is_not_safe_carries_nothing_is_shown_and_works_once_mended(tmp_path: Path, way: str) -> None:
    clock, own = FixedClock(MORNING), papers()
    tls = way.endswith("byte")
    security = "tls" if tls else "starttls"
    with ExitStack() as stack:
        context = None if way == "no STARTTLS" else own.server("127.0.0.1")
        taken = stack.enter_context(relay(context, tls=tls))
        with morning(tmp_path, clock, taken.port, security=security) as app:
            reason = "mail.tls" if context else "mail.starttls"
            for _ in range(3):
                mail(app)
                clock.step(timedelta(minutes=5))
            [run] = runs(app)
            assert (run.status, run.error_key, taken.kept, taken.to) == ("due", reason, [], [])
            words = app.texts.in_language("en")
            # Not only after the last try, hours later: a person must know by now that no mail came.
            page = start_page(app, "en").replace("&#39;", "'")
            assert words("digest.status.due") in page
            assert words.fact(reason, run.error_facts) in page
            if context:
                mended = smtp(taken.port, security=security, context=own.client())
                ticks(replace(app, mailer=mended), clock, 2)
                assert [run.status for run in runs(app)] == ["sent"]
                assert len(taken.kept) == 1
                assert words("digest.status.due") not in start_page(app, "en")


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
    assert [part.get_content_type() for part in parsed.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert parsed["From"] == "zinas@example.org" and parsed["To"] == READER
    for name in ("From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted"):
        assert len(parsed.get_all(name)) == 1
    return parsed


def parts(parsed: EmailMessage) -> tuple[str, str]:
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    assert text is not None and html is not None
    return text.get_content(), html.get_content()


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("count", [0, 1, len(TITLES), 60, 61, 3_000])
def test_of_any_number_of_stories_comes_one_valid_mail_of_bearable_size(tmp_path: Path, count: int, language: str) -> None:
    clock = FixedClock(MORNING)
    told = {"recipients": (READER,), "when": DAILY, "language": language}
    with relay() as taken, office(tmp_path, clock, smtp(taken.port, seconds=30), digest=told) as app:
        expected(app)
        if count:
            written(app, count)
            written(app, count // 2 + 1, sense="ambiguous")
        mail(app)
        assert [run.status for run in runs(app)] == ["sent"]
        words = app.texts.in_language(language)
    [content] = taken.kept
    assert len(content) < 400_000
    parsed = checked(content)
    text, html = parts(parsed)
    assert f"{words.number(count)} " in parsed["Subject"] or f"{count} " in parsed["Subject"]
    for body in (text, html):
        assert body.count("https://avize.example/return/") == min(count, 60)
        assert (words("digest.more_stories", count=count - 60) in body) == (count > 60)
        assert body.count("https://avize.example/ambiguous/") == min(count and count // 2 + 1, 60)
    assert "<script" not in html
    if count >= len(TITLES):
        assert all(" ".join(title.split()) in " ".join(text.split()) for title in TITLES)


def test_the_longest_titles_and_sentences_make_no_mail_that_a_relay_would_refuse(tmp_path: Path) -> None:
    clock = FixedClock(MORNING)
    with office(tmp_path, clock, FolderMailer(tmp_path / "mail")) as app:
        expected(app)
        written(app, 200, length=500)
        written(app, 200, sense="ambiguous", length=500)
        mail(app)
        assert [run.status for run in runs(app)] == ["sent"]
    [file] = (tmp_path / "mail").glob("*.eml")
    assert file.stat().st_size < 1_000_000
    checked(file.read_bytes())
