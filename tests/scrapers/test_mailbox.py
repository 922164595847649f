"""Newsletters and alerts: bookmarks, and mails that are made to break their reader."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.core.imap import ImapWire
from outreach.core.imap_letters import Letter, bound
from outreach.core.testing import FixedClock
from scrapers.decide import sane
from scrapers.reading.letter import read_mail
from scrapers.reading.letteritems import MOST_ITEMS, items_of
from scrapers.reading.letterlinks import is_service, is_title, leads_on, led
from scrapers.source import Bookmarking, Found, Page
from scrapers.sources.mailbox import Mailbox
from tests.support import dovecot
from tests.support.dovecot import PASSWORD, MailServer

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
BOX = Mailbox("imap.pasts.example", "zinas", password_env="OUTREACH_SOURCE_PASTS")


def page(*mails: bytes, **headers: str) -> Page:
    kind, body = bound([Letter(number, raw) for number, raw in enumerate(mails, 1)])
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page("imaps://imap.pasts.example/INBOX", 200, {"content-type": kind, **told}, body, NOW)


def html(body: str, **headers: str) -> bytes:
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"From: a@x.example\r\nMessage-ID: <1@x>\r\n{head}Content-Type: text/html; charset=utf-8\r\n\r\n{body}".encode()


def found(*mails: bytes) -> list[Found]:
    return list(BOX.read(page(*mails)))


def test_the_place_in_the_folder_is_the_bookmark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_SOURCE_PASTS", "parole")
    assert isinstance(BOX, Bookmarking)
    assert BOX.bookmark(page(x_next="7:41"), "7:1") == "7:41"
    assert BOX.bookmark(page(), "7:1") == "7:1"
    assert BOX.bookmark(page(x_next="\r\n"), None) is None
    asked = [next(BOX.ask(cursor)).headers for cursor in (None, "7:41", "2026-11-26T10:00:00+00:00")]
    assert [one.get("X-After") for one in asked] == [None, "7:41", None]
    assert {one["X-Password"] for one in asked} == {"parole"}
    assert "parole" not in next(BOX.ask(None)).url + repr(next(BOX.ask(None)))


def test_what_has_no_address_of_the_web_is_refused_later_and_counted() -> None:
    told = found(html("<p>Latgalē atgriežas ģimenes</p>"))
    assert [one.url for one in told] == ["mid:1@x"]
    assert sane(told[0], NOW) is None


def test_the_newest_mail_comes_first() -> None:
    mails = [html(f'<a href="https://x.example/{number}">Virsraksts ar vārdiem</a>') for number in (1, 2)]
    assert [one.url for one in found(*mails)] == ["https://x.example/2", "https://x.example/1"]


@pytest.mark.parametrize(
    ("href", "leads"),
    [
        ("https://www.google.com/url?rct=j&url=https://a.example/x%3Fb%3D1&ct=ga", ("https://a.example/x?b=1", False)),
        ("https://www.google.lv/url?q=https://a.example/x", ("https://a.example/x", False)),
        ("https://www.google.com/url?url=https://www.google.com/url?url=https://a.example/x", ("https://a.example/x", False)),
        ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fx&data=1", ("https://a.example/x", False)),
        ("https://www.google.com/url?url=javascript:alert(1)", None),
        ("https://www.google.com/alerts/remove?x=1", None),
        ("https://us1.list-manage.com/track/click?u=1&id=2", ("https://us1.list-manage.com/track/click?u=1&id=2", True)),
        ("https://us1.list-manage.com/unsubscribe?u=1", None),
        ("https://click.avize.example/abc", ("https://click.avize.example/abc", True)),
        ("https://www.facebook.com/sharer/sharer.php?u=x", None),
        ("https://www.facebook.com/novads/posts/5", ("https://www.facebook.com/novads/posts/5", False)),
        ("mailto:a@x.example", None),
        ("https://notgoogle.example/url?url=https://a.example/", ("https://notgoogle.example/url?url=https://a.example/", False)),
        ("//a.example/x", None),
    ],
)
def test_where_a_link_leads(href: str, leads: tuple[str, bool] | None) -> None:
    assert led(href) == leads


@pytest.mark.parametrize(
    ("words", "service", "on", "title"),
    [
        ("Atrakstīties", True, False, True),
        ("Skatīt e-pastu pārlūkprogrammā", True, False, True),
        ("View this email in your browser", True, False, True),
        ("Отписаться от рассылки", True, False, True),
        ("Atteikties no jaunumiem", True, False, True),
        ("Lasīt vairāk »", False, True, False),
        ("Читать далее…", False, True, False),
        ("", False, True, False),
        ("Sludinājumi", False, False, False),
        ("www.latgale.example/zinas", False, False, False),
        ("Atteikties no pilsētas: ģimene izvēlas Kārsavu", False, False, True),
        ("Privātuma nav: kā dzīvo Latgalē", False, False, True),
        ("Read more books, says the minister", False, False, True),
    ],
)
def test_what_a_link_says(words: str, service: bool, on: bool, title: bool) -> None:
    assert (is_service(words), leads_on(words)) == (service, on)
    assert service or is_title(words) == title


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    reason = dovecot.missing()
    if reason:
        pytest.skip(reason)
    with dovecot.server() as started:
        yield started


def test_a_folder_is_read_once_from_ask_to_items(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.sources.mailbox.held", lambda _: PASSWORD)
    box = Mailbox(f"localhost:{server.tls}", "zinas", "Ziņas.LETA", password_env="OUTREACH_SOURCE_PASTS")
    wire = ImapWire(allow_private=True, context=server.trust, clock=FixedClock(NOW), total_seconds=20)

    def poll(bookmark: str | None) -> tuple[list[str], str | None]:
        [request] = box.ask(bookmark)
        answer = wire.send(request)
        told = Page(answer.url, 200, {name.lower(): value for name, value in answer.headers.items()}, answer.body, NOW)
        return [one.url for one in box.read(told)], box.bookmark(told, bookmark)

    with server.hand("zinas") as hand:
        assert hand.create('"Zi&AUY-as.LETA"')[0] == "OK"
        for number in (1, 2):
            mail = html(f'<a href="https://x.example/{number}">Virsraksts ar vārdiem</a>')
            assert hand.append('"Zi&AUY-as.LETA"', "", NOW, mail)[0] == "OK"
    found, place = poll(None)
    assert found == ["https://x.example/2", "https://x.example/1"]
    assert poll(place) == ([], place)


def deep(levels: int) -> bytes:
    return b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i) for i in range(levels))


HOSTILE = {
    "links": html("".join(f'<p><a href="https://x.example/{n}">Virsraksts numur {n} te</a> teksts</p>' for n in range(10_000))),
    "one box": html("<div>" + "".join(f'<a href="https://x.example/{n}">Virsraksts numur {n}</a>' for n in range(10_000))),
    "one link": html('<div><a href="https://x.example/1">Virsraksts vienmēr</a></div>' * 10_000),
    "deep": html("<div>" * 50_000 + '<a href="https://x.example/1">Virsraksts dziļumā</a>'),
    "open tags": html("<a " * 500_000),
    "open quotes": html('<a href="' * 200_000),
    "multiparts": deep(2_000),
    "many parts": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 50_000,
    "words": html("<p>" + "lasīt " * 200_000 + '<a href="https://x.example/1">' + "lasīt vairāk " * 50_000 + "</a></p>"),
    "plain": b"From: a@x.example\r\n\r\n" + b"https://x.example/ \n\n" * 50_000,
    "spaces": b"From: a@x.example\r\n\r\n" + b" " * 500_000 + b"https://x.example/a/1",
    "encoded words": b"From: a@x.example\r\nSubject: " + b"=?utf-8?q?=41?= " * 50_000 + b"\r\n\r\n",
    "headers": b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\n\r\n",
}


# What would be quadratic in these takes minutes: the run's own limit ends it.
@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_mails_are_read_or_left_out(name: str) -> None:
    assert 1 <= len(found(HOSTILE[name])) <= MOST_ITEMS


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=400), st.binary(max_size=200).map(lambda tail: html("<a href='https://x.example/1'>") + tail)))
def test_any_bytes_are_read_or_left_out(raw: bytes) -> None:
    mail = read_mail(raw)
    if mail is not None:
        for item in items_of(mail):
            assert item.url.startswith(("http://", "https://"))
            assert item.title
            item.title.encode()
