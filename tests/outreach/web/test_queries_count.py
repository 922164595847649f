"""No page asks the store more than twelve times, whoever looks at it; and none asks once for every row it shows."""

from collections.abc import Iterator

import pytest

from outreach.people.models import ROLES
from outreach.web.access import STRANGER
from tests.benchmarks.pages import QUERIES, VARIANTS
from tests.benchmarks.replay import listening
from tests.outreach.web.conftest import PAGE, Office
from tests.support.archives import archived, walked

# No page: a whole mail is made, from everything that it tells.
MAILS = {"digests.preview_mail": 30}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with archived(tmp_path_factory.mktemp("archive")) as made:
        yield made


@pytest.mark.parametrize("role", [*ROLES, STRANGER])
def test_no_page_asks_the_store_too_often(office: Office, role: str) -> None:
    client = office.client.application.test_client() if role == STRANGER else office.as_role(role).client
    counts: dict[str, int] = {}
    most: dict[str, int] = {}
    for route in walked(office):
        if route.method != "GET" or role not in route.roles():
            continue
        for more in ("", *VARIANTS.get(route.endpoint, ())):
            # The bell counts anew: the dearest a page can be.
            office.client.application.extensions["outreach.attention"].forget()
            with listening(office.app.store.engine) as heard:
                client.get(route.address + more, base_url=PAGE).close()
            counts[route.address + more] = len(heard.statements)
            most[route.address + more] = MAILS.get(route.endpoint, QUERIES)
    assert counts
    assert {address: count for address, count in counts.items() if count > most[address]} == {}
