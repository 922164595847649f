"""What may be asked of each resource: arguments of the address, checked before anything is read.

A field's description is a key of the catalogues; the document says it in its reader's language.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from apiflask import Schema
from marshmallow import ValidationError, fields, validate

from campaigns.models import STATUSES
from scrapers.models import SENSES, TIERS

MOST = 200
USUAL = 50
# The stores keep numbers in 32 bits.
_NUMBER = validate.Range(min=1, max=2**31 - 1)
_TEXT = validate.Length(min=1, max=100)


def _told(key: str) -> dict[str, str]:
    return {"description": f"api.argument.{key}"}


class Moment(fields.AwareDateTime):
    """A moment in ISO 8601 with its zone; a plus sign that an address turned into a space is one again."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        moment: datetime = super()._deserialize(str(value).replace(" ", "+"), attr, data, **kwargs)
        if not 1990 <= moment.year <= 2200:
            raise ValidationError("year")
        return moment.astimezone(UTC)


class Asked(Schema):
    """What every resource takes."""

    lang = fields.String(validate=validate.OneOf(("lv", "en")), metadata=_told("lang"))


class Paged(Asked):
    """A page of rows within a period."""

    limit = fields.Integer(
        load_default=USUAL, strict=False, validate=validate.Range(min=1, max=MOST), metadata=_told("limit")
    )
    cursor = fields.Integer(load_default=None, allow_none=False, validate=_NUMBER, metadata=_told("cursor"))
    since = Moment(load_default=None, allow_none=False, metadata=_told("since"))
    until = Moment(load_default=None, allow_none=False, metadata=_told("until"))


class MentionsAsked(Paged):
    """Which mentions."""

    sense = fields.String(load_default=None, allow_none=False, validate=validate.OneOf(SENSES), metadata=_told("sense"))
    tier = fields.String(load_default=None, allow_none=False, validate=validate.OneOf(TIERS), metadata=_told("tier"))
    language = fields.String(
        load_default=None, allow_none=False, validate=validate.Length(min=2, max=10), metadata=_told("language")
    )
    place = fields.String(load_default=None, allow_none=False, validate=_TEXT, metadata=_told("place"))
    source = fields.Integer(load_default=None, allow_none=False, validate=_NUMBER, metadata=_told("source"))
    relevant = fields.Boolean(
        load_default=None, allow_none=False, truthy={"true", "1"}, falsy={"false", "0"}, metadata=_told("relevant")
    )


class StoriesAsked(Paged):
    """Which stories."""


class CampaignsAsked(Paged):
    """Which campaigns."""


class DeliveriesAsked(Paged):
    """Which deliveries."""

    status = fields.String(
        load_default=None, allow_none=False, validate=validate.OneOf(STATUSES), metadata=_told("status")
    )
    campaign = fields.Integer(load_default=None, allow_none=False, validate=_NUMBER, metadata=_told("campaign"))


class FiguresAsked(Asked):
    """Of which days."""

    since = fields.Date(load_default=None, allow_none=False, metadata=_told("first_day"))
    until = fields.Date(load_default=None, allow_none=False, metadata=_told("last_day"))
