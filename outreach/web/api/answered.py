"""What each resource answers; the names are a promise to other programs and do not change within `v1`."""

from datetime import UTC, datetime
from typing import Any

from apiflask import Schema
from marshmallow import fields


def _told(key: str) -> dict[str, str]:
    return {"description": f"api.field.{key}"}


class Utc(fields.DateTime):
    """A moment in UTC: 2026-11-23T08:00:00Z."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


class Answer(Schema):
    """What is promised is there: no field is ever left out."""


def _one_of(key: str, of: type[fields.Field[Any]], **how: Any) -> Any:
    return of(required=True, metadata=_told(key), **how)


def _text(key: str, **how: Any) -> Any:
    return _one_of(key, fields.String, **how)


def _number(key: str, **how: Any) -> Any:
    return _one_of(key, fields.Integer, **how)


def _moment(key: str, **how: Any) -> Any:
    return _one_of(key, Utc, **how)


def _texts(key: str) -> Any:
    return fields.List(fields.String(), required=True, metadata=_told(key))


def _counts(key: str) -> Any:
    return fields.Dict(keys=fields.String(), values=fields.Integer(), required=True, metadata=_told(key))


class MentionAnswer(Answer):
    """One mention."""

    id = _number("id")
    found_at = _moment("found_at")
    published_at = _moment("published_at", allow_none=True)
    title = _text("title")
    url = _text("url")
    outlet = _text("outlet")
    source_id = _number("source_id")
    tier = _text("tier")
    owner = _text("owner")
    language = _text("language")
    sense = _text("sense")
    relevant = _one_of("relevant", fields.Boolean)
    verdict = _text("verdict", allow_none=True)
    score = _one_of("score", fields.Float)
    sentence = _text("sentence")
    terms = _texts("terms")
    places = _texts("places")
    story_id = _number("story_id")
    agency = _text("agency", allow_none=True)


class StoryAnswer(Answer):
    """One story."""

    id = _number("id")
    found_at = _moment("found_at")
    last_found_at = _moment("last_found_at")
    title = _text("title")
    tellings = _number("tellings")
    relevant = _number("relevant_tellings")
    outlets = _texts("outlets")
    senses = _texts("senses")
    places = _texts("places")
    mention_ids = fields.List(fields.Integer(), required=True, metadata=_told("mention_ids"))


class CampaignAnswer(Answer):
    """One campaign."""

    id = _number("id")
    created_at = _moment("created_at")
    name = _text("name")
    goal = _text("goal")
    language = _text("language", allow_none=True)
    starts_on = _one_of("starts_on", fields.Date)
    ends_on = _one_of("ends_on", fields.Date, allow_none=True)
    municipalities = _texts("municipalities")
    posts = _number("posts")
    published = _number("published")
    clicks = _number("clicks")


class DeliveryAnswer(Answer):
    """One delivery."""

    id = _number("id")
    post_id = _number("post_id")
    title = _text("title")
    language = _text("language")
    campaign_id = _number("campaign_id")
    campaign = _text("campaign")
    channel = _text("channel")
    status = _text("status")
    approved = _one_of("approved", fields.Boolean)
    due_at = _moment("due_at")
    published_at = _moment("published_at", allow_none=True)
    url = _text("receipt_url", allow_none=True)
    clicks = _number("clicks")


def page_of(name: str, row: type[Schema]) -> type[Schema]:
    """A page of such rows."""
    made = Answer.from_dict(
        {
            "items": fields.List(fields.Nested(row), required=True, metadata=_told("items")),
            "next": _text("next", allow_none=True),
        },
        name=name,
    )
    assert issubclass(made, Schema)
    return made


MentionsAnswer = page_of("Mentions", MentionAnswer)
StoriesAnswer = page_of("Stories", StoryAnswer)
CampaignsAnswer = page_of("Campaigns", CampaignAnswer)
DeliveriesAnswer = page_of("Deliveries", DeliveryAnswer)


class DayAnswer(Answer):
    """The mentions of one local day."""

    day = _one_of("day", fields.Date)
    mentions = _number("mentions")
    relevant = _number("relevant_mentions")
    by_tier = _counts("by_tier")
    by_sense = _counts("by_sense")


class SourceAnswer(Answer):
    """Inquiries by one source."""

    rule = _text("rule")
    label = _text("label", allow_none=True)
    channel = _text("channel", allow_none=True)
    campaign = _text("campaign", allow_none=True)
    count = _number("count")


class InquiriesAnswer(Answer):
    """Inquiries as counts, never one by one."""

    total = _number("inquiries_total")
    unknown = _number("inquiries_unknown")
    by_source = fields.List(fields.Nested(SourceAnswer), required=True, metadata=_told("by_source"))


class FiguresAnswer(Answer):
    """Figures of a span of local days."""

    since = _one_of("first_day", fields.Date)
    until = _one_of("last_day", fields.Date)
    zone = _text("zone")
    mentions = _number("mentions")
    relevant = _number("relevant_mentions")
    by_tier = _counts("by_tier")
    by_sense = _counts("by_sense")
    days = fields.List(fields.Nested(DayAnswer), required=True, metadata=_told("days"))
    inquiries = fields.Nested(InquiriesAnswer, required=True, metadata=_told("inquiries"))
