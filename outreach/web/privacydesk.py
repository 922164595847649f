"""The page of a family's or an inquiry's data protection: what both have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from flask import Response, request
from werkzeug.datastructures import MultiDict

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.text import PUBLIC_LANGUAGES, Words
from outreach.people.audit import Entry
from outreach.tracker.dossier import looking, packing
from outreach.tracker.dossier.scope import Scope
from outreach.web import fields
from outreach.web.fields import Choices, FieldShown, Filled, told
from outreach.web.visit import here, me, now, number_in, words

SHOWN = "privacy.form"


@dataclass(frozen=True)
class Exporting:
    """An answer to who asks for their data; `checked`: it is known who asks."""

    paper: str
    checked: bool = False


@dataclass(frozen=True)
class Erasing:
    """The record's own number, typed again."""

    confirm: str = field(metadata=told(max=12, autocomplete="off"))


@dataclass(frozen=True)
class Filter:
    """Which deeds are to be seen; days are local, both included."""

    only: str | None = None
    actor: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Log:
    """A page of the deeds as the template draws it."""

    fields: tuple[FieldShown, ...]
    set: list[dict[str, str]]
    entries: list[Entry]
    older: int | None
    before: int | None


def language_choices(t: Words) -> Mapping[str, Choices]:
    """The languages that paper is written in."""
    return {"paper": [(one, t(f"public.language.{one}")) for one in PUBLIC_LANGUAGES]}


def exporting(t: Words) -> tuple[FieldShown, ...]:
    """The form for an answer, in the reader's language to begin with."""
    return fields.draw(Exporting, t, SHOWN, value=Exporting(t.language), choices=language_choices(t))


def export(scope: Scope) -> Response | Filled[Exporting]:
    """The archive, or the form with what is wrong. Errors of a record that is not there go to the caller."""
    app, t = here(), words()
    filled = fields.read(Exporting, request.form, t, SHOWN, choices=language_choices(t))
    if filled.value is not None and not filled.value.checked:
        filled = filled.with_error("checked", t("privacy.error.unchecked"))
    if filled.value is None:
        return filled
    try:
        made = packing.answer(app, me().actor, scope, filled.value.paper)
    except OutreachError as error:
        if error.key != "privacy.error.large":
            raise
        return filled.with_error("paper", t.error(error))
    found = Response(made.content, mimetype="application/zip")
    found.headers.set("Content-Disposition", "attachment", filename=made.name)
    found.headers["Cache-Control"] = "no-store"
    return found


def confirmed(number: int) -> Filled[Erasing]:
    """The form of an erasing: the number must be the record's own."""
    t = words()
    filled = fields.read(Erasing, request.form, t, SHOWN)
    if filled.value is not None and filled.value.confirm != str(number):
        filled = filled.with_error("confirm", t("privacy.error.number", number=str(number)))
    return filled


def log_of(entries: list[Entry], actors: list[str], filled: Filled[Filter]) -> Log:
    """The deeds with their filter and the way on."""
    t = words()
    choices = _choices(t, actors)
    shown = tuple(replace(one, choices=choices[one.name]) if one.name in choices else one for one in filled.fields)
    more = len(entries) > looking.PAGE
    page = entries[: looking.PAGE]
    return Log(shown, _set(filled, shown, t), page, page[-1].id if more else None, number_in("before"))


def asked_for(actors: list[str]) -> Filled[Filter]:
    """What the address asks to see of the deeds."""
    t = words()
    sent: MultiDict[str, str] = MultiDict(request.args)
    return fields.read(Filter, sent, t, "privacy.log", choices=_choices(t, actors))


def narrowed(filled: Filled[Filter]) -> dict[str, object]:
    """The filter as `looking.deeds` takes it."""
    given = filled.value or Filter()
    return {
        "only": given.only,
        "actor": given.actor,
        "since": _midnight(given.since),
        "until": _midnight(given.until + timedelta(days=1)) if given.until else None,
        "before": number_in("before"),
    }


def today() -> date:
    """The office's day."""
    return local_day(now(), here().settings.zone)


def _choices(t: Words, actors: list[str]) -> dict[str, Choices]:
    anybody = [("", t("privacy.log.anybody"))]
    return {
        "only": [
            ("", t("privacy.log.everything")),
            *((one, t(f"privacy.log.only.{one}")) for one in ("looks", "changes")),
        ],
        "actor": [*anybody, *((one, called(one, t)) for one in actors)],
    }


def called(actor: str, t: Words) -> str:
    """Who did it, as a page says it."""
    return t("privacy.log.program") if actor == "schedule" else actor


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=here().settings.zone) if day is not None else None


def _set(filled: Filled[Filter], shown: tuple[FieldShown, ...], t: Words) -> list[dict[str, str]]:
    found = []
    for one in shown:
        value = getattr(filled.value, one.name) if filled.value is not None else None
        if value is not None:
            text = dict(one.choices).get(str(value), t.day(value) if isinstance(value, date) else str(value))
            found.append({"name": one.name, "value": str(value), "label": f"{one.label}: {text}"})
    return found
