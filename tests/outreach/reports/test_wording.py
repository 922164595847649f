"""Agreement of number, noun, verb and person in three languages, and the 2023 sentence from a year of records."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.report import Period, write
from outreach.reports.results import Wording, sentence
from outreach.tracker import families
from outreach.tracker.families import Family
from tests.outreach.rooms import NOW, RIGA

COUNTS = (0, 1, 2, 5, 10, 11, 12, 19, 20, 21, 22, 25, 55, 61, 100, 101, 111, 121)

# What a number of families is called: returned with support, by itself, planning; and a number of people.
LV = {
    "zero": ("{n} ģimeņu ({p})", "atgriezās {n} ģimeņu", "ar {n} ģimenēm, kuras izrāda", "{n} cilvēku"),
    "one": ("{n} ģimene ({p})", "atgriezās {n} ģimene", "ar {n} ģimeni, kura izrāda", "{n} cilvēks"),
    "other": ("{n} ģimenes ({p})", "atgriezās {n} ģimenes", "ar {n} ģimenēm, kuras izrāda", "{n} cilvēki"),
}
EN = {
    "one": ("{n} family ({p}) returned by itself", "{n} family ({p}) returned to live",
            "with {n} family that shows", "{n} person"),
    "other": ("{n} families ({p}) returned by themselves", "{n} families ({p}) returned to live",
              "with {n} families that show ", "{n} people"),
}  # fmt: skip
RU = {
    "one": ("{n} семья ({p}) вернулась самостоятельно и вышла", "вернулась {n} семья ({p})",
            "с {n} семьёй, которая проявляет", "{n} человек"),
    "few": ("{n} семьи ({p}) вернулись самостоятельно и вышли", "вернулись {n} семьи ({p})",
            "с {n} семьями, которые проявляют", "{n} человека"),
    "many": ("{n} семей ({p}) вернулось самостоятельно и вышло", "вернулось {n} семей ({p})",
             "с {n} семьями, которые проявляют", "{n} человек"),
}  # fmt: skip
FORMS = {
    "lv": (LV, {"zero": (10, 11, 12, 19, 20, 100, 111), "one": (1, 21, 61, 101, 121), "other": (2, 5, 22, 25, 55)}),
    "en": (EN, {"one": (1,), "other": (2, 5, 10, 11, 12, 19, 20, 21, 22, 25, 55, 61, 100, 101, 111, 121)}),
    "ru": (RU, {"one": (1, 21, 61, 101, 121), "few": (2, 22), "many": (5, 10, 11, 12, 19, 20, 25, 55, 100, 111)}),
}
NONE = {
    "lv": ("neviena ģimene neatgriezās patstāvīgi", "uz dzīvi Latgalē neatgriezās neviena ģimene", "neviena ģimene neplāno"),
    "en": ("no family returned by itself", "no family returned to live in Latgale", "no family plans"),
    "ru": ("самостоятельно не вернулась ни одна семья", "на жительство в Латгалию не вернулась ни одна семья",
           "ни одна семья не планирует"),
}  # fmt: skip
NOBODY = {"lv": "0 cilvēku", "en": "0 people", "ru": "0 человек"}
CASES = [
    (language, count, forms[name])
    for language, (forms, counts) in FORMS.items()
    for name, numbers in counts.items()
    for count in numbers
]


def test_the_table_is_complete() -> None:
    for language in FORMS:
        assert sorted(count for told, count, _ in CASES if told == language) == sorted(set(COUNTS) - {0})


@pytest.mark.parametrize(("language", "count", "forms"), CASES)
def test_agreement(office: Office, language: str, count: int, forms: tuple[str, str, str, str]) -> None:
    wording = Wording(office, language)
    people = forms[3].format(n=count)
    alone, supported, planning = (form.format(n=count, p=people) for form in forms[:3])
    assert alone in wording.clause("returned_alone", count, count)
    assert supported in wording.clause("returned_supported", count, count)
    assert planning in wording.clause("planning", count, count) + " "


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_none_at_all(office: Office, language: str) -> None:
    wording = Wording(office, language)
    for group, told in zip(("returned_alone", "returned_supported", "planning"), NONE[language], strict=True):
        clause = wording.clause(group, 0, 0)
        assert told in clause
        assert "0" not in clause
    assert NOBODY[language] in wording.clause("returned_alone", 1, 0)


SENTENCES = {
    "lv": (
        "2023. gadā uz dzīvi Latgalē atgriezās 55 ģimenes (136 cilvēki); 24 ģimenes (60 cilvēku) atgriezās patstāvīgi"
        " un sazinājās ar koordinatoru pēc atgriešanās; darbs turpinās ar 75 ģimenēm, kuras izrāda interesi drīzumā"
        " atgriezties."
    ),
    "en": (
        "In 2023, 55 families (136 people) returned to live in Latgale; 24 families (60 people) returned by themselves"
        " and made contact afterwards; work goes on with 75 families that show interest in returning soon."
    ),
    "ru": (
        "В 2023 году на жительство в Латгалию вернулось 55 семей (136 человек); 24 семьи (60 человек) вернулись"
        " самостоятельно и вышли на связь уже после возвращения; работа продолжается с 75 семьями, которые проявляют"
        " интерес к скорому возвращению."
    ),
}


def live_through_2023(store: Store, seal: Seal) -> None:
    """A year as an office lives it: families contacted earlier, some that come, some that go quiet."""
    day = date(2022, 11, 1)
    groups = (("returned_supported", 55, 136), ("returned_alone", 24, 60), ("planning", 75, 200), ("postponed", 30, 70))
    with store.transaction() as session:
        for stage, count, people in groups:
            for number in range(count):
                size = people // count + (number < people % count)
                household = families.add(session, NOW, seal, Family(1, max(size - 1, 0)))
                families.enter(session, NOW, household, "contacted", day + timedelta(days=number), size)
                if stage != "returned_alone":
                    families.enter(session, NOW, household, "offer_sent", day + timedelta(days=60 + number), size)
                families.enter(session, NOW, household, stage, date(2023, 3, 1) + timedelta(days=number), size)
                # What comes later changes nothing in that year.
                later = "returned_supported" if stage == "planning" else "postponed"
                families.enter(session, NOW, household, later, date(2024, 2, 1) + timedelta(days=number), size)
        # One who came in 2022, and one who only planned then.
        for stage in ("returned_supported", "planning"):
            household = families.add(session, NOW, seal, Family(2))
            families.enter(session, NOW, household, stage, date(2022, 12, 31))
            families.enter(session, NOW, household, "postponed", date(2023, 1, 2))


def test_the_sentence_of_2023_from_records(store: Store, seal: Seal, office: Office) -> None:
    live_through_2023(store, seal)
    period = Period.of_year(2023, RIGA)
    with store.reading() as session:
        for language, told in SENTENCES.items():
            written = write("results", session, office, period, language)
            assert written.sentences == (told,)
        assert written.numbers == {
            "returned_supported.families": 55, "returned_supported.people": 136,
            "returned_alone.families": 24, "returned_alone.people": 60,
            "planning.families": 75, "planning.people": 200,
        }  # fmt: skip
        ids = [written.records[f"{name}.families"] for name in ("returned_supported", "returned_alone", "planning")]
        assert [len(numbers) for numbers in ids] == [55, 24, 75]
        assert len(set().union(*ids)) == 154


@pytest.mark.parametrize(
    ("period", "lv", "en", "ru"),
    [
        ("2023", "2023. gadā uz", "In 2023, no", "В 2023 году на"),
        ("2023-Q3", "2023. gada 3. ceturksnī uz", "In quarter 3 of 2023, no", "В 3-м квартале 2023 года на"),
        (
            "2023-01-01..2023-09-30", "Laikā no 01.01.2023. līdz 30.09.2023. uz",
            "From 1 January 2023 to 30 September 2023, no", "С 01.01.2023 по 30.09.2023 на",
        ),
    ],
)  # fmt: skip
def test_how_a_period_is_called(office: Office, period: str, lv: str, en: str, ru: str) -> None:
    nobody = dict.fromkeys(("returned_supported", "returned_alone", "planning"), (0, 0))
    for language, start in (("lv", lv), ("en", en), ("ru", ru)):
        assert sentence(office, Period.parse(period, RIGA), language, nobody).startswith(start)


def test_large_numbers_are_grouped(office: Office) -> None:
    assert "1849 ģimenes (12\N{NO-BREAK SPACE}345 cilvēki)" in Wording(office, "lv").clause(
        "returned_alone", 1849, 12345
    )


def test_a_language_or_a_form_that_the_office_lacks_is_said(office: Office) -> None:
    with pytest.raises(OutreachError, match=r"report\.error\.wording") as caught:
        Wording(office, "et").clause("planning", 1, 1)
    assert caught.value.facts["known"] == "en, lv, ru"
    thin = replace(office, results={"lv": {"people": {"other": "{count}"}, "planning": {"one": 7}}})
    with pytest.raises(OutreachError, match=r"report\.error\.form") as caught:
        Wording(thin, "lv").clause("planning", 2, 2)
    assert caught.value.facts["form"] == "planning.other"
    with pytest.raises(OutreachError, match=r"report\.error\.form"):
        Wording(thin, "lv").template("sentence")
