"""Every key of this wing has its text in both languages, and every text is used."""

import re
import string
from pathlib import Path

import pytest

import outreach
from campaigns.models import STATUSES
from outreach.core.errors import OutreachError
from outreach.core.registry import kinds
from outreach.core.text import LANGUAGES, Texts, read_catalogues
from outreach.web.access import TABLE

ROOT = Path(__file__).parents[2]
KEY = re.compile(r'"(campaigns\.[a-z_]+(?:\.[a-z_]+)?)"')
NOT_KEYS = {"campaigns.channels", "campaigns.id"}  # a package, a column


@pytest.fixture(scope="module")
def own_texts() -> Texts:
    return read_catalogues(Path(outreach.__path__[0]) / "translations")


def used() -> set[str]:
    files = [*(ROOT / "campaigns").rglob("*.py"), *(ROOT / "outreach").rglob("*.py")]
    found = {key for file in files for key in KEY.findall(file.read_text(encoding="utf-8"))} - NOT_KEYS
    modules = {file.stem for file in (ROOT / "campaigns").glob("*.py")}
    found = {key for key in found if key.count(".") > 1 or key.split(".")[1] not in modules}
    # Pages have names with a dot too.
    found -= {*TABLE}
    return (
        found
        | {f"campaigns.status.{status}" for status in STATUSES}
        | {f"campaigns.kind.{kind}" for kind in kinds("campaigns.channels")}
    )


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_its_text_and_every_text_its_use(own_texts: Texts, language: str) -> None:
    known = {key for key in own_texts.catalogues[language].plain if key.startswith("campaigns.")}
    assert known == used()
    assert all(own_texts.catalogues[language].plain[key].strip() for key in known)


def test_both_languages_name_the_same_facts(own_texts: Texts) -> None:
    latvian, english = (own_texts.catalogues[language].plain for language in LANGUAGES)
    for key in used():
        assert placeholders(latvian[key]) == placeholders(english[key]), key


def test_a_refused_change_says_the_state_in_words(own_texts: Texts) -> None:
    error = OutreachError("campaigns.delivery.status", id=7, reason_key="campaigns.status.published")
    assert (
        own_texts.in_language("lv").error(error)
        == "Ar sūtījumu 7 to vairs nevar izdarīt. Tā stāvoklis: publicēts."
    )
