"""The document read again for its page: what a person needs of each resource. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Told = Mapping[str, Any]
_POST = 'curl -X POST -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json"'


@dataclass(frozen=True)
class Argument:
    """One argument of an address; `choices` are its only values, where it has such; `usual` stands in for it."""

    name: str
    about: str
    choices: tuple[str, ...]
    usual: str


@dataclass(frozen=True)
class Field:
    """One field of an answer; `depth` says how far inside it stands."""

    name: str
    kind: str
    about: str
    depth: int


@dataclass(frozen=True)
class Resource:
    """One resource: its scope, address, how it is asked, its words, arguments and fields."""

    scope: str
    path: str
    asked: str
    summary: str
    about: str
    arguments: tuple[Argument, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Creating:
    """How something is brought in: what may be given, what is answered, a call without its address."""

    scope: str
    path: str
    asked: str
    summary: str
    about: str
    call: str
    given: tuple[Field, ...]
    fields: tuple[Field, ...]


def call(address: str, query: str = "") -> str:
    """A call as it is typed in a shell."""
    return f'curl -H "Authorization: Bearer $TOKEN" "{address}{query}"'


def creating(document: Told, scope: str, example: Told) -> Creating:
    """The one operation by which another program brings something in."""
    path, operation = next(
        (path, told["post"]) for path, told in document["paths"].items() if "post" in told
    )
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    answer = operation["responses"]["201"]["content"]["application/json"]["schema"]
    sent = json.dumps(example, ensure_ascii=False)
    return Creating(
        scope=scope,
        path=path,
        asked=f"POST {path}",
        summary=operation["summary"],
        about=operation["description"],
        call=f"""{_POST} \\\n  -d '{sent}' \\\n  """,
        given=tuple(_fields(document, body, 0)),
        fields=tuple(_fields(document, answer, 0)),
    )


def resources(document: Told, scopes: Sequence[str]) -> list[Resource]:
    """Every resource of the document, in the order of the scopes."""
    found = {operation["operationId"]: (path, operation) for path, operation in _operations(document)}
    return [_resource(document, scope, *found[scope]) for scope in scopes]


def _operations(document: Told) -> Iterator[tuple[str, Told]]:
    for path, operations in document["paths"].items():
        if "get" in operations:
            yield path, operations["get"]


def _resource(document: Told, scope: str, path: str, operation: Told) -> Resource:
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return Resource(
        scope=scope,
        path=path,
        asked=f"GET {path}",
        summary=operation["summary"],
        about=operation["description"],
        arguments=tuple(_argument(told) for told in operation["parameters"]),
        fields=tuple(_fields(document, answer, 0)),
    )


def _argument(told: Told) -> Argument:
    schema = told["schema"]
    usual = schema.get("default")
    return Argument(
        name=told["name"],
        about=told.get("description", ""),
        choices=tuple(str(value) for value in schema.get("enum", ())),
        usual="" if usual is None else str(usual),
    )


def _fields(document: Told, schema: Told, depth: int) -> Iterator[Field]:
    for name, told in _resolved(document, schema).get("properties", {}).items():
        yield Field(name, _kind(told), told.get("description", ""), depth)
        inner = told.get("items", told)
        yield from _fields(document, inner, depth + 1)


def _resolved(document: Told, schema: Told) -> Told:
    reference = schema.get("$ref") or next((part["$ref"] for part in schema.get("allOf", ()) if "$ref" in part), None)
    if reference is None:
        return schema
    found: Told = document["components"]["schemas"][str(reference).rpartition("/")[2]]
    return found


def _kind(told: Told) -> str:
    kinds = told.get("type", "object")
    if isinstance(kinds, str):
        return str(told.get("format", kinds))
    named = [told.get("format", kind) for kind in kinds if kind != "null"]
    return " | ".join([*named, *(kind for kind in kinds if kind == "null")])
