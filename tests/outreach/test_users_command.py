"""users on the command line, and the link that the first start prints."""

import json
import re
from pathlib import Path

import pytest

from tests.outreach.test_cli import run  # noqa: F401  (the fixture)

ADD = ("users", "add", "anna@example.org", "--name", "Anna Bērziņa", "--role", "comms")


@pytest.fixture
def office(run, tmp_path: Path):  # type: ignore[no-untyped-def]  # noqa: F811
    catalogue = tmp_path / "outlets.csv"
    catalogue.write_text("name,tier,language,region,site,medium,owner,kind,feed,enabled,note\n", encoding="utf-8")
    made = run("sources", "import", str(catalogue))
    assert made.code == 0, made.err
    return run


def listed(office) -> list[dict[str, object]]:  # type: ignore[no-untyped-def]
    return json.loads(office("users", "list", "--json").out)


@pytest.mark.parametrize("words", [("users",), *(("users", name) for name in ("add", "list", "disable", "enable", "reset"))], ids=" ".join)
def test_help_has_an_example(run, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    ran = run(*words, "--help")
    assert ran.code == 0 and "outreach" in ran.out.split("Example")[1]


def test_an_account_is_added_listed_switched_off_and_on(office) -> None:  # type: ignore[no-untyped-def]
    assert "no accounts yet" in office("users", "list").err
    added = office(*ADD)
    assert added.code == 0 and "will mail" in added.out
    assert [(row["mail"], row["state"]) for row in listed(office)] == [("anna@example.org", "invited")]
    assert "Communications officer" in office("users", "list").out
    assert "switched off" in office("users", "disable", "ANNA@example.org").out
    assert "off already" in office("users", "disable", "anna@example.org").out
    assert listed(office)[0]["state"] == "disabled"
    assert "switched on" in office("users", "enable", "anna@example.org").out


def test_a_link_is_printed_alone_for_whoever_passes_it_on(office) -> None:  # type: ignore[no-untyped-def]
    added = office(*ADD, "--link")
    assert re.search(r"^http://127\.0\.0\.1:8000/welcome/[\w-]{43}$", added.out, re.M)
    again = office("users", "reset", "anna@example.org", "--link")
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/welcome/[\w-]{43}", again.out.strip())
    assert again.out.strip() not in added.out


def test_a_partner_s_place_is_found_by_any_of_its_forms(office) -> None:  # type: ignore[no-untyped-def]
    partner = ("users", "add", "ludza@example.org", "--name", "Jānis Ozols", "--role", "partner")
    assert office(*partner, "--place", "ludza").code == 0
    assert listed(office)[0]["place"] == "Ludzas novads"
    assert "Atlantīda" in office("users", "add", "b@example.org", "--name", "B", "--role", "partner", "--place", "Atlantīda").err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("users", "add", "anna", "--name", "A", "--role", "comms"), "no e-mail address"),
        (("users", "add", "a@example.org", "--name", "A", "--role", "chief"), "no role chief"),
        (("users", "add", "a@example.org", "--name", "A", "--role", "partner"), "needs a municipality"),
        (("users", "disable", "nobody@example.org"), "no account nobody@example.org"),
        (("users", "reset", "nobody@example.org"), "no account"),
        (("users", "add", "a@example.org", "--role", "comms"), "name"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(office, words: tuple[str, ...], said: str) -> None:  # type: ignore[no-untyped-def]
    ran = office(*words)
    assert ran.code in {1, 2} and said in ran.err and len(ran.err.strip().splitlines()) == 1
