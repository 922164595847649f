"""The morning mail before a real browser: as wide as its window, three screens of a telephone long, asking nobody, legible in both themes."""

import shutil
import subprocess
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page

from outreach import wiring
from outreach.core.mail_words import render_mail
from tests.browser import letters
from tests.browser.conftest import CHROMIUM, HOME
from tests.support.mornings import MORNINGS, UNTIL, ZONE

AXE = HOME / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = 740

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")


def opened(browser: Browser, html: str, width: int, theme: str) -> tuple[Page, list[str]]:
    """The mail in a window, and whom it asked."""
    page = browser.new_page(viewport={"width": width, "height": PHONE}, color_scheme=theme)  # type: ignore[arg-type]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)
    page.set_content(html)
    return page, asked


def alert() -> str:
    lines = [
        SimpleNamespace(kind="critical", text="Rīta Avīze kritiski raksta par koordinatoru: “Atbalsts nesasniedz ģimenes”", at=UNTIL, where="Latvijas", link="https://ziemeli.example/mentions/1"),
        SimpleNamespace(kind="source", text="Ludzas Ļaudis neatbild jau diennakti", at=UNTIL, where="", link="https://ziemeli.example/settings/sources/1"),
    ]  # fmt: skip
    facts = {"t": wiring.texts().in_language("lv"), "lines": lines, "page": "https://ziemeli.example/", "settings_link": "https://ziemeli.example/me", "zone": ZONE, "more": 3}
    return render_mail("alert", facts)[0]


@pytest.mark.parametrize("width", [320, 360, 600, 1200])
@pytest.mark.parametrize("name", MORNINGS)
def test_a_mail_is_as_wide_as_its_window_and_asks_nobody(chromium: Browser, name: str, width: int) -> None:
    page, asked = opened(chromium, letters.opened(letters.composed(name, "lv")), width, "light")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    assert asked == []
    page.close()


@pytest.fixture(scope="module")
def telephone_face() -> None:
    """The mail names Arial, which telephones have or have a face of the same widths for; here Liberation is that one."""
    found = subprocess.run(["fc-match", "Arial"], capture_output=True, text=True, check=False).stdout if shutil.which("fc-match") else ""
    if "Liberation" not in found and "Arial" not in found:
        pytest.skip("no face as wide as Arial (Debian: apt-get install fonts-liberation)")


@pytest.mark.usefixtures("telephone_face")
@pytest.mark.parametrize("language", ["lv", "en"])
def test_an_ordinary_day_is_three_screens_of_a_telephone_at_most(chromium: Browser, language: str) -> None:
    page, _ = opened(chromium, letters.opened(letters.composed("ordinary", language)), 360, "light")
    assert page.evaluate("document.documentElement.scrollHeight") <= 3 * PHONE
    page.close()


def test_verdicts_have_room_for_a_thumb(chromium: Browser) -> None:
    page, _ = opened(chromium, letters.opened(letters.composed("ordinary", "lv")), 360, "light")
    tall = page.evaluate("[...document.querySelectorAll('a[href*=\"/judge/\"]')].map(one => one.getBoundingClientRect().height)")
    assert len(tall) == 24 and min(tall) >= 24
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", [*MORNINGS, "alert"])
def test_a_mail_shuts_nobody_out(chromium: Browser, name: str, theme: str) -> None:
    if not AXE.exists():
        pytest.skip("the browser tests' packages are not installed (make test does)")
    page, _ = opened(chromium, alert() if name == "alert" else letters.opened(letters.composed(name, "lv")), 360, theme)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    told = page.evaluate("async rules => (await axe.run({runOnly: {type: 'tag', values: rules}})).violations", RULES)
    wrong = [f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for one in told for node in one["nodes"]]
    assert wrong == []
    page.close()


@pytest.mark.parametrize("name", MORNINGS)
def test_a_programme_without_classes_still_shows_the_light_theme(chromium: Browser, name: str) -> None:
    """Gmail may drop the whole <style>: every essential look stands in the tags."""
    html = letters.opened(letters.composed(name, "lv"))
    head, _, body = html.partition("<body")
    page, _ = opened(chromium, f"<!doctype html><html><head><meta name='viewport' content='width=device-width'></head><body{body}", 360, "dark")
    look = "one => [getComputedStyle(one).color, getComputedStyle(one).fontSize]"
    assert page.evaluate(f"({look})(document.querySelector('h1'))") == ["rgb(30, 35, 40)", "20px"]
    assert page.evaluate(f"({look})(document.querySelector('h2'))") == ["rgb(91, 97, 104)", "13px"]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 250, 247)"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "prefers-color-scheme" in head
    page.close()
