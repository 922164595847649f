"""What a text says of its embargo."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from outreach.pressroom.checks.embargo import check
from outreach.pressroom.checks.finding import Piece

RIGA, TODAY = ZoneInfo("Europe/Riga"), date(2026, 11, 23)
SET = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)  # ten in Rīga


@pytest.mark.parametrize(
    ("text", "until", "keys"),
    [
        ("Embargo līdz 3. decembrim plkst. 10.00.", SET, []), ("Embargo līdz 3. decembrim plkst. 9.00.", SET, ["differs"]), ("Embargo līdz 4. decembrim.", SET, ["differs"]), ("EMBARGO: 03.12.2026. 10:00", SET, []),
        ("Embargo until 10:00 am on 3 December.", SET, []), ("Embargo until 10 pm, 11:00 pm on 3 December.", SET, ["differs"]), ("Эмбарго до 3 декабря, 12:00.", SET, ["differs"]),
        ("Embargo līdz 3. decembrim.", None, ["none"]), ("Tirdzniecības embargo skar arī Latgali.", None, []), ("Sākums plkst. 12.00 3. decembrī.", SET, []), ("Nepublicēt pirms plkst. 10.00! Embargo līdz 3. decembrim.", SET, []),
    ],
)  # fmt: skip
def test_an_embargo_is_the_one_that_is_set(text: str, until: datetime | None, keys: list[str]) -> None:
    found = list(check(Piece("lead", text), until, TODAY, RIGA))
    assert [one.key.removeprefix("presscheck.embargo.") for one in found] == keys
    assert all(one.level == "stop" and 0 <= one.start < one.end <= len(text) for one in found)
