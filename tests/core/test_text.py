"""Words: plurals, dates and numbers as each language writes them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from outreach.core.errors import OutreachError
from outreach.core.text import Texts, plural_form, plural_tags


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        (
            "lv",
            {
                "zero": (0, 10, 11, 12, 19, 20, 30, 100, 111, 1011),
                "one": (1, 21, 61, 101, 1001),
                "other": (2, 9, 22, 55, 102),
            },
        ),
        ("en", {"one": (1,), "other": (0, 2, 11, 21, 101)}),
        ("ru", {"one": (1, 21, 101), "few": (2, 24, 104), "many": (0, 5, 11, 14, 111)}),
    ],
)
def test_plural_forms(language: str, counts: dict[str, tuple[int, ...]]) -> None:
    for form, numbers in counts.items():
        assert {plural_form(language, number) for number in numbers} == {form}


def test_plural_tags_stand_in_the_order_of_the_catalogues() -> None:
    assert plural_tags("lv") == ("zero", "one", "other")
    assert plural_tags("en") == ("one", "other")


def test_counted_texts_agree(texts: Texts) -> None:
    lv = texts.in_language("lv")
    assert [lv("digest.mentions", count=count) for count in (11, 21, 2)] == [
        "11 pieminējumu",
        "21 pieminējums",
        "2 pieminējumi",
    ]


def test_days_and_moments_are_local(texts: Texts) -> None:
    lv, zone = texts.in_language("lv"), ZoneInfo("Europe/Riga")
    assert lv.day(date(2026, 11, 23)) == "2026. gada 23. novembris"
    assert lv.moment(datetime(2026, 7, 1, 21, 30, tzinfo=UTC), zone).startswith("2. jūl")
    assert lv.moment(datetime(2026, 7, 1, 21, 30, tzinfo=UTC), zone).endswith("00:30")


def test_unknown_language_falls_back_and_unknown_error_still_speaks(texts: Texts) -> None:
    words = texts.in_language("xx")
    assert words.language == "lv"
    assert "a.b" in words.error(OutreachError("a.b", fact=1))


def test_braces_in_facts_stay_as_they_are(texts: Texts) -> None:
    assert "{0} {x}" in texts.in_language("en").error(OutreachError("core.store.old", where="{0} {x}"))
