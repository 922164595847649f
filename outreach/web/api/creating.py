"""Inquiries that another program brings in: what it may say of one, and how the same sent again stays one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apiflask import Schema
from flask import request
from marshmallow import fields, validate

from outreach.tracker import intake
from outreach.tracker.bringing.cells import MOST_PEOPLE
from outreach.tracker.bringing.places import Atlas
from outreach.tracker.intake import Incoming
from outreach.tracker.lexicon import topics
from outreach.tracker.models import Inquiry
from outreach.tracker.places import read_places
from outreach.web.api.answered import Answer, Utc
from outreach.web.api.asked import Moment
from outreach.web.api.calling import Caller
from outreach.web.api.problems import Problem
from outreach.web.visit import here, now, words

MOST_BYTES = 64 * 1024
EXAMPLE = {
    "name": "Ance Ozola",
    "contact": "ance@pasts.example",
    "text": "Is there room in a kindergarten in Livani?",
    "language": "en",
    "country": "IE",
    "topics": ["school", "work"],
    "people": 4,
    "reference": "2026-118",
}


def _told(name: str) -> dict[str, str]:
    return {"description": f"api.given.{name}"}


def _text(name: str, most: int, **more: Any) -> fields.String:
    return fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=most), metadata=_told(name), **more
    )


class InquiryGiven(Schema):
    """One inquiry as a portal tells it; every field may be left out or be null, but somebody must be in it."""

    name = _text("name", 200)
    contact = _text("contact", 400)
    text = _text("text", 10_000)
    language = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"[a-z]{2,3}\Z"), metadata=_told("language")
    )
    country = _text("country", 80)
    municipality = _text("municipality", 80)
    topics = fields.List(
        fields.String(validate=validate.OneOf(topics())),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=len(topics())),
        metadata=_told("topics"),
    )
    people = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=1, max=MOST_PEOPLE),
        metadata=_told("people"),
    )
    said_source = _text("said_source", 400)
    code = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"[A-Za-z0-9]{4,16}\Z"), metadata=_told("code")
    )
    received_at = Moment(load_default=None, allow_none=True, metadata=_told("received_at"))
    reference = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(min=1, max=100), metadata=_told("reference")
    )


class KeyGiven(Schema):
    """What makes a sending this one."""

    key = fields.String(
        data_key="Idempotency-Key",
        load_default=None,
        validate=validate.Length(min=1, max=100),
        metadata=_told("idempotency_key"),
    )


class InquiryAnswer(Answer):
    """What a portal learns: nothing that a family told."""

    number = fields.Integer(required=True, metadata={"description": "api.field.inquiry_number"})
    received_at = Utc(required=True, metadata={"description": "api.field.inquiry_received_at"})
    new = fields.Boolean(required=True, metadata={"description": "api.field.inquiry_new"})


@dataclass(frozen=True)
class Created:
    """What `InquiryAnswer` shows."""

    number: int
    received_at: datetime
    new: bool


def check_body() -> None:
    """Refuses what is no JSON object before anything reads it further: also what a reader would stumble over."""
    request.max_content_length = MOST_BYTES
    try:
        told = json.loads(request.get_data()) if request.is_json else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Problem(422, "api.error.body")


def create(caller: Caller, given: Mapping[str, Any], key: str | None) -> Created:
    """Takes it in. Raises Problem 409 where another inquiry came under the same key, 422 for one that says nothing or
    is of a moment to come.
    """
    if not any((given[name] or "").strip() for name in ("name", "contact", "text")):
        raise Problem(422, "api.error.inquiry_empty")
    at = given["received_at"]
    if at is not None and at > now():
        wrong = {"received_at": words()("api.given.received_at")}
        raise Problem(422, "api.error.argument", fields=wrong, names="received_at")
    app = here()
    with app.store.transaction() as session:
        received = intake.receive(session, now(), app.seal, _incoming(caller, given, key))
        if received.other:
            raise Problem(409, "api.error.other_body")
        row = session.get_one(Inquiry, received.inquiry_id)
        return Created(received.inquiry_id, row.received_at, received.new)


def _incoming(caller: Caller, given: Mapping[str, Any], key: str | None) -> Incoming:
    app = here()
    atlas = Atlas(read_places(app.office.places))
    wanted, named = given["topics"] or [], given["reference"]
    place = atlas.municipality(given["municipality"]) if given["municipality"] else None
    t = app.texts.in_language(app.settings.office.language)
    rest = [
        given["text"],
        ", ".join(t(f"tracker.topic.{one}") for one in wanted) if len(wanted) > 1 else "",
        given["municipality"] if place is None else "",
        f"{caller.program}: {named}" if named else "",
    ]
    mark = key or named
    return Incoming(
        "portal",
        language=given["language"],
        country=atlas.country(given["country"]) or given["country"] if given["country"] else None,
        municipality=place,
        topic=wanted[0] if wanted else None,
        people=given["people"],
        said_source=given["said_source"],
        code=given["code"],
        name=given["name"],
        contact=given["contact"],
        text="\n".join(one for one in rest if one) or None,
        received_at=given["received_at"],
        # A portal that has a new token of the same name goes on where it was.
        message_id=f"{caller.program.casefold()}:{mark}" if mark else None,
        body=_body(given) if mark else None,
    )


def _body(given: Mapping[str, Any]) -> str:
    told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}
    return json.dumps({name: value for name, value in told.items() if value is not None}, sort_keys=True)

