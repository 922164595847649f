"""A case as it travels: what of a family goes to the other office. Nothing of it is ever in a repr or an error."""

import zlib
from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from outreach.core.errors import OutreachError

MOST = 500  # of inquiries, letters, stages, tasks
_FORMAT = 1
_MOST_BYTES = 32 * 2**20  # unpacked

_Short = Annotated[str, StringConstraints(max_length=200)]
_Long = Annotated[str, StringConstraints(max_length=200_000)]
_Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}$")]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,20}$")]
_Place = Annotated[str, StringConstraints(max_length=80)]
_Parcel = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
_Few = Annotated[int, Field(ge=0, le=99)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=False, hide_input_in_errors=True)


class Consent(_Part):
    """What the family agreed to: from when, until when, and how they said so."""

    given_on: date
    until: date | None = None
    given_by: _Name


class Asked(_Part):
    """One inquiry; `answered`: whether the office before answered it."""

    received_at: AwareDatetime
    arrived_by: _Name
    answered: bool
    language: _Code | None = None
    country: _Code | None = None
    municipality: _Place | None = None
    topic: _Name | None = None
    people: _Few | None = None
    name: _Long = Field("", repr=False)
    contact: _Long = Field("", repr=False)
    text: _Long = Field("", repr=False)


class Written(_Part):
    """One letter; `inquiry` is the place of its inquiry in the list. Files are not among what goes."""

    at: AwareDatetime
    ours: bool
    automatic: bool = False
    inquiry: int | None = Field(None, ge=0, lt=MOST)
    name: _Long = Field("", repr=False)
    mail: _Long = Field("", repr=False)
    answer_to: _Long = Field("", repr=False)
    subject: _Long = Field("", repr=False)
    text: _Long = Field("", repr=False)
    below: _Long = Field("", repr=False)


class Reached(_Part):
    """A stage the family entered there."""

    stage: _Name
    entered_on: date
    people: _Few


class Step(_Part):
    """An open task."""

    due_on: date
    words: _Long = Field("", repr=False)


class Case(_Part):
    """The whole of it. `sent_from` and `sent_to` are regions."""

    format: int = _FORMAT
    parcel: _Parcel
    made_at: AwareDatetime
    sent_from: _Short
    sent_to: _Short
    consent: Consent
    adults: Annotated[int, Field(ge=0, le=20)]
    children: Annotated[int, Field(ge=0, le=20)]
    countries: Annotated[tuple[_Code, ...], Field(max_length=20)] = ()
    municipality: _Place | None = None
    languages: Annotated[tuple[_Code, ...], Field(max_length=20)] = ()
    topics: Annotated[tuple[_Name, ...], Field(max_length=20)] = ()
    eligible_for_grant: bool | None = None
    since: AwareDatetime
    name: _Long = Field("", repr=False)
    note: _Long = Field("", repr=False)
    inquiries: Annotated[tuple[Asked, ...], Field(max_length=MOST)] = Field((), repr=False)
    letters: Annotated[tuple[Written, ...], Field(max_length=MOST)] = Field((), repr=False)
    stages: Annotated[tuple[Reached, ...], Field(max_length=MOST)] = Field((), repr=False)
    tasks: Annotated[tuple[Step, ...], Field(max_length=MOST)] = Field((), repr=False)

    @property
    def people(self) -> int:
        return self.adults + self.children

    @property
    def stands_in(self) -> str | None:
        """The stage it stood in, None where it had entered none."""
        last = max(enumerate(self.stages), key=lambda one: (one[1].entered_on, one[0]), default=None)
        return last[1].stage if last is not None else None


def packed(case: Case) -> bytes:
    """The case as bytes, made small."""
    return zlib.compress(case.model_dump_json().encode("utf-8", "replace"), 9)


def unpacked(data: bytes) -> Case:
    """The case again; OutreachError `handover.error.broken`, or `handover.error.newer` for one of a later program."""
    try:
        opener = zlib.decompressobj()
        text = opener.decompress(data, _MOST_BYTES)
        if not opener.eof:
            raise OutreachError("handover.error.broken")
        case = Case.model_validate_json(text)
    except (zlib.error, ValidationError):
        # Without the cause: what it says may hold a family's words.
        raise OutreachError("handover.error.broken") from None
    if case.format != _FORMAT:
        raise OutreachError("handover.error.newer")
    strayed = any(one.inquiry is not None and one.inquiry >= len(case.inquiries) for one in case.letters)
    if case.people == 0 or strayed:
        raise OutreachError("handover.error.broken")
    return case


def age(case: Case, now: datetime) -> int:
    """How many days ago it was packed; 0 for one of a clock ahead of ours."""
    return max((now - case.made_at).days, 0)
