"""What a morning is said in: the sentence, the subject and the line beside it, in Latvian and English."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.core.text import LANGUAGES, Texts
from outreach.digest.facts import Digest, Printed
from outreach.digest.wording import preheader, sentence, subject
from scrapers.queries import SourceState
from tests.outreach.digest.morning import digest, digests, doubted, silent, telling

PLAIN = [telling(number, story_id=number % 7 + 1) for number in range(1, 11)]
LUDZA = silent("Ludzas Zeme", count=9, gap=3)
HAPPENED = [
    pytest.param(
        digest(*PLAIN, telling(11, story_id=1, tone="critical"), telling(12, story_id=2, tone="critical", outlet="Diena")),
        "12 pieminējumu 7 ziņās, divi kritiski; kritiski raksta “Diena” un “Latgales Laiks”.",
        "12 mentions in 7 stories, two critical; criticism in Diena and Latgales Laiks.",
        id="critical",
    ),
    pytest.param(
        digest(*PLAIN, telling(11, story_id=1, tone="critical", outlet="Diena"), telling(12, story_id=2, tone="critical", names_us=True)),
        "12 pieminējumu 7 ziņās, divi kritiski; “Latgales Laiks” kritiski raksta par koordinatoru.",
        "12 mentions in 7 stories, two critical; Latgales Laiks wrote critically about the coordinator.",
        id="critical of us",
    ),
    pytest.param(
        digest(*PLAIN[:1], telling(11, names_us=True), telling(12, names_us=True, outlet="Diena"), telling(13, names_us=True, outlet="LSM")),
        "4 pieminējumi 4 ziņās; “Latgales Laiks” un vēl 2 avoti rakstīja par koordinatoru.",
        "4 mentions in 4 stories; Latgales Laiks and 2 more outlets wrote about the coordinator.",
        id="naming us",
    ),
    pytest.param(
        digest(telling(1, campaigns=(1,)), telling(2), printed=(Printed(1, "MĀJAS 2026", ("Diena", "Vēstis"), (1,)),)),
        "2 pieminējumi 2 ziņās; “Diena” un “Vēstis” rakstīja par kampaņu “MĀJAS 2026”.",
        "2 mentions in 2 stories; Diena and Vēstis wrote about the campaign “MĀJAS 2026”.",
        id="our campaign",
    ),
    pytest.param(
        digest(telling(1), telling(2, story_id=2), telling(3, story_id=2, outlet="LSM")),
        "3 pieminējumi 2 ziņās; visplašāk – “Virsraksts 2” (2 avotos, pirmais “Latgales Laiks”).",
        "3 mentions in 2 stories; most widely told: “Virsraksts 2” (2 outlets, first Latgales Laiks).",
        id="told by most",
    ),
    pytest.param(
        digest(telling(1), telling(2)),
        "2 pieminējumi 2 ziņās; svarīgākā – “Virsraksts 1” (“Latgales Laiks”).",
        "2 mentions in 2 stories; first of all “Virsraksts 1” (Latgales Laiks).",
        id="nothing special",
    ),
    pytest.param(
        digest(telling(1)), "1 pieminējums; “Virsraksts 1” (“Latgales Laiks”).", "1 mention; “Virsraksts 1” (Latgales Laiks).", id="one"
    ),
    pytest.param(
        digest(telling(1, tone="critical")), "1 pieminējums, kritisks: “Latgales Laiks”.", "1 mention, critical: Latgales Laiks.", id="one, critical"
    ),
    pytest.param(
        digest(telling(1, tone="critical"), telling(2, tone="critical", outlet="Diena")),
        "2 pieminējumi 2 ziņās, visi kritiski: “Latgales Laiks” un “Diena”.",
        "2 mentions in 2 stories, all critical: Latgales Laiks and Diena.",
        id="all critical",
    ),
    pytest.param(
        digest(*(telling(number, tone="critical") for number in range(1, 22)), telling(22)),
        "22 pieminējumi 22 ziņās, 21 kritisks; kritiski raksta “Latgales Laiks”.",
        "22 mentions in 22 stories, 21 critical; criticism in Latgales Laiks.",
        id="too many for words",
    ),
    pytest.param(
        digest(telling(1), late=True, missed=2),
        "1 pieminējums; “Virsraksts 1” (“Latgales Laiks”). Vēstule kavējas: no rīta to neizdevās nosūtīt. "
        "Šī vēstule aptver arī 2 dienas, kad vēstules nebija.",
        "1 mention; “Virsraksts 1” (Latgales Laiks). This mail is late: it could not be sent in the morning. "
        "This mail also covers 2 days without one.",
        id="late, after days without",
    ),
    pytest.param(
        digest(silent=(LUDZA,)),
        "0 pieminējumu; atbildēja 74 no 76 avotiem; “Ludzas Zeme” klusē 9 dienas (parasti 3).",
        "0 mentions; 74 of 76 sources answered; Ludzas Zeme silent 9 days (usual gap 3).",
        id="silence",
    ),
    pytest.param(
        digest(
            doubted(1), doubted(2), sources=21, answered=21,
            silent=(LUDZA, silent("Diena", "scrapers.silent_daily", count=1), silent("Vēstis", "scrapers.silent", count=11), LUDZA, LUDZA),
        ),
        "0 pieminējumu; vēl jāizvērtē 2 raksti; atbildēja 21 no 21 avota; “Ludzas Zeme” klusē 9 dienas (parasti 3), “Diena” klusē 1 dienu "
        "(parasti raksta katru dienu), “Vēstis” klusē 11 dienu, klusē vēl 2 avoti.",
        "0 mentions; 2 articles still to be judged; 21 of 21 sources answered; Ludzas Zeme silent 9 days (usual gap 3), Diena silent 1 day "
        "(usually something new every day), Vēstis silent 11 days, and 2 more sources silent.",
        id="silence with doubts",
    ),
    pytest.param(digest(sources=0), "0 pieminējumu; neviens avots nav ieslēgts.", "0 mentions; no source is switched on.", id="no sources"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "latvian", "english"), HAPPENED)
def test_a_morning_in_one_sentence(texts: Texts, told: Digest, latvian: str, english: str) -> None:
    assert (sentence(told, texts.in_language("lv")), sentence(told, texts.in_language("en"))) == (latvian, english)


@pytest.mark.parametrize(
    ("told", "latvian", "english"),
    [
        (digest(telling(1)), "Remigrācija ziņās, 27.11.: 1 pieminējums", "Remigration in the news, 27 Nov: 1 mention"),
        (
            digest(*PLAIN, telling(11, tone="critical"), telling(12, tone="critical")),
            "Remigrācija ziņās, 27.11.: 12 pieminējumu, 2 kritiski",
            "Remigration in the news, 27 Nov: 12 mentions, 2 critical",
        ),
        (digest(), "Remigrācija ziņās, 27.11.: 0 pieminējumu", "Remigration in the news, 27 Nov: 0 mentions"),
        (
            digest(doubted(1)),
            "Remigrācija ziņās, 27.11.: 0 pieminējumu, vēl jāizvērtē 1 raksts",
            "Remigration in the news, 27 Nov: 0 mentions, 1 article still to be judged",
        ),
    ],
)
def test_the_subject(texts: Texts, told: Digest, latvian: str, english: str) -> None:
    assert (subject(told, texts.in_language("lv")), subject(told, texts.in_language("en"))) == (latvian, english)


def test_the_line_beside_the_subject_goes_on_where_it_ends(texts: Texts) -> None:
    latvian = texts.in_language("lv")
    told = digest(telling(1, tone="critical", names_us=True), telling(2, title="Otrs\n virsraksts"), telling(3, title="Otrs virsraksts"))
    assert preheader(told, latvian) == "“Latgales Laiks” kritiski raksta par koordinatoru · Virsraksts 1 · Otrs virsraksts"
    assert preheader(digest(telling(1)), latvian) == "“Virsraksts 1” (“Latgales Laiks”)"
    assert preheader(digest(silent=(LUDZA,)), latvian) == "Atbildēja 74 no 76 avotiem; “Ludzas Zeme” klusē 9 dienas (parasti 3)"


def test_long_headlines_are_cut_between_words(texts: Texts) -> None:
    told = digest(telling(1, title="Ļoti garš virsraksts " * 20))
    for language in LANGUAGES:
        assert "garš virsraksts Ļoti…”" in sentence(told, texts.in_language(language))
        assert preheader(told, texts.in_language(language)).count("…") == 1


quiet = st.builds(silent, st.just("Ludzas Zeme"), count=st.integers(1, 999), gap=st.integers(2, 99))


@given(st.integers(0, 130), st.lists(quiet, max_size=6), st.sampled_from(LANGUAGES))
def test_numbers_agree(texts: Texts, sources: int, found: list[SourceState], language: str) -> None:
    told = sentence(digest(sources=sources, answered=sources, silent=tuple(found)), texts.in_language(language))
    if language == "lv" and sources:
        one = sources % 10 == 1 and sources % 100 != 11
        assert f"no {sources} {'avota' if one else 'avotiem'}" in told


@settings(max_examples=200)
@given(digests(), st.sampled_from(LANGUAGES))
def test_any_morning_can_be_said(texts: Texts, told: Digest, language: str) -> None:
    words = texts.in_language(language)
    said = (sentence(told, words), subject(told, words), preheader(told, words))
    for one in said:
        assert one
        assert "\n" not in one and "{" not in one and "}" not in one
        assert "None" not in one
    assert len(said[1]) < 78
    assert len(said[2]) <= 140
    assert said[0].endswith(".")
    assert str(told.mentions) in said[0]
