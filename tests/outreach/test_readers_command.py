"""readers on the command line: who gets the morning mail, when and about what."""

import json
import re
from pathlib import Path

import pytest

from tests.outreach.test_cli import run  # noqa: F401  (the fixture)

ADD = ("readers", "add", "anna@example.org")


@pytest.fixture
def office(run, tmp_path: Path):  # type: ignore[no-untyped-def]  # noqa: F811
    catalogue = tmp_path / "outlets.csv"
    catalogue.write_text("name,tier,language,region,site,medium,owner,kind,feed,enabled,note\n", encoding="utf-8")
    made = run("sources", "import", str(catalogue))
    assert made.code == 0, made.err
    return run


def listed(office) -> list[dict[str, object]]:  # type: ignore[no-untyped-def]
    ran = office("readers", "list", "--json")
    assert "nonce" not in ran.out
    return json.loads(ran.out)


def test_a_reader_is_added_listed_changed_and_taken_out(office) -> None:  # type: ignore[no-untyped-def]
    assert "no readers yet" in office("readers", "list").err
    added = office(*ADD, "--name", "Anna Bērziņa", "--at", "08:00", "--rhythm", "working", "--place", "ludza", "--tier", "regional")
    assert (added.code, added.out) == (0, "Reader added: anna@example.org.\n")
    [row] = listed(office)
    assert (row["at"], row["rhythm"], row["language"], row["zone"]) == ("08:00", "working", "en", "Europe/Riga")
    assert (row["places"], row["tiers"]) == (["Ludzas novads"], ["regional"])
    told = office("readers", "list").out
    assert "Anna Bērziņa" in told
    assert "on working days 08:00, Europe/Riga" in told
    assert "Changed" in office("readers", "change", "ANNA@example.org", "--weekday", "5", "--lang", "lv", "--to", "ab@example.org").out
    [row] = listed(office)
    assert (row["mail"], row["rhythm"], row["weekday"], row["language"], row["places"]) == ("ab@example.org", "weekly", 4, "lv", ["Ludzas novads"])
    assert "on Fridays" in office("readers", "list").out
    assert "Nothing has changed" in office("readers", "change", "ab@example.org", "--at", "08:00").out
    assert office("readers", "change", "ab@example.org", "--everything").code == 0
    assert (listed(office)[0]["places"], listed(office)[0]["tiers"]) == ([], [])
    assert "deleted" in office("readers", "remove", "ab@example.org").out
    assert listed(office) == []


def test_off_and_on(office) -> None:  # type: ignore[no-untyped-def]
    office(*ADD)
    for word, said in (("off", "No digest goes"), ("off", "already"), ("on", "The digest goes"), ("on", "already")):
        ran = office("readers", word, "anna@example.org")
        assert (ran.code, said in ran.out) == (0, True), ran.out
    assert listed(office)[0]["state"] == "on"


def test_the_reader_s_own_link_is_printed_alone_and_renewed(office) -> None:  # type: ignore[no-untyped-def]
    office(*ADD)
    link, same, new = (office("readers", "links", "anna@example.org", *more).out.strip() for more in ((), (), ("--renew",)))
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/subscription/1\.[\w-]{27}", link)
    assert (same == link, new == link) == (True, False)


def test_topics_by_name_or_number(office) -> None:  # type: ignore[no-untyped-def]
    known = json.loads(office("topics", "list", "--json").out)
    if not known:
        assert office("topics", "save", "Ezeri", "ezers").code == 0
        known = json.loads(office("topics", "list", "--json").out)
    assert office(*ADD, "--topic", known[0]["name"].upper()).code == 0
    assert len(listed(office)[0]["topics"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (ADD, "already"), (("readers", "add", "anna"), "no e-mail address"), (("readers", "off", "x@example.org"), "no reader"),
        ((*ADD[:2], "b@example.org", "--at", "25:00"), "07:00"), ((*ADD[:2], "b@example.org", "--zone", "Mars"), "Mars"),
        ((*ADD[:2], "b@example.org", "--place", "Atlantīda"), "Atlantīda"), ((*ADD[:2], "b@example.org", "--topic", "Nekas"), "Nekas"),
        ((*ADD[:2], "b@example.org", "--tier", "nope"), "choice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(office, words: tuple[str, ...], said: str) -> None:  # type: ignore[no-untyped-def]
    assert office(*ADD).code == 0
    ran = office(*words)
    assert ran.code == 1
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_one_that_the_settings_name_is_not_taken_out_but_switched_off(office, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert office(*ADD).code == 0
    settings = tmp_path / "settings.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + '[digest]\nrecipients = ["anna@example.org"]\n', encoding="utf-8")
    ran = office("readers", "remove", "anna@example.org")
    assert (ran.code, "settings.toml" in ran.err) == (1, True)
    assert office("readers", "off", "anna@example.org").code == 0
