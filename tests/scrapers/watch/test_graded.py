"""How well the rules of the watch tell mentions from other news, on texts written for it and on texts kept aside.

`tuned`, `second` and `third` were looked at when the watch was mended, `heldout` and `second_heldout` were not. `a`, `b`,
`d`, `e`, `f` and `h` are of one writer each and hard on purpose: many say the coming home between the lines, and their
plain texts are near misses. Rules alone do not reach these; what must not get worse is told here. `g` is plain news.

Each line of the files: id, title, text, lang, expected (a sense; "none" stands for other too).
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from scrapers.watch.match import Watch, match, seen
from scrapers.watch.words import Document

GRADED = Path(__file__).parent / "graded"


def confusion(name: str, watch: Watch) -> Counter[tuple[str, str]]:
    """How often each expected sense was given each sense."""
    counted: Counter[tuple[str, str]] = Counter()
    for line in (GRADED / name).read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        verdict = match(Document(item["title"], item["text"]), watch)
        assert verdict.relevant == (verdict.sense == "return")
        counted[item["expected"], "none" if verdict.sense == "other" else verdict.sense] += 1
    return counted


def recall(counted: Counter[tuple[str, str]], sense: str) -> float:
    all_of_it = sum(n for (expected, _), n in counted.items() if expected == sense)
    return counted[sense, sense] / all_of_it


def precision(counted: Counter[tuple[str, str]], sense: str) -> float:
    said = sum(n for (_, given), n in counted.items() if given == sense)
    return counted[sense, sense] / said


SETS = ("tuned.jsonl", "heldout.jsonl", "second.jsonl", "second_heldout.jsonl", "third.jsonl")
WRITERS = ("a.jsonl", "b.jsonl", "d.jsonl", "e.jsonl", "f.jsonl", "h.jsonl")


@pytest.mark.parametrize(
    ("name", "least", "recall_floor", "precision_floor"),
    [
        ("tuned.jsonl", 500, 0.98, 0.99),
        ("heldout.jsonl", 100, 0.97, 0.99),
        ("second.jsonl", 240, 0.98, 0.99),
        ("second_heldout.jsonl", 120, 0.92, 0.97),
        ("third.jsonl", 190, 0.95, 0.99),
    ],
)
def test_mentions_are_found_and_other_news_is_not(
    latgale: Watch, name: str, least: int, recall_floor: float, precision_floor: float
) -> None:
    counted = confusion(name, latgale)

    assert sum(counted.values()) >= least
    assert recall(counted, "return") >= recall_floor, counted
    assert precision(counted, "return") >= precision_floor, counted


@pytest.mark.parametrize("name", SETS)
def test_the_slogan_and_the_way_to_russia_are_never_taken_for_coming_home(latgale: Watch, name: str) -> None:
    counted = confusion(name, latgale)

    assert counted["expulsion", "return"] == 0
    assert counted["russia", "return"] == 0
    assert recall(counted, "expulsion") >= 0.95, counted
    assert recall(counted, "russia") >= 0.9, counted


@pytest.mark.parametrize("name", SETS)
def test_plain_news_gets_no_label(latgale: Watch, name: str) -> None:
    counted = confusion(name, latgale)

    labelled = sum(n for (expected, _), n in counted.items() if expected == "none") - counted["none", "none"]
    assert labelled <= (1 if name == "second_heldout.jsonl" else 0), counted


@pytest.mark.parametrize(
    ("name", "recall_floor", "precision_floor", "expulsion_floor", "russia_floor", "labelled"),
    [
        ("a.jsonl", 0.76, 0.97, 0.92, 0.98, 2),
        ("b.jsonl", 0.76, 0.95, 0.92, 0.85, 1),
        ("d.jsonl", 0.48, 0.85, None, None, 13),
        ("e.jsonl", 0.63, 0.9, 0.78, 0.8, 4),
        ("f.jsonl", 0.79, 0.92, 0.82, 0.7, 1),
        ("h.jsonl", 0.72, 0.98, 0.98, 0.82, 1),
    ],
)
def test_texts_of_other_writers_do_not_get_worse(
    latgale: Watch,
    name: str,
    recall_floor: float,
    precision_floor: float,
    expulsion_floor: float | None,
    russia_floor: float | None,
    labelled: int,
) -> None:
    counted = confusion(name, latgale)

    assert recall(counted, "return") >= recall_floor, counted
    assert precision(counted, "return") >= precision_floor, counted
    assert expulsion_floor is None or recall(counted, "expulsion") >= expulsion_floor, counted
    assert russia_floor is None or recall(counted, "russia") >= russia_floor, counted
    assert counted["expulsion", "return"] <= 2, counted
    told = sum(n for (expected, _), n in counted.items() if expected == "none") - counted["none", "none"]
    assert told <= labelled, counted


def test_half_of_plain_news_is_not_read_and_hardly_any_labelled(latgale: Watch) -> None:
    counted = confusion("g.jsonl", latgale)
    items = [json.loads(line) for line in (GRADED / "g.jsonl").read_text(encoding="utf-8").splitlines()]
    read = sum(seen(Document(item["title"], item["text"]), latgale) is not None for item in items)

    assert len(items) == 500
    assert read <= 0.46 * len(items)
    assert 500 - counted["none", "none"] <= 3, counted


@pytest.mark.parametrize("name", [*SETS, *WRITERS])
def test_the_gate_turns_hardly_any_mention_away(latgale: Watch, name: str) -> None:
    items = [json.loads(line) for line in (GRADED / name).read_text(encoding="utf-8").splitlines()]
    told = [item for item in items if item["expected"] != "none"]
    lost = [item["id"] for item in told if seen(Document(item["title"], item["text"]), latgale) is None]

    assert len(lost) <= (5 if name == "d.jsonl" else 2), lost


def test_the_graded_texts_are_many_and_told_apart(latgale: Watch) -> None:
    items = [
        {**json.loads(line), "of": name}
        for name in (*SETS, *WRITERS, "g.jsonl")
        for line in (GRADED / name).read_text(encoding="utf-8").splitlines()
    ]

    assert len(items) >= 3100
    assert len({(item["of"], item["id"]) for item in items}) == len(items)
    assert {item["expected"] for item in items} == {"return", "expulsion", "russia", "ambiguous", "none"}
    assert {item["lang"] for item in items} >= {"lv", "ru", "en", "de", "ltg"}
