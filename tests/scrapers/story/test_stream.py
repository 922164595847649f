"""Stories of a stream: what is one, what is two, and that nothing else about the stream matters."""

import json
from datetime import datetime
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import median

import pytest

from scrapers.story.stream import Stream, Text
from tests.benchmarks import stories as benchmark


def graded(name: str) -> list[dict[str, str]]:
    lines = (Path(__file__).parent / "graded" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


GRADED = graded("dev.jsonl")


def hour(row: dict[str, str]) -> float:
    return datetime.fromisoformat(row["published"]).timestamp() / 3_600


def pairs(rows: list[dict[str, str]], dated: bool = True) -> tuple[float, float]:
    """Precision and recall of the pairs that are one story."""
    texts = [Text(row["title"], row["text"], hour(row) if dated else None) for row in rows]
    found = [*Stream().stories(texts)]
    told = {(one, other) for one, other in combinations(range(len(rows)), 2) if found[one] == found[other]}
    true = {
        (one, other)
        for one, other in combinations(range(len(rows)), 2)
        if rows[one]["story"] and rows[one]["story"] == rows[other]["story"]
    }
    return len(told & true) / max(1, len(told)), len(told & true) / len(true)


@pytest.mark.parametrize("dated", [True, False])
def test_the_graded_stories_are_found(dated: bool) -> None:
    precision, recall = pairs(sorted(GRADED, key=hour), dated)
    assert precision >= 0.97
    assert recall >= 0.9


def test_short_pieces_in_other_words_are_found_as_far_as_they_tell_the_same_facts() -> None:
    precision, recall = pairs(sorted(graded("dev2.jsonl"), key=hour))
    assert precision >= 0.97
    assert recall >= 0.58


def test_among_a_thousand_others_they_are_found_as_well() -> None:
    others = [
        {"title": "", "text": one.text, "story": "", "published": GRADED[number % len(GRADED)]["published"]}
        for number, one in enumerate(benchmark.documents(1_000, seed=3))
        if one.origin is None
    ]
    precision, recall = pairs(sorted([*GRADED, *others], key=hour))
    assert precision >= 0.97
    assert recall >= 0.85


def test_in_whatever_order_they_come_what_is_called_one_story_is_one() -> None:
    """Without dates and shuffled, which no collector ever sees, a few orders join two stories; most join none."""
    precisions, recalls = [], []
    for number in range(40):
        rows = [*GRADED]
        Random(number).shuffle(rows)
        precision, recall = pairs(rows, dated=False)
        precisions.append(precision)
        recalls.append(recall)
    assert median(precisions) >= 0.95
    assert min(precisions) >= 0.85
    assert min(recalls) >= 0.85


def test_a_stream_says_the_same_each_time() -> None:
    texts = [Text(row["title"], row["text"], hour(row)) for row in sorted(GRADED, key=hour)]
    assert [*Stream().stories(texts)] == [*Stream().stories(texts)]


def test_every_text_twice_is_with_itself() -> None:
    texts = [Text(row["title"], row["text"]) for row in GRADED for _ in range(2)]
    found = [*Stream().stories(texts)]
    assert found[::2] == found[1::2]


def story_of(*told: tuple[str, str]) -> list[int]:
    return [*Stream().stories([Text(title, text, 10.0 * number) for number, (title, text) in enumerate(told)])]


FIRE = (
    "{town} degošā namā izglābti {saved} cilvēki",
    "Otrdienas vakarā {town}, {street}, dega dzīvoklis daudzdzīvokļu mājā, informēja VUGD. Izsaukums saņemts plkst. {at}. "
    "Ierodoties notikuma vietā, ugunsdzēsēji konstatēja, ka dzīvoklī {size} kvadrātmetru platībā deg mantas. Pa autokāpnēm "
    "no ēkas izglāba {saved} cilvēkus, bet vēl {left} iedzīvotāji evakuējās paši. Ugunsgrēka iemeslus noskaidros policija.",
)
AWARD = (
    "Pasniegtas balvas \"Gada novadnieks {year}\"",
    "Sestdien kultūras namā pasniegtas balvas \"Gada novadnieks {year}\". Par gada skolotāju atzīta {one}, par gada "
    "uzņēmēju kļuva {two}, bet mūža balvu saņēma {three}. Pavisam žūrija izskatīja {count} pieteikumus no visa novada, un "
    "uzvarētāji saņēma diplomu un naudas balvu.",
)
STATISTICS = (
    "Bezdarbs {month} sarucis līdz {share} procentiem",
    "Reģistrētā bezdarba līmenis {month} sarucis līdz {share} procentiem, liecina aģentūras apkopotie dati. Mēneša beigās "
    "bez darba bija {people} cilvēki, par {fewer} mazāk nekā mēnesi iepriekš. Visvairāk bezdarbnieku ir starp cilvēkiem "
    "pēc piecdesmit gadu vecuma, vismazāk starp jauniešiem.",
)
GRANT = (
    "{town} novadā remigranti var pieteikties grantam līdz {most} eiro",
    "{town} novada pašvaldība no {since}. marta izsludina pieteikšanos grantu konkursam remigrantiem uzņēmējdarbības "
    "sākšanai. Viena granta summa ir līdz {most} eiro, kopējais finansējums {all} eiro. Pieteikumu iesniedz elektroniski, "
    "un tam jāpievieno darbības plāns. Konsultē {who}.",
)
TWINS = [
    (FIRE, {"town": "Rēzeknē", "street": "Atbrīvošanas alejā", "at": "21.47", "size": 20, "saved": "trīs", "left": 14},
     {"town": "Daugavpilī", "street": "Smilšu ielā", "at": "20.12", "size": 12, "saved": "četri", "left": "deviņi"}),
    (FIRE, {"town": "Rēzeknē", "street": "Atbrīvošanas alejā", "at": "21.47", "size": 20, "saved": "trīs", "left": 14},
     {"town": "Rēzeknē", "street": "Latgales ielā", "at": "4.05", "size": 70, "saved": "divi", "left": 33}),
    (AWARD, {"year": 2024, "one": "Ilga Stūre", "two": "Jānis Puntuls", "three": "Anna Rancāne", "count": 48},
     {"year": 2025, "one": "Velta Mičule", "two": "Andris Sprūžs", "three": "Pēteris Keišs", "count": 61}),
    (STATISTICS, {"month": "janvārī", "share": "6,9", "people": "59 214", "fewer": "1 310"},
     {"month": "februārī", "share": "6,7", "people": "57 480", "fewer": "1 734"}),
    (GRANT, {"town": "Balvu", "since": 16, "most": 5000, "all": "25 000", "who": "Gunta Raibekaze"},
     {"town": "Krāslavas", "since": 23, "most": 4000, "all": "20 000", "who": "Juris Pauliņš"}),
]  # fmt: skip


@pytest.mark.parametrize(("template", "one", "other"), TWINS)
def test_one_template_with_other_facts_is_two_stories(
    template: tuple[str, str], one: dict[str, object], other: dict[str, object]
) -> None:
    filled = [(template[0].format(**told), template[1].format(**told)) for told in (one, other, one)]
    assert story_of(*filled) == [0, 1, 0]


def test_a_story_ends_after_the_window_and_nothing_of_it_is_kept() -> None:
    stream = Stream()
    row = GRADED[0]
    told = [Text(row["title"], row["text"], at) for at in (0.0, 71.0, 80.0, 90.0)]
    assert [*stream.stories(told)] == [0, 0, 2, 2]
    assert stream.kept == 3
    assert [*stream.stories([Text("Cits", "Pavisam citas dienas raksts par citu lietu.", 1_000.0)])] == [4]
    assert stream.kept == 1


def test_copies_are_found_and_strangers_are_not() -> None:
    texts = benchmark.documents(3_000)
    found, _, stream = benchmark.ours(texts)
    copies = [(one, near) for one, near in zip(texts, found, strict=True) if one.kind in benchmark.KINDS[:2]]
    assert sum(one.origin in near for one, near in copies) / len(copies) >= 0.95
    roots = [number if one.origin is None else one.origin for number, one in enumerate(texts)]
    strangers = sum(roots[other] != roots[number] for number, near in enumerate(found) for other in near)
    # Of a bank of sentences many are in two texts by chance, numbers and all.
    assert strangers <= len(texts) / 100
    assert stream.bytes / stream.kept < 3_000
