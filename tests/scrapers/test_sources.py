"""Every kind of source against its recorded pages: `data/<kind>/<name>.page` beside what must be found in it.

A page's first line is its status and address, then come its headers, an empty line and the raw body.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outreach.core import registry
from outreach.core.errors import OutreachError, WireError
from scrapers import sources
from scrapers.source import Page, source_of

DATA = Path(__file__).parent / "data"
FETCHED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PAGES = sorted(DATA.glob("*/*.page"))


def read_page(file: Path) -> Page:
    head, _, body = file.read_bytes().partition(b"\n\n")
    first, *rows = head.decode().split("\n")
    status, _, url = first.partition(" ")
    headers = {name.lower(): value for name, _, value in (row.partition(": ") for row in rows)}
    return Page(url, int(status), headers, body, FETCHED)


def as_json(found: Any) -> dict[str, Any]:
    """What is set, in JSON's terms; what an example does not name must not be there."""
    told = {name: value for name, value in asdict(found).items() if value not in (None, "", False)}
    if "published" in told:
        told["published"] = told["published"].isoformat()
    return told


def outcome(file: Path) -> dict[str, Any]:
    told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    plugin = source_of(file.parent.name, told["settings"])
    try:
        return {"settings": told["settings"], "found": [as_json(one) for one in plugin.read(read_page(file))]}
    except WireError as error:
        return {"settings": told["settings"], "error": error.key}


@pytest.mark.parametrize("file", PAGES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_page_gives_what_is_written_beside_it(file: Path) -> None:
    assert outcome(file) == json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))


def test_every_kind_has_recorded_pages_and_every_page_a_kind() -> None:
    assert {file.parent.name for file in PAGES} == set(registry.kinds(sources.__name__))
    assert {file.with_suffix("") for file in DATA.glob("*/*.json")} == {file.with_suffix("") for file in PAGES}


@pytest.mark.parametrize("kind", sorted(registry.kinds(sources.__name__)))
def test_kind_asks_for_its_address_and_does_nothing_else(kind: str) -> None:
    settings = {"url": "https://zinas.example/x", **({"item": "a"} if kind == "listing" else {})}
    requests = list(source_of(kind, settings).ask(None))
    assert [(one.method, one.url) for one in requests] == [("GET", "https://zinas.example/x")]


@pytest.mark.parametrize(
    ("kind", "settings", "key"),
    [
        ("feed", {"url": "javascript:alert(1)"}, "scrapers.url"),
        ("feed", {"url": "/etc/passwd"}, "scrapers.url"),
        ("feed", {"url": "https://me:secret@zinas.example/"}, "scrapers.url"),
        ("feed", {"url": "https://zinas.example/", "zone": "Mars/Olympus"}, "scrapers.zone"),
        ("listing", {"url": "https://zinas.example/", "item": "a[["}, "scrapers.selector"),
        ("listing", {"url": "https://zinas.example/"}, "registry.missing"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_asked(
    kind: str, settings: dict[str, object], key: str
) -> None:
    with pytest.raises(OutreachError) as caught:
        source_of(kind, settings)
    assert caught.value.key == key


def test_feed_reads_bytes_that_look_like_a_file_name_as_bytes() -> None:
    page = Page("https://zinas.example/", 200, {}, b"/etc/passwd", FETCHED)
    with pytest.raises(WireError) as caught:
        list(source_of("feed", {"url": "https://zinas.example/"}).read(page))
    assert caught.value.key == "scrapers.not_a_feed"
    assert not caught.value.permanent
