"""Which of our texts an article prints: other headlines, rewritten halves, quotations, letters without their marks."""

from collections.abc import Sequence
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.digest.printing import laid_out, prints
from scrapers.fulltext import folded

RELEASE = (
    "Latgales plānošanas reģiona koordinatore aicina ģimenes, kuras domā par atgriešanos, nākamajā sestdienā uz tikšanos "
    "Preiļos. Pašvaldības, skolas un uzņēmēji stāstīs par darbu, mājokli un bērnu mācībām, bet ģimenes, kas jau ir mājās, "
    "dalīsies pieredzē. Dalība ir bez maksas, un bērniem būs sava programma ar rotaļām un radošo darbnīcu."
)
HALF = " ".join(RELEASE.split()[:22])
REST = (
    "Rīkotāji sola, ka katrs varēs uzdot jautājumus un saņemt atbildes uz vietas. Tikšanās notiks kultūras namā pulksten "
    "vienpadsmitos, un pieteikties var līdz piektdienai, zvanot birojam vai rakstot uz tā e-pasta adresi."
)
UNRELATED = (
    "Preiļos sestdien atklās jaunu slidotavu. Pašvaldības pārstāvji stāsta, ka ģimenes ar bērniem to varēs izmantot bez "
    "maksas, bet skolas pieteiksies nodarbībām. Koordinatore stāsta par atgriešanos un darbu, kas vēl priekšā."
)


def is_printed(article: str, post: str = RELEASE, others: Sequence[str] = ()) -> bool:
    posts = [(1, 1, post), *((number, number, text) for number, text in enumerate(others, start=2))]
    return 1 in laid_out(posts).printed_in(article)


@pytest.mark.parametrize(
    ("article", "printed"),
    [
        (RELEASE, True),
        (f"Ģimenes tiksies Preiļos\n\nSestdien gaidāms notikums. {RELEASE} Foto: birojs.", True),  # changed headline
        (f"{HALF}. {REST}", True),  # one half kept, one rewritten
        (folded(RELEASE).upper(), True),  # letters without their marks
        (RELEASE.replace(", ", " – ").replace(".", "!"), True),
        (UNRELATED, False),
        ("Koordinatore aicina “ģimenes, kuras domā” un stāsta, ka “dalība ir bez maksas”. " + UNRELATED, False),
        # One sentence of eleven words, quoted whole.
        ("“Dalība ir bez maksas, un bērniem būs sava programma ar rotaļām,” teikts ziņā. " + UNRELATED, False),
        ("", False),
    ],
)
def test_what_is_printed(article: str, printed: bool) -> None:
    assert is_printed(article) is printed


def test_the_share_that_stands_in_an_article() -> None:
    assert prints(RELEASE, f"Virsraksts. {RELEASE}") == 1.0
    assert 0.3 <= prints(RELEASE, f"{HALF}. {REST}") < 0.6
    assert prints(RELEASE, UNRELATED) == 0.0
    assert prints("Divi vārdi", RELEASE) == prints("", "") == 0.0


def test_addresses_are_no_part_of_a_text() -> None:
    assert prints(f"{RELEASE} https://example.org/a/b?c=d {{link}}", RELEASE) == 1.0


def test_a_post_too_short_to_be_known_again_is_never_printed() -> None:
    short = "Tiekamies sestdien Preiļos, kultūras namā, pulksten vienpadsmitos no rīta, visi mīļi gaidīti kopā ar bērniem"
    assert prints(short, short) == 1.0
    assert not is_printed(short, post=short)


def test_what_stands_under_every_release_proves_nothing() -> None:
    under = (
        "Par biroju: Latgales plānošanas reģiona koordinatore kopš divi tūkstoši astoņpadsmitā gada palīdz ģimenēm, kas "
        "vēlas atgriezties, sniedz padomu par darbu, skolu un mājokli un sagatavo katrai ģimenei savu piedāvājumu bez maksas."
    )
    about_school = f"{REST} {under}"
    assert is_printed(f"{UNRELATED} {under}", post=f"{HALF}. {under}")
    assert not is_printed(f"{UNRELATED} {under}", post=f"{HALF}. {under}", others=[about_school])
    assert is_printed(RELEASE, post=f"{RELEASE} {under}", others=[about_school])


words = st.lists(st.text(ascii_lowercase, min_size=1, max_size=6), min_size=16, max_size=60)


@given(words, words, words)
def test_a_text_is_found_whatever_stands_around_it(before: list[str], post: list[str], after: list[str]) -> None:
    article = " ".join([*before, *post, *after])
    assert prints(" ".join(post), article) == 1.0
    whole = laid_out([(1, 1, " ".join(post))])
    assert (1 in whole.printed_in(article)) is (whole.sizes[1] >= 12)


@given(st.lists(words, max_size=5), words)
def test_the_layout_says_what_the_share_says(posts: list[list[str]], article: list[str]) -> None:
    told = [" ".join(post) for post in posts]
    printed = laid_out((number, 1, text) for number, text in enumerate(told)).printed_in(" ".join(article))
    assert all(prints(told[number], " ".join(article)) >= 0.3 for number in printed)
