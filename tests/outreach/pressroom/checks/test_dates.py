"""Days in three languages: which they are, whether the weekday fits, whether they lie behind."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.checks.dates import check, days
from outreach.pressroom.checks.finding import Piece

TODAY = date(2026, 11, 23)  # a Monday
MONTHS = ("janvārī", "februārī", "martā", "aprīlī", "maijā", "jūnijā", "jūlijā", "augustā", "septembrī", "oktobrī", "novembrī", "decembrī")
WEEKDAYS = ("pirmdien", "otrdien", "trešdien", "ceturtdien", "piektdien", "sestdien", "svētdien")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3. decembrī", ["2026-12-03"]), ("2027. gada 3. martā", ["2027-03-03"]), ("15. janvāra", ["2027-01-15"]), ("03.12.2026.", ["2026-12-03"]), ("2026-12-03", ["2026-12-03"]),
        ("3 December 2026", ["2026-12-03"]), ("December 3, 2026", ["2026-12-03"]), ("3rd of May", ["2027-05-03"]), ("3 декабря 2026 года", ["2026-12-03"]), ("9 мая", ["2027-05-09"]),
        ("no 1. decembra līdz 5. decembrim", ["2026-12-01", "2026-12-05"]), ("29. februārī", []), ("2024. gada 29. februārī", ["2024-02-29"]), ("99. decembrī", []),
        ("plkst. 10.00 un 3.5 punkti", []), ("March for 10 families", []),
    ],
)  # fmt: skip
def test_days_are_read(text: str, found: list[str]) -> None:
    assert [str(one.day) for one in days(text, TODAY)] == found


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("pirmdien, 3. decembrī", ["stop"]), ("ceturtdien, 3. decembrī", []), ("3. decembrī (ceturtdien)", []), ("3. decembrī (pirmdien)", ["stop"]), ("trešdien, 3. decembrī", ["look"]),
        ("pirmdien, 2026. gada 3. decembrī", ["stop"]), ("trešdien, 2026. gada 3. decembrī", ["stop"]), ("Ceturtdienas, 3. decembra, rītā", []),
        ("Monday, 3 December", ["stop"]), ("Thursday, December 3, 2026", []), ("on Thursday, 3 December", []), ("3 December 2026, Friday", ["stop"]),
        ("в понедельник, 3 декабря", ["stop"]), ("в четверг, 3 декабря", []), ("3 декабря, в четверг", []),
        ("otrdien, 1. decembrī, trešdien, 2. decembrī", []), ("1. decembrī, trešdien, 2. decembrī", []), ("piektdien, 4.–6. decembrī", []),
        ("svētdienas skola 3. decembrī", []), ("31. februārī", ["stop"]), ("31 апреля", ["stop"]),
    ],
)  # fmt: skip
def test_weekdays_fit_or_not(text: str, levels: list[str]) -> None:
    assert [one.level for one in check(Piece("body", text), TODAY)] == levels


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("Seminārs notiks 3. novembrī.", True), ("Seminārs notika 3. novembrī.", False), ("Pieteikties var līdz 20. novembrim.", True), ("Pieteikties var līdz 30. novembrim.", False),
        ("The seminar will be held on 3 November.", True), ("Встреча состоится 3 ноября.", True), ("Встреча состоялась 3 ноября.", False),
        ("Rēzekne, 2026. gada 3. novembrī. Svētki notiks vasarā.", False), ("Notiks 23. novembrī.", False),
    ],
)  # fmt: skip
def test_what_is_past_is_not_looked_forward_to(text: str, past: bool) -> None:
    assert ["presscheck.date.past" in one.key for one in check(Piece("body", text), TODAY)] == [True] * past


@given(st.dates(date(2025, 1, 1), date(2028, 12, 31)))
def test_the_right_weekday_is_never_wrong_and_a_wrong_one_always(day: date) -> None:
    for place, name in enumerate(WEEKDAYS):
        text = f"Tas notika {name}, {day.year}. gada {day.day}. {MONTHS[day.month - 1]}."
        stopped = [one for one in check(Piece("body", text), TODAY) if one.key == "presscheck.date.weekday"]
        assert bool(stopped) == (place != day.weekday())
        for one in stopped:
            assert one.level == "stop" and one.facts["day"] == day and text[one.start : one.end].startswith(name)


@given(st.text(alphabet="0123456789.-,: decembrīpirmdienMay мая\n", max_size=80))
def test_any_text_is_read(text: str) -> None:
    for one in check(Piece("body", text), TODAY):
        assert 0 <= one.start <= one.end <= len(text)
