"""Forms from dataclasses: what fits becomes a value, what does not comes back whole with its error."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from outreach import wiring
from outreach.web import fields

RIGA = ZoneInfo("Europe/Riga")
WORDS = wiring.texts().in_language("lv")


@dataclass(frozen=True)
class Visit:
    name: str = field(metadata=fields.told(max=10))
    people: int = field(metadata=fields.told(low=1, high=99))
    day: date
    at: datetime | None = None
    mail: str | None = field(default=None, metadata=fields.told("email"))
    site: str | None = field(default=None, metadata=fields.told("url"))
    note: str = field(default="", metadata=fields.told("textarea"))
    secret: str = field(default="", metadata=fields.told("password"))
    public: bool = False
    tier: str | None = None
    places: tuple[str, ...] = ()


CHOICES = {"tier": [("local", "vietējs")], "places": [("Preiļi", "Preiļi"), ("Ludza", "Ludza")]}
GOOD = {"name": "Anna", "people": "3", "day": "2026-11-23"}


def read(**sent: object) -> fields.Filled[Visit]:
    return fields.read(Visit, MultiDict({**GOOD, **sent}), WORDS, "web.test", choices=CHOICES, zone=RIGA)


def test_what_fits_becomes_a_value() -> None:
    filled = read(
        name="  Anna   Ā. ", at="2026-11-23T18:30", mail="a@example.org", site="https://paps.lv/x?y=1", note="a\n  b", public="on",
        tier="local", places=["Ludza", "Preiļi"], people="99", secret=" x ",
    )  # fmt: skip
    assert filled.errors == ()
    assert filled.value == Visit(
        "Anna Ā.", 99, date(2026, 11, 23), datetime(2026, 11, 23, 16, 30, tzinfo=UTC), "a@example.org", "https://paps.lv/x?y=1",
        "a\n  b", " x ", True, "local", ("Ludza", "Preiļi"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "wrong", "key"),
    [
        ({"name": "  "}, "name", "missing"), ({"name": "x" * 11}, "name", "long"), ({"people": "trīs"}, "people", "number"),
        ({"people": "0"}, "people", "range"), ({"people": "1e9"}, "people", "number"), ({"people": str(10**40)}, "people", "range"),
        ({"day": "23.11.2026"}, "day", "date"), ({"day": "1026-11-23"}, "day", "date"), ({"day": "2026-02-30"}, "day", "date"),
        ({"at": "2027-03-28T03:30"}, "at", "moment"), ({"at": "2026-11-23"}, "at", None), ({"at": "rīt"}, "at", "moment"),
        ({"mail": "anna"}, "mail", "mail"), ({"mail": "a@b"}, "mail", "mail"), ({"site": "javascript:alert(1)"}, "site", "url"),
        ({"site": "https://a@evil.example"}, "site", "url"), ({"tier": "own"}, "tier", "choice"), ({"places": ["Rīga"]}, "places", "choice"),
    ],
)  # fmt: skip
def test_what_does_not_fit_comes_back_as_typed_with_its_error(sent: dict[str, object], wrong: str, key: str | None) -> None:
    filled = read(**sent)
    if key is None:
        assert filled.errors == ()
        return
    assert filled.value is None
    (shown,) = filled.errors
    assert shown.name == wrong
    assert shown.value == sent[wrong]
    facts = {"max": 10} if key == "long" else {"low": 1, "high": 99}
    assert shown.error == WORDS(f"web.field.{key}", **facts)
    kept = {one.name: one.value for one in filled.fields}
    assert kept["day"] == {**GOOD, **sent}["day"]


def test_the_hour_that_autumn_has_twice_is_the_first_one() -> None:
    assert read(at="2026-10-25T03:30").value.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # type: ignore[union-attr]


def test_a_password_never_comes_back() -> None:
    filled = read(secret="hunter2", people="x")
    assert next(one for one in filled.fields if one.name == "secret").value == ""


def test_a_form_is_drawn_from_defaults_or_from_a_value() -> None:
    empty = {one.name: one for one in fields.draw(Visit, WORDS, "web.test", choices=CHOICES, zone=RIGA)}
    assert [one.name for one in empty.values() if one.required] == ["name", "people", "day"]
    kinds = {name: one.kind for name, one in empty.items()}
    assert kinds == {
        "name": "text", "people": "number", "day": "date", "at": "datetime", "mail": "email", "site": "url", "note": "textarea",
        "secret": "password", "public": "checkbox", "tier": "select", "places": "choices",
    }  # fmt: skip
    visit = Visit("Anna", 3, date(2026, 7, 1), datetime(2026, 7, 1, 15, 0, tzinfo=UTC), places=("Ludza",), public=True)
    drawn = {one.name: one.value for one in fields.draw(Visit, WORDS, "web.test", value=visit, choices=CHOICES, zone=RIGA)}
    assert (drawn["people"], drawn["day"], drawn["at"], drawn["places"], drawn["public"]) == ("3", "2026-07-01", "2026-07-01T18:00", ["Ludza"], True)


@given(st.dictionaries(st.sampled_from([*Visit.__dataclass_fields__]), st.text()))
def test_whatever_is_sent_is_read_without_a_fault_and_kept(sent: dict[str, str]) -> None:
    filled = fields.read(Visit, MultiDict(sent), WORDS, "web.test", choices=CHOICES, zone=RIGA)
    assert (filled.value is None) == bool(filled.errors)
    for one in filled.fields:
        if one.kind in {"text", "textarea", "number", "date"}:
            assert one.value == sent.get(one.name, "")


@given(st.datetimes(datetime(1995, 1, 1), datetime(2199, 1, 1), timezones=st.just(RIGA)))
def test_a_moment_drawn_is_the_moment_read(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0, fold=0).astimezone(UTC)
    visit = Visit("a", 1, date(2026, 1, 1), moment)
    drawn = {one.name: one.value for one in fields.draw(Visit, WORDS, "web.test", value=visit, zone=RIGA)}
    back = read(at=drawn["at"]).value
    assert back is not None
    # The hour that autumn has twice is read as its first time.
    assert back.at in {moment, moment.replace(tzinfo=UTC).astimezone(RIGA).replace(fold=0).astimezone(UTC)}
