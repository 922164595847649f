"""What is kept of a verdict: the sentence, the language, and the word that stands beside the article."""

from collections.abc import Callable

import pytest

from scrapers.judging import body_of, judge_article, outside_of
from scrapers.watch.match import Watch, match
from scrapers.watch.verdict import Verdict
from scrapers.watch.words import Document

URL = "https://portals.example/raksts/1"
MENU = "Sākums\nZiņas\nKultūra\nSports\nDzīvo Latgalē\nDarbs Vācijā un Īrijā\n"
ARTICLE = "Tiltu pār Daugavu slēdz\nPilsētā pirmdien slēdz tiltu, jo sākas remonts. Satiksmi novirza pa citu ielu.\n"


@pytest.fixture
def judge(latgale: Watch) -> Callable[[Document], Verdict]:
    return lambda document: match(document, latgale, named=False)


def test_plain_news_has_its_language_and_nothing_else(judge: Callable[[Document], Verdict]) -> None:
    judged = judge_article("Tiltu slēdz", "", ARTICLE, url=URL, lang=None, judge=judge)

    assert (judged.found, judged.sense, judged.relevant, judged.score) == (False, "none", False, 0.0)
    assert (judged.matched, judged.cues, judged.places) == ([], [], [])
    assert judged.lang == "lv"
    assert 0.3 < judged.lang_sure <= 1.0


def test_a_mention_has_its_sentence_and_language(judge: Callable[[Document], Verdict]) -> None:
    judged = judge_article(
        "Koordinatore atbild", "", "Rīt līs. Ludzā remigrācijas koordinatore palīdz ģimenēm. Otrs.", url=URL, lang="lv", judge=judge
    )

    assert judged.found and judged.relevant
    assert judged.sentence == "Ludzā remigrācijas koordinatore palīdz ģimenēm."
    assert judged.lang_sure > 0.3


@pytest.mark.parametrize(
    ("summary", "text", "expected"),
    [
        ("Tiltu slēdz…", "Tiltu slēdz pirmdien.", "Tiltu slēdz pirmdien."),
        ("Tiltu slēdz [...]", "Tiltu\n  slēdz pirmdien.", "Tiltu\n  slēdz pirmdien."),
        ("Tiltu\n slēdz", "Ievads. Tiltu slēdz pirmdien.", "Ievads. Tiltu slēdz pirmdien."),
        ("Citi vārdi", "Tiltu slēdz.", "Citi vārdi\nTiltu slēdz."),
        ("Tiltu remontē", "Tiltu slēdz.", "Tiltu remontē\nTiltu slēdz."),
        ("", "Tiltu slēdz.", "Tiltu slēdz."),
        ("Tiltu slēdz", "", "Tiltu slēdz"),
    ],
)
def test_the_body_holds_the_summary_once(summary: str, text: str, expected: str) -> None:
    assert body_of(summary, text) == expected


@pytest.mark.parametrize(
    ("line", "sense"),
    [
        ("Remigrācijas koordinatore palīdz ģimenēm atgriezties Latgalē", "other"),
        ("AfD sola remigrāciju un masveida izraidīšanu", "expulsion"),
        ("Remigrācija: ko tas nozīmē?", "ambiguous"),
    ],
)
def test_the_word_beside_the_article_is_found_with_its_line(
    judge: Callable[[Document], Verdict], line: str, sense: str
) -> None:
    page = f"{MENU}{ARTICLE}Lasi arī\n{line}\nVeikals Dagdā\n"
    judged = outside_of(page, judge, url=URL, lang="lv")

    assert judged is not None
    assert (judged.found, judged.relevant, judged.sense) == (True, False, sense)
    assert judged.score <= 0.2
    assert judged.sentence in line
    assert "emigrācij" in judged.sentence
    assert {one["where"] for one in judged.matched} == {"page"}
    assert all(page[one["start"] : one["end"]] == one["form"] for one in judged.matched)


@pytest.mark.parametrize(
    "line",
    [
        "Latgales latvieši diasporā",
        "Pēc desmit gadiem Īrijā ģimene atgriežas Dagdā",
        "Emigrācija un imigrācija",
        "Mans paps ir labs",
        "",
    ],
)
def test_other_words_beside_the_article_are_no_mention(judge: Callable[[Document], Verdict], line: str) -> None:
    assert outside_of(f"{MENU}{ARTICLE}{line}\n", judge, url=URL, lang="lv") is None


def test_the_first_of_several_lines_is_told_and_a_page_without_lines_is_cut(
    judge: Callable[[Document], Verdict],
) -> None:
    twice = outside_of("Remigrācijas plāns\nRemigrācijas forums", judge, url=URL, lang="lv")
    endless = outside_of("vārds " * 400 + "remigrācija " + "vārds " * 400, judge, url=URL, lang="lv")

    assert twice is not None and twice.sentence == "Remigrācijas plāns"
    assert len(twice.matched) == 1
    assert endless is not None and len(endless.sentence) <= 600
    assert "remigrācija" in endless.sentence


def test_a_whole_page_is_asked_for_the_watched_word_alone(latgale: Watch) -> None:
    story = "Pēc desmit gadiem Īrijā ģimene atgriežas Dagdā."
    plain = match(Document("", f"{MENU}{story}", whole_page=True), latgale)
    told = match(Document("", f"{MENU}{story}\nremig\u00adrācija", whole_page=True), latgale)

    assert match(Document("", story), latgale).sense == "return"
    assert (plain.sense, plain.core) == ("none", ())
    assert (told.sense, told.relevant) == ("other", False)
    assert [one.form for one in told.core] == ["remig\u00adrācija"]
