"""Every key the tracker and the reports speak has its text in both languages, with the same facts."""

import re
from pathlib import Path
from string import Formatter

import pytest

from outreach.core.text import Texts
from outreach.tracker.lexicon import sources, topics
from outreach.tracker.models import ARRIVALS, RULES, STAGES
from scrapers.models import TIERS

ROOT = Path(__file__).resolve().parents[3] / "outreach"
KEY = re.compile(r'(?<!f)"((?:tracker|report)\.[a-z_.]+[a-z_])"')
# A key that is put together: what stands before its last part.
BEGINNING = re.compile(r'f"((?:tracker|report)\.[a-z_.]+\.)\{')


def written() -> list[str]:
    files = [*(ROOT / "tracker").glob("*.py"), *(ROOT / "reports").glob("*.py"), ROOT / "report.py"]
    return [path.read_text(encoding="utf-8") for path in files]


def put_together(texts: Texts) -> set[str]:
    """Keys of the catalogue whose beginning the code names."""
    beginnings = tuple({beginning for code in written() for beginning in BEGINNING.findall(code)})
    catalogue = texts.in_language("lv").catalogue
    return {key for key in (*catalogue.plain, *catalogue.plural) if key.startswith(beginnings)}


def used() -> set[str]:
    found = {key for code in written() for key in KEY.findall(code)}
    lists = {"arrived": ARRIVALS, "rule": RULES, "stage": STAGES, "source": sources(), "topic": topics()}
    found |= {f"tracker.{name}.{value}" for name, values in lists.items() for value in values}
    found |= {f"report.stages.row.{name}" for name in ("involved", "offer_sent", "returned", "planning")}
    found |= {f"report.kind.{name}" for name in ("results", "outreach", "stages", "municipality", "yearly", "cumulative", "quarterly", "publicity")}
    found |= {f"report.tier.{tier}" for tier in TIERS}
    found |= {f"report.language.{language}" for language in ("lv", "ltg", "ru", "en", "other")}
    # Jobs and prefixes of keys look like keys.
    return found - {"tracker.link", "tracker.forget", "tracker.mark", "tracker.heard", "tracker.brought", "tracker.stage", "report.stages.row", "report.tier", "report.language"}


def facts(texts: Texts, language: str, key: str) -> set[str]:
    catalogue = texts.in_language(language).catalogue
    forms = catalogue.plural[key].values() if key in catalogue.plural else [catalogue.plain[key]]
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("key", sorted(used()))
def test_both_languages_know_it(texts: Texts, key: str) -> None:
    assert texts.in_language("lv").knows(key)
    assert texts.in_language("en").knows(key)
    assert facts(texts, "lv", key) == facts(texts, "en", key)


def test_no_text_is_left_over(texts: Texts) -> None:
    for language in ("lv", "en"):
        catalogue = texts.in_language(language).catalogue
        held = {key for key in (*catalogue.plain, *catalogue.plural) if key.startswith(("tracker.", "report."))}
        assert held - used() - put_together(texts) == set()


def test_reports_are_whole_in_russian_too(texts: Texts) -> None:
    own = texts.in_language("ru").catalogue
    held = {*own.plain, *own.plural}
    # The answer to a person is written in Russian too.
    lists = {"rule": RULES, "stage": STAGES, "source": sources(), "arrived": ARRIVALS, "topic": topics()}
    wanted = {key for key in used() | put_together(texts) if key.startswith("report.")}
    wanted |= {f"tracker.{name}.{value}" for name, values in lists.items() for value in values}
    assert {key for key in held if key.startswith(("report.", "tracker."))} == wanted
    for key in wanted:
        assert facts(texts, "ru", key) == facts(texts, "lv", key), key
