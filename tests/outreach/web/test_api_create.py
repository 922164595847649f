"""Inquiries from portals: created once, read nowhere, refused by name, never a 500, and nothing told to the wrong ear."""

import json
import logging
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from outreach.core.errors import OutreachError
from outreach.people import tokens
from outreach.tracker import privacy
from outreach.tracker.models import Inquiry
from outreach.web.api.calling import CREATED_A_MINUTE, Allowance
from tests.outreach.web.conftest import PAGE, Office
from tests.support.people import account

WORDS = {
    "name": "Zeltkanārijs", "contact": "kanarija@pasts.example, 29123456", "text": "Vai Preiļos ir bērnudārzs?", "language": "lv", "country": "Irija", "municipality": "Preiļos",
    "topics": ["school", "work"], "people": 4, "said_source": "dzirdēju radio", "received_at": "2026-11-22T10:00:00+02:00", "reference": "118",
}  # fmt: skip


class Portal:
    """A portal with a token."""

    def __init__(self, office: Office, role: str = "administrator", scopes: tuple[str, ...] = (tokens.CREATES,), name: str = "paps.lv") -> None:
        self.office = office
        self.user_id = account(office.app, role)
        with office.app.store.transaction() as session:
            self.token = tokens.make(session, office.clock.now(), self.user_id, "x", name, scopes, 30)

    def send(self, body: Any = None, *, key: str = "", raw: bytes | None = None, query: str = "", **headers: str) -> TestResponse:
        told = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **({"Idempotency-Key": key} if key else {}), **headers}
        data = raw if raw is not None else json.dumps(body).encode()
        return self.office.client.application.test_client().post(f"/api/v1/inquiries{query}", base_url=PAGE, headers=told, data=data)


@pytest.fixture
def portal(office: Office) -> Portal:
    return Portal(office)


def refused(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    told: dict[str, Any] = answer.get_json()
    return told


def count(office: Office) -> int:
    with office.app.store.reading() as session:
        return session.scalar(select(func.count()).select_from(Inquiry)) or 0


def test_an_inquiry_comes_in_once(office: Office, portal: Portal) -> None:
    first = portal.send(WORDS)
    assert first.status_code == 201 and first.get_json() == {"number": 1, "received_at": "2026-11-22T08:00:00Z", "new": True}
    again = portal.send(WORDS)
    assert again.status_code == 200 and again.get_json() == {**first.get_json(), "new": False} and "ETag" not in again.headers
    refused(portal.send({**WORDS, "text": "Cits"}), 409)
    assert portal.send({**WORDS, "reference": "119"}).status_code == 201
    assert portal.send({"text": "Cits"}, key="118").status_code == 409  # the same name for another thing
    assert portal.send({"text": "Cits"}, key="120").status_code == 201
    assert [portal.send({"text": "Bez atslēgas"}).status_code for _ in range(2)] == [201, 200]
    assert Portal(office, name="cits.lv").send(WORDS).status_code == 201
    # A new token of the same name is the same portal.
    assert Portal(office).send(WORDS).status_code == 200
    assert count(office) == 5
    with office.app.store.transaction() as session:
        row = session.get_one(Inquiry, 1)
        assert (row.arrived_by, row.language, row.country, row.municipality, row.topic, row.people, row.said_source) == ("portal", "lv", "IE", "Preiļu novads", "school", 4, "radio")
        words = privacy.reveal(session, office.clock.now(), "x", office.app.seal, 1)
        assert words.text == "Vai Preiļos ir bērnudārzs?\nSkola un bērnudārzs, Darbs\npaps.lv: 118\ndzirdēju radio"
        privacy.erase(session, office.clock.now(), "x", 1)
    assert portal.send({**WORDS, "text": "Cits"}).status_code == 200  # nobody knows any more what it said


def test_the_token_reads_nothing_and_no_other_creates(office: Office, portal: Portal) -> None:
    client = office.client.application.test_client()
    keyed = {"Authorization": f"Bearer {portal.token}"}
    for scope in tokens.SCOPES:
        refused(client.get(f"/api/v1/{scope}", base_url=PAGE, headers=keyed), 403)
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        refused(client.open("/api/v1/inquiries", method=method, base_url=PAGE, headers=keyed), 405)
    reading = Portal(office, scopes=tokens.SCOPES)
    assert 'scope="inquiries.create"' in reading.send(WORDS).headers["WWW-Authenticate"]
    for role in ("comms", "coordinator", "reader"):
        refused(Portal(office, role).send(WORDS), 403)
    # A browser's cookie goes along with whatever another site sends.
    inside = office.as_role("administrator")
    refused(inside.client.post("/api/v1/inquiries", base_url=PAGE, json=WORDS), 403)
    refused(portal.send(WORDS, Authorization="Bearer x"), 401)
    assert count(office) == 0
    with office.app.store.transaction() as session, pytest.raises(OutreachError, match=r"scope_alone"):
        tokens.make(session, office.clock.now(), portal.user_id, "x", "x", ("mentions", tokens.CREATES), 30)


def test_only_an_administrator_is_offered_such_a_token(office: Office) -> None:
    wanted = {"name": "paps.lv", "scopes": tokens.CREATES, "days": "90"}
    assert 'value="inquiries.create"' not in office.as_role("comms").text("/me")
    assert office.as_role("comms").post("/me/tokens", wanted).status_code == 422
    visitor = office.as_role("administrator")
    assert 'value="inquiries.create"' in visitor.text("/me")
    made = visitor.post("/me/tokens", wanted)
    assert made.status_code == 200 and "outreach_" in made.get_data(as_text=True)
    page = visitor.text("/api?lang=en")
    assert "POST /api/v1/inquiries" in page and "Idempotency-Key" in page and "curl -X POST" in page


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "A", "surname": "B"}, "surname"), ({"text": "A", "people": "4"}, "people"), ({"text": "A", "people": 0}, "people"), ({"text": "A", "people": 4.5}, "people"),
        ({"text": "A", "topics": ["love"]}, "topics"), ({"text": "A", "topics": "work"}, "topics"), ({"text": 5}, "text"), ({"name": "A" * 201}, "name"), ({"text": "A", "language": "latviešu"}, "language"),
        ({"text": "A", "received_at": "2026-11-22"}, "received_at"), ({"text": "A", "received_at": "2031-01-01T00:00:00Z"}, "received_at"), ({"text": "A", "code": "a b"}, "code"), ({"text": "A", "reference": ""}, "reference"),
    ],
)
def test_what_does_not_fit_is_named(office: Office, portal: Portal, body: dict[str, Any], field: str) -> None:
    told = refused(portal.send(body), 422)
    assert list(told["fields"]) == [field] and told["fields"][field]
    assert refused(portal.send(body, query="?lang=en"), 422)["fields"] != told["fields"]
    assert count(office) == 0


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 20_000, b'{"people": ' + b"9" * 6_000 + b"}", b'{"people": 1e999}', b'{"text": NaN}', b'{"text": "\\ud800", "people": true}', b"{}", b'{"name": "  "}'],
)
def test_no_body_is_a_fault(office: Office, portal: Portal, raw: bytes) -> None:
    refused(portal.send(raw=raw), 422)
    assert count(office) == 0


def test_odd_letters_a_large_body_and_another_type(office: Office, portal: Portal) -> None:
    assert portal.send(dict.fromkeys(("name", "contact", "text", "country", "municipality", "said_source", "reference"), "�\x00<b>")).status_code == 201
    assert portal.send(dict.fromkeys(WORDS) | {"text": "A"}).status_code == 201
    refused(portal.send({"text": "A" * 70_000}), 413)
    refused(portal.send(raw=b"text=A", **{"Content-Type": "application/x-www-form-urlencoded"}), 422)
    refused(portal.send({"text": "A"}, key="k" * 101), 422)
    refused(portal.send({"text": "A"}, query="?x=1"), 422)


def test_a_portal_that_hurries_is_told_to_wait(office: Office, portal: Portal) -> None:
    statuses = [portal.send({}).status_code for _ in range(CREATED_A_MINUTE + 1)]
    assert statuses == [422] * CREATED_A_MINUTE + [429]
    assert Portal(office, name="cits.lv").send({}).status_code == 422


def test_no_log_and_no_answer_holds_a_familys_words(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answers = [portal.send(WORDS), portal.send({**WORDS, "people": "Zeltkanārijs"}), portal.send({**WORDS, "text": "Cits"})]
    told = caplog.text + "".join(answer.get_data(as_text=True) for answer in answers)
    assert [answer.status_code for answer in answers] == [201, 422, 409]
    assert not any(word in told for word in ("Zeltkanārijs", "kanarija@", "29123456"))


def test_every_answer_is_what_the_document_says(office: Office, portal: Portal) -> None:
    document = office.as_role("reader").get("/api/v1/openapi.json?lang=en").get_json()
    schema: Any = schemathesis.openapi.from_dict(document)
    schema.app = office.client.application
    statuses: set[int] = set()
    left_out = [check for name, check in ((one.__name__, one) for one in CHECKS.get_all()) if name in {"ignored_auth", "negative_data_rejection", "positive_data_acceptance", "unsupported_method"}]
    for mode in schemathesis.GenerationMode:

        @given(schema["/api/v1/inquiries"]["POST"].as_strategy(generation_mode=mode))
        @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def answers(case: Any) -> None:
            office.client.application.extensions["outreach.api.creating"] = Allowance()
            answer = case.call(base_url=PAGE, headers={"Authorization": f"Bearer {portal.token}", "Accept-Encoding": "identity"})
            statuses.add(answer.status_code)
            case.validate_response(answer, excluded_checks=left_out)

        answers()
    assert statuses <= {200, 201, 401, 409, 422} and 422 in statuses
