"""One agency's text in several outlets is one story; two notices from one template are two."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scrapers.agency import Agency, agencies, credited
from scrapers.stories import Telling, join, marks, tell
from scrapers.story.shares import Shares

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STORY = """Šogad ar reģiona koordinatores atbalstu uz dzīvi Latgalē pārcēlušās jau 52 ģimenes jeb 131
cilvēks, aģentūrai LETA pastāstīja plānošanas reģionā. Visvairāk ģimeņu atbraukušas no Anglijas, Īrijas un
Norvēģijas, bet par dzīvesvietu visbiežāk izraudzīta Daugavpils un Preiļu novads.

"Vispirms jautā par darbu un bērnudārzu, tikai pēc tam par pabalstiem," stāsta koordinatore. Viņa piebilda,
ka vēl 68 ģimenes plāno pārcelties tuvākā gada laikā. Atbalstu uzņēmējdarbības sākšanai piešķir arī
pašvaldības.
"""
NOTICE = """{place} novadā pagājušajā mēnesī sākts remontēt {count} kilometrus garu ceļa posmu, informē
uzņēmums. Darbus veic vietējā firma, un tie maksās {sum} tūkstošus eiro. Satiksmi {place} novadā ierobežos
darba dienās no rīta līdz vakaram, un iedzīvotājus aicina ievērot ceļa zīmes un saudzēt strādniekus."""


def telling(text: str = STORY, **told: object) -> Telling:
    base = Telling("Atgriezušās 52 ģimenes", text, NOW, ("Daugavpils", "Preiļu novads"), "LETA", 1)
    return replace(base, **told)  # type: ignore[arg-type]


def joined(new: Telling, *stories: list[Telling]) -> int | None:
    (told,) = tell([new])
    return join(told, [tell(members) for members in stories], Shares())


def edited() -> dict[str, str]:
    paragraphs = STORY.split("\n\n")
    return {
        "word for word": STORY,
        "last paragraph cut": paragraphs[0],
        "a sentence added": STORY + " Sīkāku informāciju sniedz tālruņa līnija darba dienās.",
        "some words changed": STORY.replace("atbraukušas", "ieradušās").replace("stāsta", "teic").replace("jau ", ""),
        "paragraphs turned": "\n\n".join(reversed(paragraphs)),
        "the first lines alone": STORY[:170],
    }


@pytest.mark.parametrize("name", edited())
def test_an_edited_copy_joins_its_story(name: str) -> None:
    copy = telling(edited()[name], title="Cits virsraksts pavisam", story_id=None, at=NOW + timedelta(hours=5))
    assert joined(copy, [telling()]) == 1


@pytest.mark.parametrize("name", edited())
def test_an_edited_copy_is_found_by_its_marks(name: str) -> None:
    copy, whole = marks(telling(edited()[name])), marks(telling())
    assert copy.bands & whole.bands or len(copy.rare & whole.rare) >= 2
    assert len(marks(telling(STORY * 40)).all) <= 56


def test_marks_of_copies_lie_below_zero_and_those_of_facts_above() -> None:
    told = marks(telling())
    assert max(told.bands) < 0 < min(told.rare)
    assert marks(telling()) == told


def test_no_words_have_no_marks() -> None:
    assert marks(telling("...", title="!")).all == frozenset()


def test_no_two_tellings_of_a_story_lie_further_apart_than_72_hours() -> None:
    assert joined(telling(story_id=None, at=NOW + timedelta(hours=71)), [telling()]) == 1
    assert joined(telling(story_id=None, at=NOW + timedelta(hours=73)), [telling()]) is None
    # A copy of yesterday does not carry the story on from week to week.
    recent = telling(at=NOW + timedelta(hours=60))
    assert joined(telling(story_id=None, at=NOW + timedelta(hours=80)), [telling(), recent]) is None


def notice(place: str, count: int, total: int, **told: object) -> Telling:
    text = NOTICE.format(place=place, count=count, sum=total)
    return telling(text, **{"title": "Remonts", "places": (), "agency": None, **told})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (notice("Ludzas", 5, 120), notice("Balvu", 12, 340, story_id=2)),
        (
            notice("Ludzas", 5, 120, places=("Ludzas novads",)),
            notice("Ludzas", 5, 120, places=("Balvu novads",), story_id=2),
        ),
        (notice("Ludzas", 5, 120, agency="LETA"), notice("Balvu", 7, 90, agency="LETA", story_id=2)),
    ],
)
def test_template_twins_stay_apart(one: Telling, other: Telling) -> None:
    assert joined(replace(one, story_id=None), [other]) is None


def test_different_texts_and_empty_ones_stay_apart() -> None:
    other = "Kultūras namā sestdien koncertēs pūtēju orķestris, un ieeja būs bez maksas visiem novada bērniem."
    assert joined(telling(other, story_id=None), [telling()]) is None
    assert joined(telling("", title="", story_id=None), [telling("", title="", story_id=3)]) is None
    assert joined(telling("Īss", title="Īss", story_id=None)) is None


def test_the_likest_story_wins_and_the_older_of_two_equal_ones() -> None:
    part = telling(STORY[: len(STORY) // 2] + " " + NOTICE.format(place="Ludzas", count=52, sum=131), story_id=4)
    assert joined(telling(story_id=None), [part], [telling(story_id=9)], [telling(story_id=7)]) == 7


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("pastāstīja ziņu aģentūrai LETA", "LETA"),
        ("Rīga, 23. nov., LETA. Šodien", "LETA"),
        ("Par to vēsta BNS un LETA.", "BNS"),
        ("сообщает агентство ЛЕТА", "LETA"),
        ('Aģentūrai „Vārds" pastāstīja', "Vārds"),
        ('aģentūrai "Vārds" pastāstīja', "Vārds"),
        ("Viņa vārds ir Leta, un Vārds ir skaists.", None),
        ("ATLETA un LETAS nav kredīts", None),
        ("", None),
    ],
)
def test_agency_credit_is_a_whole_word_as_written(text: str, name: str | None) -> None:
    assert credited(text, agencies()) == name


def test_agencies_of_another_office_may_be_given() -> None:
    assert credited("par to raksta PAP", (Agency("PAP", ("PAP",)),)) == "PAP"


def test_a_short_text_word_for_word_is_one_story_and_with_another_number_it_is_two() -> None:
    short = "Darba gadatirgū Preiļos gaidīs 40 darba devējus."
    assert joined(telling(short, story_id=None), [telling(short)]) == 1
    assert joined(telling(short.replace("40", "64"), story_id=None), [telling(short)]) is None
