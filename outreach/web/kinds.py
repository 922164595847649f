"""Forms of the kinds that plug in: their settings are the fields of a frozen dataclass, found by discovery."""

import dataclasses
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_type_hints

from outreach.core.registry import kinds
from outreach.core.text import Words
from outreach.web.fields import FieldShown

# A kind may call a setting what every kind has already: on the form it is another field.
_OWN = "kind_"
_ENV = "_env"


@cache
def form_of(package: str, kind: str, facts: type[Any]) -> type[Any]:
    """A form of `facts` (what every kind has) followed by the settings of this kind, each named `kind_...`.

    It has none of the kind's own checks: those come when the thing is made, and their error stands above the form.
    """
    cls = kinds(package)[kind]
    fields = [*_fields(facts), *_fields(cls, _OWN)]
    return dataclasses.make_dataclass(f"{facts.__name__}Of{cls.__name__}", fields, frozen=True, kw_only=True)


def filled(package: str, kind: str, facts: Mapping[str, Any], settings: Mapping[str, Any]) -> Any:
    """Facts and settings as something whose attributes `outreach.web.fields.draw` can show."""
    held: dict[str, Any] = {}
    for field in dataclasses.fields(kinds(package)[kind]):
        default = "" if field.default is dataclasses.MISSING else field.default
        held[_OWN + field.name] = settings.get(field.name, default)
    return _Shown({**held, **facts})


def settings_in(package: str, kind: str, value: Any) -> dict[str, Any]:
    """The kind's settings in what was filled in."""
    return {field.name: getattr(value, _OWN + field.name) for field in dataclasses.fields(kinds(package)[kind])}


def misplaced(settings: Mapping[str, Any]) -> str | None:
    """The form's field in which a secret seems to stand where its variable's name belongs; None if there is none."""
    for name, value in settings.items():
        if name.endswith(_ENV) and value and not (str(value).isidentifier() and str(value).isascii()):
            return _OWN + name
    return None


def emptied(shown: Sequence[FieldShown], name: str, error: str) -> Sequence[FieldShown]:
    """The fields with one of them empty and its error: what stood there must not be sent back."""
    return [dataclasses.replace(one, value="", error=error) if one.name == name else one for one in shown]


def on_form(name: str) -> str:
    """What a setting is called on the form."""
    return _OWN + name


def variables(settings: Mapping[str, Any]) -> list[str]:
    """The names of the variables that hold the secrets of these settings."""
    return [str(settings[name]) for name in secret_settings(settings)]


def secret_settings(settings: Mapping[str, Any]) -> list[str]:
    """The settings that name such a variable and are filled in."""
    return [name for name, value in settings.items() if name.endswith(_ENV) and value]


def names(package: str) -> tuple[str, ...]:
    """The kinds there are."""
    return tuple(kinds(package))


def labelled(t: Words, key: str, otherwise: str) -> str:
    """A text that a new kind may not have yet."""
    return t(key) if t.knows(key) else otherwise


class _Shown:
    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)


def _fields(cls: type[Any], before: str = "") -> list[tuple[str, Any, Any]]:
    hints = get_type_hints(cls)
    return [
        (before + field.name, hints[field.name], dataclasses.field(default=field.default, metadata=field.metadata))
        for field in dataclasses.fields(cls)
    ]
