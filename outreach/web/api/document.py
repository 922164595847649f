"""The OpenAPI document, drawn from the code by APIFlask and put into the reader's words.

Descriptions in the code are keys of the catalogues; here they become sentences.
"""

from threading import Lock
from typing import Any, cast

from apiflask import APIFlask
from flask import current_app

from outreach.core.text import Words
from outreach.web.api.problems import TYPE
from outreach.web.visit import here, session_cookie

VERSION = "1.0.0"
ROOT = "/api/v1/"

PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "api.problem.type"},
        "title": {"type": "string", "description": "api.problem.title"},
        "status": {"type": "integer", "description": "api.problem.status"},
        "detail": {"type": "string", "description": "api.problem.detail"},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "api.problem.fields",
        },
        "reference": {"type": "string", "description": "api.problem.reference"},
    },
}

_drawing = Lock()


def drawn(t: Words) -> dict[str, Any]:
    """The document in these words; every path of the interface and no other. Drawn once a language: it is all code."""
    known: dict[str, dict[str, Any]] = current_app.extensions.setdefault("outreach.api.documents", {})
    # APIFlask keeps what it draws in the app itself: one at a time.
    with _drawing:
        if t.language not in known:
            known[t.language] = _draw(t)
        return known[t.language]


def _draw(t: Words) -> dict[str, Any]:
    told: dict[str, Any] = cast(APIFlask, current_app).spec  # type: ignore[assignment]
    told["info"] = {"title": "api.document.title", "version": VERSION, "description": "api.document.about"}
    told["servers"] = [{"url": here().settings.web.public_url}]
    told["tags"] = []
    told["paths"] = {path: found for path, found in told["paths"].items() if path.startswith(ROOT)}
    told["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "api.security.token"},
        "session": {
            "type": "apiKey", "in": "cookie", "name": session_cookie(), "description": "api.security.session",
        },
    }
    for path in told["paths"].values():
        for operation in path.values():
            operation["responses"] = dict(sorted(operation["responses"].items()))
            if "201" in operation["responses"]:
                # The same again is answered as the first time was.
                operation["responses"]["200"]["content"] = operation["responses"]["201"]["content"]
            for status, answer in operation["responses"].items():
                _mend(status, answer)
    worded: dict[str, Any] = _worded(told, t)
    return worded


def _mend(status: str, answer: dict[str, Any]) -> None:
    """What APIFlask cannot say: an answer without a body, and the type of problems."""
    if status == "304":
        answer.pop("content", None)
    elif status >= "400":
        answer["content"] = {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _worded(value: Any, t: Words) -> Any:
    if isinstance(value, dict):
        return {name: _worded(part, t) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_worded(part, t) for part in value]
    if isinstance(value, str) and value.startswith("api.") and t.knows(value):
        return t(value)
    return value
