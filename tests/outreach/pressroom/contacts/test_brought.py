"""Files of contacts: headings guessed, columns as a person says, cards of three versions, and what cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from outreach.core.text import Texts
from outreach.pressroom.contacts import brought, cards, exporting
from outreach.pressroom.contacts.brought import draft_of
from outreach.pressroom.contacts.draft import Draft, fit, mail_of

CARDS = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:B=C4=93rzi=C5=86=C5=A1;J=C4=81nis\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C4=81nis =\r\nB=C4=93rzi=C5=86=C5=A1\r\nTEL;WORK;VOICE:+371 26 000 000\r\n"
    "EMAIL;INTERNET:otra@lsm.example\r\nEMAIL;PREF;INTERNET:janis@lsm.example\r\nORG:LSM;Ziņas\r\nPHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\r\n AAAA\r\nBBBB=\r\n\r\nTITLE:redaktors\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\nVERSION:4.0\nFN:Anna Kalna\nitem1.EMAIL;PREF=2:mailto:otra@x.example\nitem2.EMAIL;PREF=1:mailto:anna@x.example\nLANG:lv\nTEL;VALUE=uri:tel:+37126111111\nORG:Vietējā\nEND:VCARD\n"
    "BEGIN:VCARD\nVERSION:3.0\nN:Oz;Ida;;;\nPHOTO;TYPE=JPEG;ENCODING=b:AAAA\n BBBB\nEMAIL;TYPE=INTERNET,PREF:ida@x.example\nNOTE:a\\, b\\nc\nCATEGORIES:kultūra,ģimene\nEND:VCARD\n"
    "BEGIN:VCARD\nVERSION:3.0\nBEGIN:VCARD\nEND:VCARD\n"
)  # fmt: skip


def heads(texts: Texts) -> dict[str, str]:
    return exporting.heads([texts.in_language("lv"), texts.in_language("en")])


def drafts(texts: Texts, data: str, told: dict[int, str] | None = None) -> list[Draft]:
    words = exporting.vocabulary([texts.in_language("lv"), texts.in_language("en")])
    return [draft_of(row, words) for row in brought.read(data.encode(), heads(texts), told).rows]


def test_cards_of_three_versions() -> None:
    first, second, third, *broken = cards.read(CARDS.encode())
    assert first.values == {"name": "Jānis Bērziņš", "mail": "janis@lsm.example", "phone": "+371 26 000 000", "outlet": "LSM", "role": "redaktors"}
    assert second.values == {"name": "Anna Kalna", "mail": "anna@x.example", "phone": "+37126111111", "outlet": "Vietējā", "languages": "lv"}
    assert third.values == {"name": "Ida Oz", "mail": "ida@x.example", "beats": "kultūra, ģimene", "note": "a, b\nc"}
    assert [card.problem for card in broken] == [cards.BROKEN, cards.BROKEN]
    assert [card.number for card in cards.read(CARDS.encode())] == [1, 2, 3, 4, 5]


def test_too_many_cards_are_refused() -> None:
    with pytest.raises(OutreachError) as refused:
        cards.read(b"BEGIN:VCARD\nFN:A\nEND:VCARD\n" * 2_001)
    assert refused.value.key == "contacts.file.cards"


@pytest.mark.parametrize(
    "text",
    ["Vārds, uzvārds;E-pasts;Medijs;Valodas\nIda Ozola;ida@x.example;LSM;latviešu, Krievu\n", "Name,E-mail,Outlet,Languages\nIda Ozola,ida@x.example,LSM,\"Latvian; ru\"\n",
     "Vārds\tUzvārds\tE-pasta adrese\tRedakcija\tValoda\nIda\tOzola\tida@x.example\tLSM\tlv|ru\n", "Preses saraksts;;;\n;;;\nMedijs;Žurnālists;Epasts;Valoda\nLSM;Ida Ozola;ida@x.example;lv,ru\n"],
)  # fmt: skip
def test_headings_are_known(texts: Texts, text: str) -> None:
    (one,) = drafts(texts, text)
    assert (one.name, one.mail, one.outlet, one.languages) == ("Ida Ozola", "ida@x.example", "LSM", ("lv", "ru"))


def test_a_column_of_addresses_shows_what_it_is_and_a_person_says_otherwise(texts: Texts) -> None:
    text = "Kas;Kur\nIda Ozola;ida@x.example\nEva Kalna;eva@x.example\n"
    assert [one.field for one in brought.read(text.encode(), heads(texts)).columns] == ["", "mail"]
    assert drafts(texts, text, {0: "name", 1: "note"})[0] == Draft(name="Ida Ozola", note="ida@x.example")
    twice = brought.read(text.encode(), heads(texts), {0: "name", 1: "name"})
    assert [one.field for one in twice.columns] == ["name", ""]


@pytest.mark.parametrize("text", ["Vards\n", "\n\nTikai viena rinda;x\n"])
def test_a_table_without_contacts_is_refused(texts: Texts, text: str) -> None:
    with pytest.raises(OutreachError) as refused:
        brought.read(text.encode(), heads(texts))
    assert refused.value.key == "contacts.file.head"


@pytest.mark.parametrize("mail", ["a", "a@b", "a b@c.lv", "A <a@b.lv>", "a@b.lv, c@d.lv", "ā@b.lv", "a@-b.lv", "a@b..lv", f"{'a' * 65}@b.lv"])
def test_what_is_no_address_is_refused(mail: str) -> None:
    with pytest.raises(OutreachError) as refused:
        mail_of(mail)
    assert refused.value.key == "contacts.error.mail"


@pytest.mark.parametrize(
    ("draft", "key"),
    [(Draft(name=" "), "name"), (Draft(name="A", phone="zvani"), "phone"), (Draft(name="A", languages=("xx",)), "language"), (Draft(name="A", tier="x"), "tier"), (Draft(name="A", reached_by="x"), "reached"),
     (Draft(name="A" * 201), "long"), (Draft(name="A", note="b" * 4_001), "long"), (Draft(name="A", beats=tuple(map(str, range(41)))), "many")],
)  # fmt: skip
def test_what_does_not_fit_is_refused(draft: Draft, key: str) -> None:
    with pytest.raises(OutreachError) as refused:
        fit(draft)
    assert refused.value.key == f"contacts.error.{key}"


@given(st.builds(Draft, name=st.text(min_size=1, max_size=30), outlet=st.text(max_size=30), beats=st.lists(st.text(max_size=9), max_size=4).map(tuple), note=st.text(max_size=30)))
def test_what_was_fitted_fits_as_it_is(draft: Draft) -> None:
    if not any(letter.isprintable() and not letter.isspace() for letter in draft.name):
        with pytest.raises(OutreachError):
            fit(draft)
        return
    once = fit(draft)
    assert fit(once) == once and "\n" not in once.name
