"""The manners of every page, for every role that sees it: nothing inline, nothing from elsewhere, nothing kept by others."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from werkzeug.test import TestResponse

from tests.outreach.web.conftest import PAGE, Office
from tests.support.archives import archived, walked

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with archived(tmp_path_factory.mktemp("archive")) as made:
        yield made


# Mails as their readers got them: documents of their own, under a stricter policy, which `test_digests` looks at.
LETTERS = frozenset({"digests.one", "digests.preview_mail", "reader_links.mail", "press_outputs.mail"})


@pytest.fixture(scope="module")
def shown(office: Office) -> list[tuple[str, str, TestResponse]]:
    """Every page as the first role that may sees it, and the strangers' pages as they see them."""
    found = []
    for route in walked(office):
        if route.method != "GET" or route.endpoint in LETTERS:
            continue
        role = route.visitor()
        if role is not None:
            found.append((role, route.address, office.as_role(role).get(route.address)))
        if "stranger" in route.roles():
            found.append(("stranger", route.address, office.client.application.test_client().get(route.address, base_url=PAGE)))
    assert len(found) > 20
    for _, _, answer in found:
        answer.get_data()
        answer.close()
    return found


def test_every_answer_has_its_manners(shown: list[tuple[str, str, TestResponse]]) -> None:
    for role, address, answer in shown:
        headers = answer.headers
        assert {name: headers.get(name) for name in HEADERS} == HEADERS, (role, address)
        policy = {part.split()[0]: part.split()[1:] for part in headers["Content-Security-Policy"].split(";")}
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"]
        assert "Strict-Transport-Security" not in headers


def test_what_is_the_offices_own_is_kept_by_nobody(shown: list[tuple[str, str, TestResponse]]) -> None:
    for role, address, answer in shown:
        if not address.startswith(("/static/", "/media/")) and role != "stranger":
            told = answer.headers.get("Cache-Control", "")
            assert "no-store" in told or told == "private, no-cache", (address, told)


def test_pages_hold_nothing_inline_and_nothing_from_elsewhere(shown: list[tuple[str, str, TestResponse]]) -> None:
    looked = 0
    for role, address, answer in shown:
        if answer.mimetype != "text/html" or answer.status_code >= 300:
            continue
        looked += 1
        tree = html.fromstring(answer.get_data(as_text=True))
        # A block of data is no script: nothing of it runs.
        assert tree.xpath("//style | //@style | //script[not(@src) and not(@type = 'application/ld+json')] | //base | //iframe | //object | //embed") == [], (role, address)
        assert tree.xpath("//@*[starts-with(name(), 'on')]") == [], (role, address)
        assert [link for link in tree.xpath("//@href | //@action | //@formaction") if re.match(r"\s*(javascript|data|vbscript):", link, re.I)] == []
        loaded = tree.xpath("//script/@src | //link[not(@rel = 'canonical' or @hreflang)]/@href | //img/@src | //source/@srcset | //*[local-name() = 'use']/@href")
        assert [place for place in loaded if not (place.startswith(("/", "#")) and not place.startswith("//"))] == [], (role, address)
    assert looked > 10


def test_links_that_lead_out_say_nothing_of_where_from(shown: list[tuple[str, str, TestResponse]]) -> None:
    for role, address, answer in shown:
        if answer.mimetype != "text/html" or answer.status_code >= 300:
            continue
        for link in html.fromstring(answer.get_data(as_text=True)).xpath("//a[@target='_blank']"):
            assert "noopener" in link.get("rel", "") or "noreferrer" in link.get("rel", ""), (role, address, link.get("href"))


def test_every_page_says_its_language_and_title(shown: list[tuple[str, str, TestResponse]]) -> None:
    for role, address, answer in shown:
        if answer.mimetype == "text/html" and answer.status_code == 200 and "<html" in answer.get_data(as_text=True):
            tree = html.fromstring(answer.get_data(as_text=True))
            assert tree.get("lang") == "lv", (role, address)
            assert tree.findtext(".//title", "").strip(" ·"), (role, address)
            assert len(tree.xpath("//main//h1 | //main//header//h1")) >= 1, (role, address)


def test_behind_tls_pages_stay_there(tmp_path: Path) -> None:
    with archived(tmp_path, web={"public_url": "https://birojs.example.org"}) as office:
        answer = office.client.get("/sign-in", base_url="https://birojs.example.org")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
