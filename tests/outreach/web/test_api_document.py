"""The interface keeps what its document promises: calls drawn from the document, each answer held against it."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from outreach.people import tokens
from outreach.web.api.calling import Allowance
from tests.benchmarks.archive_plan import NOW
from tests.outreach.web.conftest import PAGE, Office
from tests.support.archives import archived
from tests.support.people import account


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with archived(tmp_path_factory.mktemp("archive")) as made:
        yield made


@pytest.fixture(scope="module")
def token(office: Office) -> str:
    with office.app.store.transaction() as session:
        return tokens.make(session, NOW, account(office.app, "comms"), "x@example.org", "Pārbaude", tokens.SCOPES, 30)


@pytest.fixture(scope="module")
def promised(office: Office, token: str) -> Any:
    document = office.client.application.test_client().get(
        "/api/v1/openapi.json?lang=en", base_url=PAGE, headers={"Authorization": f"Bearer {token}"}
    )
    schema = schemathesis.openapi.from_dict(document.get_json())
    schema.app = office.client.application
    return schema


@pytest.mark.parametrize("scope", tokens.SCOPES)
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_every_answer_is_what_the_document_says(
    promised: Any, office: Office, token: str, scope: str, mode: schemathesis.GenerationMode
) -> None:
    """Asked as the document allows, and as it does not."""
    statuses: set[int] = set()

    @given(promised[f"/api/v1/{scope}"]["GET"].as_strategy(generation_mode=mode))
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def answers(case: Any) -> None:
        office.client.application.extensions["outreach.api"] = Allowance()
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        answer = case.call(base_url=PAGE, headers=headers)
        statuses.add(answer.status_code)
        # Who may call is tested by itself; what a document cannot say (a zone, a year) is refused though it allows it.
        case.validate_response(answer, excluded_checks=[ignored_auth, negative_data_rejection, positive_data_acceptance])

    answers()
    assert statuses <= {200, 422} and statuses


def test_the_document_is_whole(office: Office, token: str) -> None:
    keyed = {"Authorization": f"Bearer {token}"}
    client = office.client.application.test_client()
    latvian, english = (client.get(f"/api/v1/openapi.json?lang={language}", base_url=PAGE, headers=keyed).get_json() for language in ("lv", "en"))
    assert set(english["paths"]) == {f"/api/v1/{scope}" for scope in (*tokens.SCOPES, "inquiries")}
    assert english["info"]["title"] != latvian["info"]["title"]

    def sentences(told: Any) -> Iterator[str]:
        if isinstance(told, dict):
            for name, value in told.items():
                if name in {"description", "summary"}:
                    yield value
                yield from sentences(value)
        elif isinstance(told, list):
            for part in told:
                yield from sentences(part)

    for document in (latvian, english):
        told = [sentence for sentence in sentences(document) if isinstance(sentence, str)]
        assert len(told) > 60
        assert [sentence for sentence in told if not sentence or sentence.startswith("api.")] == []
        creating = document["paths"].pop("/api/v1/inquiries")["post"]
        assert set(creating["responses"]) == {"200", "201", "401", "403", "409", "413", "422", "429"}
        assert {one["name"] for one in creating["parameters"]} == {"lang", "Idempotency-Key"}
        assert creating["responses"]["200"]["content"] == creating["responses"]["201"]["content"]
        for path in document["paths"].values():
            for parameter in path["get"]["parameters"]:
                assert parameter["description"], parameter["name"]
            assert set(path["get"]["responses"]) == {"200", "304", "401", "403", "422", "429"}
