"""The archive is the same every time, and a small one is the newest part of a large one."""

from tests.benchmarks.archive import moment_of, tellings
from tests.benchmarks.archive_words import lexicon

PLACES = ("Daugavpils", "Rēzekne", "Ludzas novads")


def test_a_seed_makes_the_same_archive_and_another_makes_another() -> None:
    first, again, other = (list(tellings(seed, lexicon(seed), PLACES, 200)) for seed in (7, 7, 8))
    assert first == again != other


def test_fewer_mentions_are_the_newest_of_more() -> None:
    words = lexicon(7)
    large = list(tellings(7, words, PLACES, 1_000))
    for mentions in (1, 39, 40, 41, 300):
        assert list(tellings(7, words, PLACES, mentions)) == large[-mentions:]


def test_numbers_grow_with_time_and_stories_have_one_to_ten_tellings() -> None:
    series = list(tellings(7, lexicon(7), PLACES, 1_000))
    moments = [moment_of(one.back) for one in series]
    assert moments == sorted(set(moments))
    assert (moments[-1] - moments[0]).days == 1_000 // 228
    sizes = [sum(one.story == story for one in series) for story in {one.story for one in series}]
    assert min(sizes) == 1 and 4 <= max(sizes) <= 10
    assert all(one.form in one.text and one.form in one.sentence for one in series)
