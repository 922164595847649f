"""The table of families: filtered, sorted, page by page, without names."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from outreach.tracker import board
from outreach.tracker.cases import listing
from outreach.tracker.families import LANGUAGES
from outreach.tracker.lexicon import topics
from outreach.tracker.places import read_places
from outreach.web import familypage
from outreach.web.fields import Choices, FieldShown, read
from outreach.web.visit import here, words

pages = Blueprint("family_list", __name__)

Answer = str | tuple[str, int] | Response
_TEXTS = "cases.filter"
_ANSWERS = ("yes", "no", "unknown")


@dataclass(frozen=True)
class Filter:
    """The table's address."""

    waits: str | None = None
    stage: str | None = None
    place: str | None = None
    country: str | None = None
    topic: str | None = None
    spoken: str | None = None
    eligible: str | None = None


@pages.get("/families/list")
def index() -> Answer:
    """A page of the table."""
    today = familypage.local_today()
    filled = read(Filter, request.args, words(), _TEXTS, choices=_choices())
    asked = filled.value or Filter()
    chosen = listing.Chosen(
        asked.stage, asked.place, asked.country, asked.topic, asked.spoken, asked.eligible, asked.waits
    )
    sort = request.args.get("sort", listing.USUAL)
    sort = sort if sort.removeprefix("-") in listing.SORTS else listing.USUAL
    after = listing.After.parse(request.args.get("before", ""))
    with here().store.reading() as session:
        listed = listing.page(session, today, chosen, sort, after)
    page = render_template(
        "pages/families/list.html",
        listed=listed,
        fields=filled.fields,
        set=_set(filled.fields),
        sort=sort,
        today=today,
        first_page=after is None,
    )
    return page if filled.value is not None else (page, 422)


def _choices() -> dict[str, Choices]:
    t = words()
    any_ = ("", t("families.filter.any"))
    places = read_places(here().office.places).municipalities
    return {
        "waits": [any_, *((name, t(f"cases.waits.{name}")) for name in listing.WAITS)],
        "stage": [
            any_,
            *(
                (name, t("families.stage.none") if name == board.NO_STAGE else t(f"tracker.stage.{name}"))
                for name in board.COLUMNS
            ),
        ],
        "place": [any_, *((name, name) for name in places)],
        "country": [any_, *((code, t.country(code)) for code in here().office.host_countries)],
        "topic": [any_, *((name, t(f"tracker.topic.{name}")) for name in topics())],
        "spoken": [any_, *((name, t(f"families.language.{name}")) for name in LANGUAGES)],
        "eligible": [any_, *((name, t(f"cases.eligible.{name}")) for name in _ANSWERS)],
    }


def _set(fields: tuple[FieldShown, ...]) -> list[dict[str, str]]:
    """The chips: what is in force, by its label."""
    return [
        {"name": one.name, "value": "", "label": f"{one.label}: {dict(one.choices)[one.value]}"}
        for one in fields
        if one.value and not one.error
    ]
