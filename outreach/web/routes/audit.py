"""Settings, the trail: who did what to what, and when; filtered, page by page, and as a table to keep."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, render_template, request, stream_with_context
from werkzeug.datastructures import MultiDict

from outreach.core.cells import harmless
from outreach.core.clock import local_day
from outreach.core.text import Words
from outreach.people import audit
from outreach.people.audit import Chosen
from outreach.web import fields
from outreach.web.deeds import said
from outreach.web.visit import here, now, number_in, words

pages = Blueprint("audit", __name__)

_LIMIT = 100
_PIECE = 64 * 1024
_COLUMNS = ("id", "at", "actor", "action", "kind", "subject", "facts")


@dataclass(frozen=True)
class Filter:
    """What is to be seen; days are local, both included."""

    actor: str | None = None
    action: str | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None


@pages.get("/settings/audit")
def index() -> str:
    """The chosen deeds, the latest first."""
    t = words()
    filled = _filter(t)
    before = number_in("before")
    with here().store.reading() as session:
        rows = audit.entries(
            session,
            _chosen(filled.value),
            before=before,
            limit=_LIMIT + 1,
        )
    return render_template(
        "pages/audit/index.html",
        fields=filled.fields,
        set=_set(filled, t),
        entries=rows[:_LIMIT],
        older=rows[_LIMIT - 1].id if len(rows) > _LIMIT else None,
        before=before,
        said=said,
    )


@pages.get("/settings/audit.csv")
def table() -> Response:
    """The chosen deeds as a table, read and sent piece by piece."""
    t = words()
    chosen = _chosen(_filter(t).value)
    day = local_day(now(), here().settings.zone).isoformat()
    return Response(
        stream_with_context(_lines(chosen, t)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="audit-{day}.csv"'},
    )


def _lines(chosen: Chosen, t: Words) -> Iterator[str]:
    zone = here().settings.zone
    text = io.StringIO()
    # Semicolons, as a Latvian spreadsheet expects them.
    table = csv.writer(text, delimiter=";")
    text.write("\ufeff")
    table.writerow([t(f"people.audit.{column}") for column in _COLUMNS])
    with here().store.reading() as session:
        for entry in audit.all_entries(session, chosen):
            table.writerow(
                [
                    entry.id,
                    entry.at.astimezone(zone).isoformat(timespec="seconds"),
                    harmless(entry.actor),
                    harmless(entry.action),
                    harmless(entry.subject_kind),
                    entry.subject_id if entry.subject_id is not None else "",
                    json.dumps(entry.facts, ensure_ascii=False, sort_keys=True) if entry.facts else "",
                ]
            )
            if text.tell() > _PIECE:
                yield text.getvalue()
                text.seek(0)
                text.truncate()
    yield text.getvalue()


def _filter(t: Words) -> fields.Filled[Filter]:
    sent: MultiDict[str, str] = MultiDict(request.args)
    anything = [("", t("people.audit.anything"))]
    choices = {
        "action": anything + _named(t, "people.action."),
        "kind": anything + _named(t, "people.kind."),
    }
    return fields.read(Filter, sent, t, "people.audit", choices=choices)


def _named(t: Words, beginning: str) -> list[tuple[str, str]]:
    """Every deed or kind that the catalogue names, by its word: no look through the trail."""
    names = [key for key in t.catalogue.plain if key.startswith(beginning)]
    return sorted(((key.removeprefix(beginning), t(key)) for key in names), key=lambda one: one[1].casefold())


def _chosen(told: Filter | None) -> Chosen:
    if told is None:
        return Chosen()
    return Chosen(
        actor=told.actor.lower() if told.actor and "@" in told.actor else told.actor,
        action=told.action,
        subject_kind=told.kind,
        since=_midnight(told.since),
        until=_midnight(told.until + timedelta(days=1)) if told.until else None,
    )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=here().settings.zone) if day is not None else None


def _set(filled: fields.Filled[Filter], t: Words) -> list[dict[str, str]]:
    """What is in force, each with the word for it."""
    if filled.value is None:
        return []
    found = []
    for field in filled.fields:
        value = getattr(filled.value, field.name)
        if value is None:
            continue
        shown = dict(field.choices).get(str(value), t.day(value) if isinstance(value, date) else str(value))
        found.append({"name": field.name, "value": str(value), "label": f"{field.label}: {shown}"})
    return found
