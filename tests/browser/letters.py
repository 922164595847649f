"""The morning mail as a mail programme shows it: `python -m tests.browser.letters FOLDER` pictures every morning."""

import base64
import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from outreach import wiring
from outreach.digest.composing import Composed, compose
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.support.mornings import ADDRESSES, MORNINGS, ZONE

SIZES = {"600": (600, 900), "360": (360, 740)}


def composed(name: str, language: str) -> Composed:
    """The mail of one of the mornings in `tests.support.mornings`."""
    digest, may_judge = MORNINGS[name]
    return compose(digest, wiring.texts().in_language(language), ZONE, ADDRESSES, may_judge)


def opened(mail: Composed) -> str:
    """Its HTML with the pictures in it, as a programme puts them there."""
    html = mail.html
    for picture in mail.pictures:
        html = html.replace(f"cid:{picture.name}@pictures", f"data:image/png;base64,{base64.b64encode(picture.data).decode()}")
    return html


def take(browser: Browser, html: str, size: str, theme: str, file: Path) -> None:
    """One picture of the whole mail, however long it is."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_content(html)
    # Few pixels of a mail are carmine or violet: their tones must be among those that are kept.
    shown = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    small = shown.quantize(192, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(file, optimize=True)
    context.close()


def draw(browser: Browser, target: Path) -> None:
    """Every morning in Latvian, the ordinary one in English too; both widths, both themes."""
    for name in MORNINGS:
        for language in ("lv", "en") if name == "ordinary" else ("lv",):
            html = opened(composed(name, language))
            for size in SIZES:
                for theme in ("light", "dark"):
                    stem = "mail" if name == "ordinary" else f"mail-{name}"
                    file = target / f"{stem}{'-en' if language == 'en' else ''}-{size}{'-dark' if theme == 'dark' else ''}.png"
                    take(browser, html, size, theme, file)
                    print(file)


if __name__ == "__main__":
    with sync_playwright() as made:
        draw(made.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS), Path(sys.argv[1]))
