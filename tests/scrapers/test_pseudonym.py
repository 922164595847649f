"""Private people's posts: whoever wrote them, and whomever they name by handle, mail or phone, is covered."""

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core import registry
from outreach.core.app import App
from scrapers import pseudonym as room
from scrapers.pseudonym import MASKED, is_private, pseudonym, pseudonymised, veil_of
from scrapers.source import Found

KEY = b"k" * 32
POST = Found(
    url="https://pele.example/@ilze_p/1",
    title="Ilze Priede: braucam mājās",
    summary="Braucam mājās!",
    text="Braucam mājās! Paldies @janis@pele.example un @remigracija. Raksti ilze@pasts.example vai zvani +371 20 000 111.",
    author="Ilze Priede",
    guid="1",
)


def test_a_post_keeps_its_words_and_loses_its_people() -> None:
    told = pseudonymised(POST, KEY, frozenset({"remigracija"}))
    assert told.author == pseudonym("Ilze Priede", KEY)
    assert told.title == f"{pseudonym('ilze priede', KEY)}: braucam mājās"
    assert told.text == (
        f"Braucam mājās! Paldies {pseudonym('janis@pele.example', KEY)} un @remigracija. "
        f"Raksti {MASKED} vai zvani {MASKED}."
    )
    assert told.summary == POST.summary
    # Where the post is found stays: without it nobody could answer.
    assert (told.url, told.guid) == (POST.url, POST.guid)


@pytest.mark.parametrize(
    ("text", "gone", "stays"),
    [
        ("raksti @anna", ["anna"], ["raksti"]),
        ("(@anna_b.) un", ["anna_b"], ["un"]),
        ("@Āris sveiks", ["Āris"], ["sveiks"]),
        ("a.b+c@d-e.example!", ["a.b", "d-e"], ["!"]),
        ("birojs@example.org", [], ["birojs@example.org"]),
        ("@Birojs raksta", [], ["@Birojs raksta"]),
        ("zvani 26123456", ["26123456"], ["zvani"]),
        ("zvani 2612 3456 vai 63 123 456", ["2612", "123 456"], ["vai"]),
        ("tel. 00371 26 12 34 56.", ["26 12"], ["tel."]),
        ("+44 (20) 7946 0958", ["7946"], []),
        ("2026. gada 23. novembrī 10:00", [], ["2026. gada 23. novembrī 10:00"]),
        ("piešķirti 25 000 000 eiro", [], ["25 000 000"]),
        ("https://x.example/status/26123456", [], ["status/26123456"]),
        ("cena 20,50 un 6312", [], ["20,50", "6312"]),
        ("https://pele.example/@anna/5", ["anna"], ["https://pele.example/"]),
    ],
)
def test_handles_mails_and_phones(text: str, gone: list[str], stays: list[str]) -> None:
    told = pseudonymised(replace(POST, text=text), KEY, frozenset({"birojs", "birojs@example.org"})).text or ""
    assert [one for one in gone if one in told] == []
    assert [one for one in stays if one not in told] == []


def test_a_pseudonym_is_the_same_for_one_name_and_another_with_another_key() -> None:
    assert pseudonym("@Ilze", KEY) == pseudonym("ilze", KEY) == pseudonym(" ILZE ", KEY)
    assert pseudonym("ilze", KEY) != pseudonym("ilze", b"x" * 32)
    assert pseudonym("ilze", KEY) != pseudonym("ilga", KEY)
    assert "ilze" not in pseudonym("ilze", KEY)


def test_the_offices_own_name_is_no_private_persons() -> None:
    own = replace(POST, author="@Birojs")
    assert pseudonymised(own, KEY, frozenset({"birojs"})).author == "@Birojs"


def test_a_post_without_an_author_has_none_after() -> None:
    assert pseudonymised(replace(POST, author=None), KEY).author is None


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_is_covered_and_twice_is_once(text: str, author: str) -> None:
    once = pseudonymised(replace(POST, text=text, title="t", summary="s", author=None), KEY)
    assert pseudonymised(once, KEY) == once
    pseudonymised(replace(POST, text=text, author=author), KEY)


@given(st.from_regex(r"[a-z]{4,12}", fullmatch=True), st.sampled_from(["{} raksta", "sveiks, @{}!", "@{}@pele.example", "x{}@p.example"]))
def test_a_name_as_handle_author_or_mail_is_gone(name: str, form: str) -> None:
    told = pseudonymised(replace(POST, text=form.format(name), author=name), KEY)
    assert name not in (told.text or "").replace("person-", "").replace("raksta", "").replace("sveiks", "").replace("pele.example", "")


def test_the_office_and_its_outlets_are_known_by_its_tables(app: App) -> None:
    veil = veil_of(app)
    told = veil(replace(POST, text="Raksti birojs@example.org vai latgale@paps.lv, nevis anna@pasts.example")).text
    assert told == f"Raksti birojs@example.org vai latgale@paps.lv, nevis {MASKED}"


@dataclass(frozen=True)
class _Plain:
    kind: ClassVar[str] = "plain"
    url: str = ""


@dataclass(frozen=True)
class _People:
    kind: ClassVar[str] = "people"
    private: ClassVar[bool] = True
    url: str = ""


@dataclass(frozen=True)
class _Some:
    kind: ClassVar[str] = "some"
    what: str = "posts"

    @property
    def private(self) -> bool:
        return self.what == "comments"


@pytest.mark.parametrize(
    ("kind", "settings", "private"),
    [
        ("plain", {}, False),
        ("people", {}, True),
        ("some", {}, False),
        ("some", {"what": "comments"}, True),
        ("some", {"wrong": "x"}, True),
        ("unknown", {}, False),
    ],
)
def test_which_posts_are_private(
    monkeypatch: pytest.MonkeyPatch, kind: str, settings: dict[str, object], private: bool
) -> None:
    known = {"plain": _Plain, "people": _People, "some": _Some}
    monkeypatch.setattr(room, "kinds", lambda _package: known)
    monkeypatch.setattr(registry, "kinds", lambda _package: known)
    assert is_private(kind, settings) is private
