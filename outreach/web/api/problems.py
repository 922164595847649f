"""What the interface says when it does not answer: problem JSON (RFC 9457) with a sentence in the asked language."""

import json
from collections.abc import Mapping

from flask import Response

from outreach.web.visit import words

TYPE = "application/problem+json"


class Problem(Exception):
    """Ends a request with this status; `key` and `facts` make the sentence, `fields` says what each argument takes."""

    def __init__(
        self,
        status: int,
        key: str,
        *,
        headers: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
        **facts: object,
    ) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.headers = dict(headers or {})
        self.fields = dict(fields or {})
        self.facts = facts

    def response(self) -> Response:
        """The answer; `type` is `about:blank`, for the status and the sentence say it all."""
        t = words()
        told: dict[str, object] = {
            "type": "about:blank",
            "title": t(f"api.status.{self.status}"),
            "status": self.status,
            "detail": t(self.key, **self.facts),
        }
        if self.fields:
            told["fields"] = self.fields
        if "reference" in self.facts:
            told["reference"] = str(self.facts["reference"])
        text = json.dumps(told, ensure_ascii=False) + "\n"
        return Response(text, self.status, {"Vary": "Accept-Language", **self.headers}, content_type=TYPE)
