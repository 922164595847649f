"""Finds plug-ins: one kind per file, a frozen dataclass whose fields are its settings."""

import dataclasses
import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any, get_type_hints

from outreach.core.errors import OutreachError


def modules(package: str) -> Iterator[ModuleType]:
    """Each module that lies directly in `package`, by name."""
    home = importlib.import_module(package)
    for found in sorted(pkgutil.iter_modules(home.__path__), key=lambda module: module.name):
        yield importlib.import_module(f"{package}.{found.name}")


@cache
def kinds(package: str) -> Mapping[str, type[Any]]:
    """The kinds of a package by name: the frozen dataclasses that name themselves with `kind`.

    Discovery reads the folder, so adding a kind is adding its file.
    """
    found: dict[str, type[Any]] = {}
    for module in modules(package):
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and value.__module__ == module.__name__
                and dataclasses.is_dataclass(value)
                and isinstance(getattr(value, "kind", None), str)
            ):
                found[value.kind] = value  # type: ignore[attr-defined]
    return found


@cache
def kind_of(package: str, kind: str) -> type[Any] | None:
    """The class of one kind, None where there is none. A kind's file mostly bears its name: then no other is loaded."""
    if kind.isidentifier() and importlib.util.find_spec(f"{package}.{kind}") is not None:
        found = getattr(importlib.import_module(f"{package}.{kind}"), "".join(kind.title().split("_")), None)
        if found is not None and getattr(found, "kind", None) == kind and dataclasses.is_dataclass(found):
            return found  # type: ignore[return-value]
    return kinds(package).get(kind)


@cache
def _fields(cls: type[Any]) -> Mapping[str, tuple[object, bool]]:
    """What a kind's fields take, and whether they must be given; annotations are read anew every time."""
    hints = get_type_hints(cls)
    missing = dataclasses.MISSING
    return {
        field.name: (hints[field.name], field.default is missing and field.default_factory is missing)
        for field in dataclasses.fields(cls)
    }


def build(package: str, kind: str, settings: Mapping[str, object]) -> Any:
    """A plug-in of that kind with these settings.

    Raises OutreachError `registry.kind` for an unknown kind, `registry.field` for an unknown, missing or ill-typed
    setting. Only text, whole numbers and yes/no are settings; text is turned into the others where it can be.
    """
    cls = kind_of(package, kind)
    if cls is None:
        raise OutreachError("registry.kind", kind=kind, known=", ".join(kinds(package)))
    fields = _fields(cls)  # type: ignore[arg-type]  # a class is hashable, whatever a checker thinks of type[Any]
    for name in settings:
        if name not in fields:
            raise OutreachError("registry.field", kind=kind, field=name, known=", ".join(fields))
    values: dict[str, object] = {}
    for name, (wanted, is_needed) in fields.items():
        if name in settings:
            values[name] = _as(wanted, settings[name], kind, name)
        elif is_needed:
            raise OutreachError("registry.missing", kind=kind, field=name)
    return cls(**values)


def _as(wanted: object, value: object, kind: str, name: str) -> object:
    if wanted is bool:
        if isinstance(value, bool):
            return value
        if str(value).lower() in {"yes", "true", "1", "no", "false", "0"}:
            return str(value).lower() in {"yes", "true", "1"}
    elif wanted is int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lstrip("-").isdigit():
            return int(value)
    elif wanted is str and isinstance(value, str):
        return value
    raise OutreachError("registry.value", kind=kind, field=name, value=value)
