"""What a letter says, whatever its bytes are: nothing of a person is lost, and no machine passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.tracker.letters.automatic import refusal
from outreach.tracker.letters.reading import read
from outreach.tracker.letters.wording import apart
from tests.outreach.tracker.letters.writing import OURS, PNG, letter, packed, said

HOME = "birojs.example"


def test_a_letter_as_most_are() -> None:
    found = said("a", "Labdien!\n\nGribam mājās.\n-- \nAnna\n+371 29000000\n", subject="Par skolu")
    assert (found.message_id, found.name, found.mail, found.subject) == (
        "<a@pasts.example>", "Anna Bērziņa", "anna@pasts.example", "Par skolu",
    )  # fmt: skip
    assert (found.text, found.signature, found.quoted) == ("Labdien!\n\nGribam mājās.", "Anna\n+371 29000000", "")
    assert not found.automatic and found.answer_to == "anna@pasts.example" and found.written_at is not None


@pytest.mark.parametrize(
    ("text", "own", "below"),
    [
        ("Jā.\n\nOn Mon, Anna wrote:\n> Vai brauksiet?\n", "Jā.", "Vai brauksiet?"),
        ("Paldies!\n\n-----Original Message-----\nFrom: Birojs\nSent: x\n\nLabdien", "Paldies!", "Labdien"),
        ("Sveiki\n\nPirmdien Birojs <b@x.lv> rakstīja:\n> mājas\nun vēl", "Sveiki", "mājas"),
        ("> viens\n> divi\n", "", "> divi"),
        ("Brauksim.\n\nSent from my iPhone", "Brauksim.", "Sent from my iPhone"),
        ("Mans tālrunis -- 29\n\nViss.", "Mans tālrunis -- 29\n\nViss.", ""),
    ],
)
def test_own_words_apart_from_what_stands_below(text: str, own: str, below: str) -> None:
    told, signature, quoted = apart(text)
    assert told.startswith(own) and below in f"{signature}\n{quoted}"
    assert bool(below) == bool(signature or quoted)


@pytest.mark.parametrize(
    ("charset", "told"),
    [("utf-8", "utf-8"), ("cp1257", "windows-1257"), ("utf-8", "no-such-set"), ("cp1257", "utf-8"), ("utf-8", "us-ascii")],
)
def test_letters_in_whatever_character_set(charset: str, told: str) -> None:
    assert read(packed("Ģimene grib mājās, šķirsim", charset, told)).text == "Ģimene grib mājās, šķirsim"


def test_a_page_alone_without_scripts_and_with_its_quote_apart() -> None:
    page = "<html><style>x</style><body><p>Gribam</p><p>mājās</p><script>alert(1)</script><blockquote>vecais</blockquote>"
    found = read(packed(page, "utf-8", "utf-8", "html"))
    assert (found.text, found.quoted) == ("Gribam\n\nmājās", "vecais")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"From: Anna <anna@pasts.example>\nContent-Type: multipart/mixed; boundary=x\n\n--x\nGribam majas",
        b"From: Anna <anna@pasts.example>\nContent-Type: multipart/mixed\n\nGribam majas",
        b"From: Anna <anna@pasts.example>\nContent-Transfer-Encoding: base64\n\nGribam majas!!",
        b"From: Anna <anna@pasts.example>\nContent-Type: text/plain; charset*=x''%\n\nGribam majas",
        b"From: Anna <anna@pasts.example>\nContent-Type: multipart/mixed; boundary=a\n" * 70 + b"\n\nGribam majas",
        b"From: =?utf-8?b?%%%?= <anna@pasts.example>\n\nGribam majas",
    ],
)
def test_broken_mime_never_loses_a_letter(raw: bytes) -> None:
    found = read(raw)
    if b"Gribam" in raw:
        assert found.mail == "anna@pasts.example"
        assert "Gribam majas" in found.text + found.quoted or b"base64" in raw
    assert found.message_id.endswith("@unnamed>") and read(raw) == found


@given(st.binary(max_size=400))
def test_any_bytes_are_some_letter(raw: bytes) -> None:
    head = b"From: a@b.lv\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    for one in (raw, head + raw):
        found = read(one)
        assert found.message_id and "\x00" not in found.text + found.subject + found.name


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({"Auto_Submitted": "auto-replied"}, True),
        ({"Auto_Submitted": "no"}, False),
        ({"Precedence": "bulk"}, True),
        ({"List_Id": "<zinas.veikals.example>"}, True),
        ({"List_Id": "<jautajumi.birojs.example>", "Precedence": "list"}, False),
        ({"Return_Path": "<>"}, True),
        ({"X_Autoreply": "yes"}, True),
        ({"subject": "Automātiskā atbilde: Jautājums"}, True),
        ({"subject": "Out of office: x"}, True),
        ({"subject": "Автоматический ответ: x"}, True),
        ({"subject": "Abwesenheitsnotiz: x"}, True),
        ({"subject": "Atvaļinājums Latvijā ar bērniem"}, False),
        ({"subject": "Отсутствует школа"}, False),
        ({"subject": "Re: Urlaub in Lettgallen"}, False),
        ({"sender": "MAILER-DAEMON@pasts.example"}, True),
    ],
)
def test_what_a_machine_wrote(headers: dict[str, str], automatic: bool) -> None:
    assert said("a", **headers).automatic is automatic


def test_a_talk_is_followed_to_its_beginning() -> None:
    found = said("c", follows=("<a@x.lv>", "<b@birojs.example>"))
    assert found.refs == ("<b@birojs.example>", "<a@x.lv>")


@pytest.mark.parametrize(
    ("sender", "loops", "why"),
    [
        ("anna@pasts.example", (), None),
        (OURS, (), "own"),
        ("anna@pasts.example", (OURS,), "loop"),
        ("anna@pasts.example", ("cits@x.lv",), None),
    ],
)
def test_our_own_letters_are_refused(sender: str, loops: tuple[str, ...], why: str | None) -> None:
    assert refusal(sender, loops, {OURS}) == why
    assert read(letter(X_Loop=OURS.upper())).loops == (OURS,)


def test_files_stand_beside_the_words() -> None:
    found = said("a", "Pielikumā.\n", files=(("līgums.pdf", b"%PDF-1.4 x"), ("..\\..\\b.png", PNG)))
    assert found.text == "Pielikumā." and [one.content for one in found.files] == [b"%PDF-1.4 x", PNG]
    assert [one.name for one in found.files] == ["līgums.pdf", "..\\..\\b.png"]


def test_a_name_that_turns_its_reader_round_does_not() -> None:
    assert "\u202e" not in said("a", subject="x\u202eexe", sender="A\u202eb <anna@pasts.example>").subject
