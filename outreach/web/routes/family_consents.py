"""What a family agreed to, by purpose: noted down, withdrawn. Casework needs none; the page says on what it rests."""

import csv
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.tracker.cases import consents
from outreach.tracker.cases.models import GIVEN_BY
from outreach.tracker.models import Household
from outreach.web import familypage, notices
from outreach.web.fields import Choices, FieldShown, draw, read, told
from outreach.web.visit import here, me, now, words

pages = Blueprint("family_consents", __name__)

Answer = str | tuple[str, int] | Response
_TEXTS = "cases.consent"
_FIELD_OF = {
    "cases.error.purpose": "purpose",
    "cases.error.given_by": "given_by",
    "cases.error.region": "region",
    "cases.error.given_on": "given_on",
    "cases.error.until": "until",
}


@dataclass(frozen=True)
class ConsentForm:
    """An agreement as it is noted down."""

    purpose: str
    given_by: str
    given_on: date
    until: date | None = None
    region: str | None = field(default=None, metadata=told(max=80))


@dataclass(frozen=True)
class Withdrawing:
    """From which day a family agrees no more."""

    withdrawn_on: date


@pages.get("/families/<int:household_id>/consents")
def show(household_id: int) -> Answer:
    """All agreements of a family, by purpose, and a form for a new one."""
    value = ConsentForm(consents.ASKED[0], GIVEN_BY[0], familypage.local_today())
    return _page(household_id, draw(ConsentForm, words(), _TEXTS, value=value, choices=_choices()))


@pages.post("/families/<int:household_id>/consents")
def give(household_id: int) -> Answer:
    """Notes an agreement down."""
    filled = read(ConsentForm, request.form, words(), _TEXTS, choices=_choices())
    if filled.value is not None:
        noted = filled.value
        try:
            with here().store.transaction() as session:
                given = consents.Given(noted.purpose, noted.given_by, noted.given_on, noted.until, noted.region)
                consents.give(session, now(), me().actor, household_id, given)
        except OutreachError as error:
            filled = familypage.refused(filled, error, _FIELD_OF.get(error.key, "purpose"))
    if filled.value is None:
        return _page(household_id, filled.fields), 422
    _changed()
    notices.tell("cases.told.consent")
    return _back(household_id)


@pages.post("/families/<int:household_id>/consents/<int:consent_id>/withdraw")
def withdraw(household_id: int, consent_id: int) -> Answer:
    """A family agrees no more: what rested on it stops, or the next page says where somebody must stop it."""
    t = words()
    filled = read(Withdrawing, request.form, t, _TEXTS)
    day = filled.value.withdrawn_on if filled.value is not None else familypage.local_today()
    if filled.value is None and request.form.get("withdrawn_on", "").strip():
        notices.tell("cases.told.refused", tone="person", reason=filled.errors[0].error)
        return _back(household_id)
    try:
        with here().store.transaction() as session:
            purpose = consents.withdraw(session, now(), me().actor, household_id, consent_id, day)
    except OutreachError as error:
        if error.key == "cases.error.consent":
            abort(404)
        notices.tell("cases.told.refused", tone="person", reason=t.error(error))
        return _back(household_id)
    _changed()
    if purpose in consents.KEPT_ELSEWHERE:
        notices.tell(f"cases.told.withdrawn.{purpose}", tone="person")
    elif purpose is not None:
        notices.tell("cases.told.withdrawn")
    return _back(household_id)


def _page(household_id: int, fields: tuple[FieldShown, ...]) -> str:
    today = familypage.local_today()
    with here().store.reading() as session:
        row = session.get(Household, household_id)
        if row is None:
            abort(404)
        merged_into = row.merged_into
        given = consents.of_family(session, household_id, today)
    return render_template(
        "pages/families/consents.html",
        household_id=household_id,
        merged_into=merged_into,
        fields=fields,
        today=today,
        purposes=[(purpose, [one for one in given if one.purpose == purpose]) for purpose in consents.ASKED],
    )


def _choices() -> dict[str, Choices]:
    t, regions = words(), _regions()
    choices: dict[str, Choices] = {
        "purpose": [(name, t(f"cases.purpose.{name}")) for name in consents.ASKED],
        "given_by": [(name, t(f"cases.given_by.{name}")) for name in GIVEN_BY],
    }
    if regions:
        choices["region"] = [("", t("cases.consent.no_region")), *((name, name) for name in regions)]
    return choices


def _regions() -> list[str]:
    """The other regions by their Latvian names, as every office calls itself; none where this office has no list."""
    file = here().office.places.with_name("regions.csv")
    if not file.is_file():
        return []
    own = here().office.region["lv"]
    return [name for name in _read_regions(file, file.stat().st_mtime_ns) if name != own]


@lru_cache(maxsize=8)
def _read_regions(file: Path, _changed: int) -> tuple[str, ...]:
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(row["name_lv"] for row in csv.DictReader(lines) if not row["parent_municipality"])


def _back(household_id: int) -> Response:
    return redirect(url_for(".show", household_id=household_id), 303)


def _changed() -> None:
    current_app.extensions["outreach.attention"].forget()
