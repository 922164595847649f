"""Forms drawn from the fields of a frozen dataclass: label, help, what was typed, the error beside it.

`read` turns what a browser sent into a value of the class, or into the same form again with every error and nothing
lost. Texts stand in the catalogues: ``<texts>.<field>`` is the label, ``<texts>.<field>.help`` the help where there is
one. A field's metadata may say more: see `told`.
"""

import dataclasses
import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from outreach.core.text import Words

Choices = Sequence[tuple[str, str]]  # value and label
T = TypeVar("T")

_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
_WEB = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#]\S*)?")
_LONGEST = 500
_EMPTY: Mapping[str, Choices] = types.MappingProxyType({})


@dataclass(frozen=True)
class FieldShown:
    """One field as a page draws it; `value` is a text, a list of texts (several choices) or a yes/no."""

    name: str
    label: str
    help: str
    kind: str
    value: Any
    error: str
    required: bool
    choices: Choices
    max: int | None
    autocomplete: str

    @property
    def id(self) -> str:
        return f"field-{self.name}"


@dataclass(frozen=True)
class Filled(Generic[T]):
    """A form that was sent: the value, or None with the errors in `fields`."""

    value: T | None
    fields: tuple[FieldShown, ...]

    @property
    def errors(self) -> tuple[FieldShown, ...]:
        """The fields that need another look."""
        return tuple(field for field in self.fields if field.error)

    def with_error(self, name: str, error: str) -> "Filled[T]":
        """The same form with an error found later, beside the field it belongs to."""
        changed = tuple(dataclasses.replace(one, error=error) if one.name == name else one for one in self.fields)
        return Filled(None, changed)


def told(
    kind: str = "", *, max: int = 0, low: int | None = None, high: int | None = None, autocomplete: str = ""
) -> dict[str, Any]:
    """Metadata of a field: how it is drawn (textarea, password, email, url, select, choices, hidden, file), how long
    it may be, between which numbers, and what a browser may fill in.
    """
    return {"kind": kind, "max": max, "low": low, "high": high, "autocomplete": autocomplete}


def draw(
    form: type[Any],
    t: Words,
    texts: str,
    *,
    value: Any = None,
    choices: Mapping[str, Choices] = _EMPTY,
    zone: ZoneInfo | None = None,
) -> tuple[FieldShown, ...]:
    """The fields of a form, filled with `value` (an object of the class) or with the class's defaults."""
    shown = []
    for spec in _specs(form, choices):
        raw = getattr(value, spec.name) if value is not None else spec.default
        shown.append(_shown(spec, t, texts, _typed(raw, zone), ""))
    return tuple(shown)


def read(
    form: type[T],
    sent: MultiDict[str, str],
    t: Words,
    texts: str,
    *,
    choices: Mapping[str, Choices] = _EMPTY,
    zone: ZoneInfo | None = None,
) -> Filled[T]:
    """What was sent as a value of `form`; moments are read in `zone`. Every field that does not fit has its error."""
    values: dict[str, Any] = {}
    shown = []
    for spec in _specs(form, choices):
        raw: Any = sent.getlist(spec.name) if spec.many else sent.get(spec.name, "")
        error = ""
        try:
            values[spec.name] = _value(spec, raw, zone)
        except _Unfit as unfit:
            error = t(unfit.key, **unfit.facts)
        keeps = raw if spec.kind != "password" else ""
        shown.append(_shown(spec, t, texts, bool(raw) if spec.plain is bool else keeps, error))
    whole = all(not one.error for one in shown)
    return Filled(form(**values) if whole else None, tuple(shown))


class _Unfit(Exception):
    def __init__(self, key: str, **facts: object) -> None:
        self.key = key
        self.facts = facts
        super().__init__(key)


@dataclass(frozen=True)
class _Spec:
    name: str
    plain: Any  # the type without None
    optional: bool
    many: bool
    kind: str
    default: Any
    choices: Choices
    max: int
    low: int | None
    high: int | None
    autocomplete: str

    @property
    def required(self) -> bool:
        return not self.optional and self.plain is not bool and not self.many and self.default is None


def _specs(form: type[Any], choices: Mapping[str, Choices]) -> list[_Spec]:
    hints = _hints(form)
    specs = []
    for field in dataclasses.fields(form):
        plain, optional = _without_none(hints[field.name])
        many = get_origin(plain) is tuple
        meta = field.metadata
        default: Any = None if field.default is dataclasses.MISSING else field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        offered = choices.get(field.name, ())
        kind = meta.get("kind") or ("choices" if many else "select" if offered else _kind(plain))
        specs.append(
            _Spec(
                field.name, plain, optional, many, kind, default, offered,
                meta.get("max") or _LONGEST, meta.get("low"), meta.get("high"), meta.get("autocomplete", ""),
            )
        )
    return specs


_hints: Callable[[Any], dict[str, Any]] = lru_cache(256)(get_type_hints)  # it reads the annotations anew every time


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) in {Union, types.UnionType}:
        parts = [part for part in get_args(hint) if part is not type(None)]
        return parts[0], True
    return hint, False


def _kind(plain: Any) -> str:
    return {bool: "checkbox", int: "number", float: "number", date: "date", datetime: "datetime"}.get(plain, "text")


def _shown(spec: _Spec, t: Words, texts: str, value: Any, error: str) -> FieldShown:
    label, note = f"{texts}.{spec.name}", f"{texts}.{spec.name}.help"
    return FieldShown(
        name=spec.name,
        label=t(label) if t.knows(label) else spec.name,
        help=t(note) if t.knows(note) else "",
        kind=spec.kind,
        value=value,
        error=error,
        required=spec.required,
        choices=spec.choices,
        max=spec.max if spec.plain is str else None,
        autocomplete=spec.autocomplete,
    )


def _typed(value: Any, zone: ZoneInfo | None) -> Any:
    """A value as a field holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if zone else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [str(part) for part in value]
    return str(value)


def _value(spec: _Spec, raw: Any, zone: ZoneInfo | None) -> Any:
    if spec.many:
        allowed = {value for value, _ in spec.choices}
        if any(one not in allowed for one in raw):
            raise _Unfit("web.field.choice")
        return tuple(raw)
    if spec.plain is bool:
        return raw.lower() in {"yes", "on", "true", "1"}
    text = raw if spec.kind == "password" else raw.strip()
    if not text:
        if spec.optional:
            return None
        if spec.required:
            raise _Unfit("web.field.missing")
        return spec.default if spec.plain is not str else ""
    if spec.choices and text not in {value for value, _ in spec.choices}:
        raise _Unfit("web.field.choice")
    if spec.plain in {int, float}:
        return _number(spec, text)
    if spec.plain is datetime:
        return _moment(text, zone)
    if spec.plain is date:
        return _day(text)
    return _text(spec, text)


def _number(spec: _Spec, text: str) -> int | float:
    try:
        number = spec.plain(text.replace(",", ".").replace("\N{NO-BREAK SPACE}", "").replace(" ", ""))
    except (ValueError, OverflowError) as error:
        raise _Unfit("web.field.number") from error
    low = spec.low if spec.low is not None else -(2**31)
    high = spec.high if spec.high is not None else 2**31 - 1
    if not low <= number <= high:
        raise _Unfit("web.field.range", low=low, high=high)
    return number  # type: ignore[no-any-return]


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _Unfit("web.field.date") from error
    if not 1990 <= day.year <= 2200:
        raise _Unfit("web.field.date")
    return day


def _moment(text: str, zone: ZoneInfo | None) -> datetime:
    try:
        wall = datetime.fromisoformat(text[:16]).replace(tzinfo=None)
    except ValueError as error:
        raise _Unfit("web.field.moment") from error
    moment = wall.replace(tzinfo=zone or UTC)
    # The hour that the spring change leaves out is no moment at all: coming back from UTC it is another.
    if not 1990 <= wall.year <= 2200 or moment.astimezone(UTC).astimezone(zone or UTC).replace(tzinfo=None) != wall:
        raise _Unfit("web.field.moment")
    return moment.astimezone(UTC)


def _text(spec: _Spec, text: str) -> str:
    if len(text) > spec.max:
        raise _Unfit("web.field.long", max=spec.max)
    if spec.kind not in {"textarea", "password"}:
        text = " ".join(text.split())
    if spec.kind == "email" and not _MAIL.fullmatch(text):
        raise _Unfit("web.field.mail")
    if spec.kind == "url" and not _WEB.fullmatch(text):
        raise _Unfit("web.field.url")
    return text
