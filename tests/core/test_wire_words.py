"""Every error of the two wires has its sentence in both languages, and every fact the sentence needs."""

import ast
import inspect
from pathlib import Path
from string import Formatter

import pytest

import outreach
from outreach.core import http, http_url, http_values, journal, mail, mail_header, mail_smtp, mail_token
from outreach.core.errors import WireError
from outreach.core.http import Request
from outreach.core.text import LANGUAGES, Texts, read_catalogues
from tests.support.hostile import Servers, page, refused, servers

MODULES = (http, http_url, http_values, mail, mail_header, mail_smtp, mail_token, journal)


def raised() -> dict[str, set[str]]:
    """Keys in calls that make errors, with the facts named there."""
    found: dict[str, set[str]] = {}
    for module in MODULES:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            key = node.args[0].value
            if isinstance(key, str) and key.startswith(("http.", "mail.")):
                facts = {keyword.arg for keyword in node.keywords if keyword.arg}
                found[key] = found[key] & facts if key in found else facts
    found["mail.login"] = found["mail.refused"] = {"code", "answer"}
    return found


# What every error of a module brings along.
ALWAYS = {"http": {"url", "host"}, "mail": {"host", "port"}}
ALONE = {
    "mail.header",
    "mail.address",
    "mail.security",
    "mail.open_login",
    "mail.folder",
    "mail.journal",
    "mail.token_settings",
}


@pytest.fixture(scope="module")
def words() -> Texts:
    return read_catalogues(Path(outreach.__path__[0]) / "translations")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(raised()))
def test_every_error_has_a_sentence_and_its_facts(words: Texts, language: str, key: str) -> None:
    text = words.catalogues[language].plain[key]
    needed = {name for _, name, _, _ in Formatter().parse(text) if name}
    always = set() if key in ALONE else ALWAYS[key.partition(".")[0]]
    assert needed <= raised()[key] | always
    assert text.endswith(".")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_real_error_becomes_a_sentence(words: Texts, language: str) -> None:
    def explain(error: WireError) -> str:
        return words.in_language(language).error(error)

    with servers() as started:
        wire: Servers = started
        server = wire.server(page(bytes(3_000_000)))
        said = [
            explain(refused(wire.client(), Request(server.url(), max_bytes=2_500_000))),
            explain(refused(wire.client(allow_private=False), "http://127.0.0.1/?token=hidden")),
            explain(refused(wire.client(), "ftp://a.test/")),
        ]
    assert "2.38 MB" in said[0]
    assert "127.0.0.1" in said[1]
    assert "ftp:" in said[2]
    assert not any("hidden" in one or "{" in one for one in said)
