"""The built front end: names, addresses, what goes out packed, and a lock file that names no registry."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.core.errors import OutreachError
from outreach.web import assets
from outreach.web.assets import Assets, is_immutable, served

HOME = Path(assets.__file__).resolve().parents[1]
BUILT = HOME / "static" / "built"
KILOBYTE = 1000
# What a Latvian page fetches at its first load: style, script and the faces of its letters.
ALWAYS = (
    "app.css",
    "app.js",
    "ibm-plex-sans-latin-400-normal.woff2",
    "ibm-plex-sans-latin-600-normal.woff2",
    "ibm-plex-sans-latin-ext-400-normal.woff2",
    "ibm-plex-sans-latin-ext-600-normal.woff2",
)
HEADLINES = ("source-serif-4-latin-600-normal.woff2", "source-serif-4-latin-ext-600-normal.woff2")
RUSSIAN = ("ibm-plex-sans-cyrillic-400-normal.woff2", "source-serif-4-cyrillic-600-normal.woff2")
CALENDAR = ("calendar-page.css", "calendar-drag.js")
HOURS = ("calendar.css", "calendar-hours.js", "calendar-page.css")


@pytest.fixture
def built(tmp_path: Path) -> Assets:
    folder = tmp_path / "built"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"app.css": "app-ABCD1234.css", "face.woff2": "face-ZZZZ9999.woff2"}')
    (folder / "app-ABCD1234.css").write_bytes(b"body { margin: 0 }")
    (folder / "app-ABCD1234.css.br").write_bytes(b"packed")
    (folder / "face-ZZZZ9999.woff2").write_bytes(b"face")
    return Assets(folder)


@pytest.fixture
def client(built: Assets) -> FlaskClient:
    pages = Flask("outreach", static_folder=str(built.folder.parent), static_url_path="/static")
    pages.view_functions["static"] = served(pages, built)
    return pages.test_client()


def test_a_plain_name_leads_to_the_file_that_the_build_made(built: Assets) -> None:
    assert built.url("app.css") == "/static/built/app-ABCD1234.css"


def test_the_manifest_is_read_once(built: Assets) -> None:
    built.url("app.css")
    (built.folder / "manifest.json").unlink()
    assert built.url("face.woff2") == "/static/built/face-ZZZZ9999.woff2"


def test_a_name_that_was_never_built_is_named(built: Assets) -> None:
    with pytest.raises(OutreachError) as caught:
        built.url("other.css")
    assert (caught.value.key, caught.value.facts["name"]) == ("web.assets.unknown", "other.css")


@pytest.mark.parametrize("written", [None, "{", "\xff"])
def test_without_a_readable_manifest_the_trouble_has_a_name(tmp_path: Path, written: str | None) -> None:
    if written is not None:
        (tmp_path / "manifest.json").write_text(written, encoding="latin-1")
    with pytest.raises(OutreachError) as caught:
        Assets(tmp_path).url("app.css")
    assert (caught.value.key, caught.value.facts["folder"]) == ("web.assets.missing", str(tmp_path))


@pytest.mark.parametrize(
    ("path", "for_good"),
    [
        ("/static/built/app-ABCD1234.css", True),
        ("/static/built/ibm-plex-sans-latin-400-normal-COQVXTP6.woff2", True),
        ("/static/built/manifest.json", False),
        ("/static/built/app.css", False),
        ("/static/mark.svg", False),
        ("/static/built/../app-ABCD1234.css", False),
        ("/static/app-ABCD1234.css", False),
        ("/static/built/app-ABCD1234.css/", False),
        ("/static/built/app-ABCD1234.css\n", False),
    ],
)
def test_only_a_name_with_its_content_in_it_may_be_kept_for_good(path: str, for_good: bool) -> None:
    assert is_immutable(path) is for_good


def test_a_browser_that_can_unpack_gets_the_packed_file(client: FlaskClient) -> None:
    answer = client.get("/static/built/app-ABCD1234.css", headers={"Accept-Encoding": "gzip, br"}, buffered=True)
    assert (answer.data, answer.headers["Content-Encoding"]) == (b"packed", "br")
    assert answer.mimetype == "text/css"
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("accepts", ["", "gzip", "br;q=0"])
def test_others_get_the_file_itself(client: FlaskClient, accepts: str) -> None:
    answer = client.get("/static/built/app-ABCD1234.css", headers={"Accept-Encoding": accepts}, buffered=True)
    assert answer.data == b"body { margin: 0 }"
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/static/built/face-ZZZZ9999.woff2", "/static/built/gone-ABCD1234.css"])
def test_what_was_not_packed_goes_out_as_it_is(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept-Encoding": "br"}, buffered=True)
    assert answer.status_code == (200 if "face" in path else 404)
    assert "Content-Encoding" not in answer.headers


def test_the_build_has_every_file_that_its_manifest_names() -> None:
    manifest = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) >= {*ALWAYS, *HEADLINES, *RUSSIAN, *CALENDAR, *HOURS}
    for file in manifest.values():
        assert (BUILT / file).is_file()
        assert is_immutable(f"{assets.PREFIX}{file}")
    left = {path.name.removesuffix(".br") for path in BUILT.iterdir()} - {*manifest.values()}
    assert left == {"manifest.json", "licences.txt"}


# The hours of a week are drawn by a library that is most of that one view's weight.
@pytest.mark.parametrize(
    ("names", "most"), [(ALWAYS + HEADLINES + RUSSIAN, 190), (ALWAYS + HEADLINES + CALENDAR, 190), (ALWAYS + HOURS, 205)], ids=["reading", "calendar", "hours"]
)
def test_a_first_load_leaves_room_for_the_page_itself(names: tuple[str, ...], most: int) -> None:
    manifest = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    files = [BUILT / manifest[name] for name in names]
    packed = [file.with_name(f"{file.name}.br") for file in files]
    weight = sum((small if small.is_file() else file).stat().st_size for file, small in zip(files, packed, strict=True))
    assert weight < most * KILOBYTE


def test_styles_ask_for_nothing_from_elsewhere() -> None:
    for path in BUILT.glob("*.css"):
        fetched = re.findall(r"url\(([^)]*)\)", path.read_text(encoding="utf-8"))
        assert [address for address in fetched if not address.strip("\"'").startswith(("./", "data:"))] == []


def test_the_lock_file_names_versions_and_hashes_but_no_registry() -> None:
    lock = json.loads((HOME / "assets" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert packages
    assert [name for name, facts in packages.items() if "resolved" in facts] == []
    assert [name for name, facts in packages.items() if not facts.get("integrity")] == []
    asked = json.loads((HOME / "assets" / "package.json").read_text(encoding="utf-8"))
    for version in {**asked["dependencies"], **asked["devDependencies"]}.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_packages_that_went_into_the_build_keep_their_licences() -> None:
    told = (BUILT / "licences.txt").read_text(encoding="utf-8")
    for name in ("htmx.org", "fullcalendar", "preact", "@fontsource/ibm-plex-sans", "@fontsource/source-serif-4"):
        assert f"{name}\n" in told
