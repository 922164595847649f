"""A mail for many: rendered once, and each copy whole, the same again, and with nobody else's token."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from outreach.core.mail import Mould, Picture
from outreach.core.mail_coding import quoted
from tests.support.relay import parsed

MAIL, READER = "slot-Zq3vT9xK_mail", "slot-Zq3vT9xK_reader"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
WEEK = Picture("week", PNG, "Nedēļa: 12 raksti")
TEXT = f"Labrīt!\n\nSkatīt: https://example.org/d/{MAIL}\nAtteikties: https://example.org/subscription/{READER}\n"
HTML = (
    f'<p>Labrīt!</p><a href="https://example.org/d/{MAIL}/judge/7?verdict=relevant">der</a>'
    f'<img src="cid:week@pictures" alt=""><a href="https://example.org/subscription/{READER}">{MAIL}{READER}</a>'
)
FILLS = {MAIL: "m" * 120 + ".sig_-~", READER: "anna-1"}


def mould(**other: Any) -> Mould:
    usual: dict[str, Any] = {"text": TEXT, "html": HTML, "pictures": [WEEK], "slots": [MAIL, READER], "mark": "7"}
    return Mould.cast(**{**usual, **other})


def headed(**other: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "message_id": "<1@example.org>",
        "sender": "Rīta ziņas <zinas@example.org>",
        "to": "Anna Ozola <anna@press.test>",
        "subject": "12 raksti par mājupceļu",
        "date": datetime(2026, 11, 23, 7, 0, tzinfo=UTC),
        "fills": FILLS,
    }
    return {**usual, **other}


def filled(text: str, fills: dict[str, str] = FILLS) -> str:
    for slot, token in fills.items():
        text = text.replace(slot, token)
    return text


def leaves(content: bytes) -> list[EmailMessage]:
    return [part for part in parsed(content).walk() if not part.is_multipart()]


def said(part: EmailMessage) -> str:
    return str(part.get_content()).replace("\r\n", "\n").removesuffix("\n")


def assert_wire_safe(content: bytes) -> None:
    assert content.isascii()
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 998
    assert not any(line.startswith(b".") for line in lines)


def test_each_reader_has_their_own_links() -> None:
    cast = mould()
    content = cast.parcel(**headed()).content
    text, html, picture = leaves(content)
    assert said(text) == filled(TEXT).removesuffix("\n")
    assert said(html) == filled(HTML)
    assert picture.get_content() == PNG
    other = cast.parcel(**headed(fills={MAIL: "other", READER: "x"}, to="ivars@press.test")).content
    assert said(leaves(other)[1]) == filled(HTML, {MAIL: "other", READER: "x"})
    assert FILLS[READER].encode() not in other
    assert_wire_safe(content)


def test_the_parts_stand_as_mail_programs_expect_them() -> None:
    made = parsed(mould().parcel(**headed()).content)
    assert made.get_content_type() == "multipart/alternative"
    text, rich = made.iter_parts()
    assert (text.get_content_type(), rich.get_content_type()) == ("text/plain", "multipart/related")
    assert rich.get_param("type") == "text/html"
    html, picture = rich.iter_parts()
    assert (html.get_content_type(), picture.get_content_type()) == ("text/html", "image/png")
    assert picture["Content-ID"] == "<week@pictures>"
    assert (picture.get_content_disposition(), picture.get_filename()) == ("inline", "week.png")
    assert picture["Content-Description"] == WEEK.alt
    assert f"cid:{picture['Content-ID'][1:-1]}" in html.get_content()


def test_without_pictures_the_html_stands_alone() -> None:
    made = parsed(mould(pictures=[]).parcel(**headed()).content)
    assert [part.get_content_type() for part in made.iter_parts()] == ["text/plain", "text/html"]
    assert parsed(mould(pictures=[], html=None).parcel(**headed()).content).get_content_type() == "text/plain"


def test_the_header_is_the_readers() -> None:
    headers = (("List-Id", "<zinas.example.org>"), ("List-Unsubscribe", f"<https://example.org/{'t' * 150}/off>"))
    parcel = mould().parcel(**headed(headers=headers, envelope="bounces+d12-a1b2@example.org", copies=["birojs@example.org"]))
    made = parsed(parcel.content)
    assert (made["From"], made["To"]) == ("Rīta ziņas <zinas@example.org>", "Anna Ozola <anna@press.test>")
    assert (made["Subject"], made["Message-ID"]) == ("12 raksti par mājupceļu", "<1@example.org>")
    assert (made["Date"], made["Auto-Submitted"]) == ("Mon, 23 Nov 2026 07:00:00 +0000", "auto-generated")
    assert (made["MIME-Version"], made["Bcc"], made["Return-Path"]) == ("1.0", None, None)
    assert made["List-Unsubscribe"] == headers[1][1]
    assert parcel.sender == "bounces+d12-a1b2@example.org"
    assert parcel.to == ("anna@press.test", "birojs@example.org")
    assert b"birojs@example.org" not in parcel.content
    assert (parcel.message_id, parcel.subject) == (made["Message-ID"], made["Subject"])
    for hidden in ("anna", "bounces", "raksti"):
        assert hidden not in repr(parcel)


def test_the_same_is_the_same_bytes() -> None:
    assert mould().parcel(**headed()) == mould().parcel(**headed())
    assert mould(mark="8").parcel(**headed()).content != mould().parcel(**headed()).content


@pytest.mark.parametrize(
    "change",
    [
        {"to": "x\r\nBcc: all@press.test"},
        {"sender": "Birojs\nBcc: all@press.test <zinas@example.org>"},
        {"subject": "a\r\nBcc: all@press.test"},
        {"message_id": "<a@b>\r\nBcc: all@press.test"},
        {"headers": (("X-A", "b\r\nBcc: all@press.test"),)},
        {"headers": (("Bcc", "all@press.test"),)},
        {"envelope": "a@b.test>\r\nRCPT TO:<all@press.test"},
        {"copies": ["a@b.test\r\nRCPT TO:<all@press.test>"]},
        {"copies": ["a@b.test, all@press.test"]},
    ],
)
def test_nothing_is_smuggled_in(change: dict[str, Any]) -> None:
    with pytest.raises(OutreachError) as caught:
        mould().parcel(**headed(**change))
    assert caught.value.key in ("mail.header", "mail.address")
    assert "all@press.test" not in str(caught.value)


@pytest.mark.parametrize(
    "fills",
    [
        {},
        {MAIL: "a"},
        {**FILLS, "slot-other": "a"},
        {**FILLS, MAIL: ""},
        {**FILLS, MAIL: "a" * 201},
        {**FILLS, MAIL: 'a"onclick='},
        {**FILLS, MAIL: "a\r\n.\r\n"},
        {**FILLS, MAIL: "a=2E"},
        {**FILLS, MAIL: "ā"},
    ],
)
def test_a_fill_that_is_no_token_is_a_mistake_of_ours(fills: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="fills"):
        mould().parcel(**headed(fills=fills))


@pytest.mark.parametrize("slots", [["short"], ["a b c d e f g"], ["x" * 41], ["slot-slot"] * 2, ["slot-slot", "slot-slot2"]])
def test_a_slot_of_another_form_is_a_mistake_of_ours(slots: list[str]) -> None:
    with pytest.raises(ValueError, match="slots"):
        mould(slots=slots)


@pytest.mark.parametrize("name", ["", "Week", "../week", "a" * 61, 'a"b', "a\r\nb"])
def test_a_picture_needs_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        mould(pictures=[Picture(name, PNG, "")])


def test_other_mistakes_of_ours() -> None:
    with pytest.raises(ValueError, match="HTML"):
        mould(html=None)
    with pytest.raises(ValueError, match="aware"):
        mould().parcel(**headed(date=datetime(2026, 11, 23)))


TOKENS = st.text("abcXYZ019-_.~", min_size=1, max_size=200)


@given(st.lists(st.sampled_from([MAIL, READER, "\n", " ", ".", "=", "ā", "a" * 74, "👨‍👩‍👧", MAIL[:-1], "\t"]) | st.text(max_size=40), max_size=20), TOKENS, TOKENS)
@example(["a" * 76, MAIL, "\n"], "t", "u")
@example([" ", MAIL, " \n.", READER, "."], "." * 200, ".")
@example([MAIL, MAIL, READER], "a" * 71, "b")
def test_any_text_comes_through_with_its_tokens(parts: list[str], one: str, other: str) -> None:
    text = "".join(parts)
    fills = {MAIL: one, READER: other}
    content = mould(text=text, html=f"<p>{text}</p>", pictures=[]).parcel(**headed(fills=fills)).content
    plain, html = map(said, leaves(content))
    wanted = filled(re.sub("\r\n?", "\n", text), fills)
    assert plain == wanted.removesuffix("\n")
    assert html == f"<p>{wanted}</p>"
    body = content.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert content.isascii()


@given(TOKENS)
def test_no_token_is_coded(token: str) -> None:
    content = mould(pictures=[]).parcel(**headed(fills={MAIL: token, READER: "r"})).content
    assert content.replace(b"=\r\n", b"").count(token.encode()) >= 3
    if len(token) <= 70:
        assert content.count(b"\r\n" + token.encode() + b"=\r\n") >= 3


@given(st.text(max_size=300), st.text(max_size=60))
@example(f"{MAIL[:-1]}\n{READER}x", "=_")
@example(MAIL.upper(), MAIL)
def test_what_only_looks_like_a_slot_stays(text: str, mark: str) -> None:
    """Slots are random, so that a hostile text cannot hold one; everything else stays as it stands."""
    fresh = "slot-not-in-any-text-1234"
    content = Mould.cast(text=text, html=None, slots=[fresh], mark=mark).parcel(**headed(fills={fresh: "t"})).content
    (part,) = leaves(content)
    assert said(part) == re.sub("\r\n?", "\n", text).removesuffix("\n")


def test_a_text_that_imitates_the_boundary_opens_no_part() -> None:
    boundary = re.search(rb'boundary="(=_[0-9a-f]{32})"', mould().parcel(**headed()).content)
    assert boundary is not None
    hostile = f"--{boundary[1].decode()}\nContent-Type: text/html\n\n<b>"
    content = mould(text=hostile).parcel(**headed()).content
    assert len(leaves(content)) == 3
    assert said(leaves(content)[0]) == hostile


@given(st.binary(max_size=400))
@example(b"." * 200)
@example(b"a" * 75 + b".\n" + b"=" * 30)
def test_quoted_lines_are_short_and_never_begin_with_a_dot(data: bytes) -> None:
    lines = quoted(data).split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert not any(line.startswith(b".") or line.endswith((b" ", b"\t")) for line in lines)


def test_a_thousand_readers_cost_one_rendering() -> None:
    """Each copy shares the body's bytes: what is done for a reader does not grow with the mail."""
    cast = mould(html="<p>ģimene</p>" * 20_000 + MAIL)
    assert len(cast.body) == 2 * 2 + 1 + 2
    assert max(len(part) for part in cast.body) > 300_000
