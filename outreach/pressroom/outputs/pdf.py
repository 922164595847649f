"""A release on A4, as PDF: the same release makes the same bytes."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import outreach.charts
from outreach.core import typeset
from outreach.core.clock import local_day
from outreach.core.text import Words
from outreach.core.typeset import About
from outreach.pressroom.outputs import wording
from outreach.pressroom.outputs.pictures import printed
from outreach.pressroom.outputs.tidy import cleaned
from outreach.pressroom.texts import Said, blocks

# The letters that pictures are drawn with, and the headlines' own.
FONTS = Path(outreach.charts.__file__).parent / "fonts"


def pdf(said: Said, office_name: str, zone: ZoneInfo, t: Words, *, now: datetime, media: Path | None = None) -> bytes:
    """The release as PDF; `t` speaks its language. `now` is when it says it was made, and decides whether the embargo
    is told. Pictures come from the folder `media`; without one there are none.

    Raises OutreachError as `outreach.core.typeset.pdf`.
    """
    told = cleaned(said)
    about = About(told.headline, said.language, office_name, local_day(now, zone))
    return typeset.pdf("release", about, _data(told, office_name, zone, t, now, media), fonts=FONTS)


def _data(
    said: Said, office_name: str, zone: ZoneInfo, t: Words, now: datetime, media: Path | None
) -> dict[str, object]:
    return {
        "embargo": wording.embargo(said, zone, now, t),
        "kind": f"{wording.kind(said, t)} · {office_name}",
        "headline": said.headline,
        "lead": said.lead,
        "blocks": [{"kind": one.kind, "lines": one.lines} for one in blocks(said.body)],
        "quotes": [
            {"words": wording.quoted(one.words, said.language), "who": wording.speaker(one)} for one in said.quotes
        ],
        "facts": {"title": t("pressout.out.facts"), "lines": said.facts},
        "pictures": [
            {
                "body": one.body,
                "width": one.width,
                "height": one.height,
                "alt": one.picture.alt,
                "credit": wording.credit(one.picture, t),
            }
            for one in printed(media, said.pictures)
        ],
        "boilerplate": {"title": t("pressout.out.about"), "text": said.boilerplate},
        "contact": {"title": t("pressout.out.contact"), "text": said.contact},
        "foot": office_name,
        # The page counts itself: the template fills these two.
        "page": t("pressout.out.page", page="{page}", pages="{pages}"),
    }
