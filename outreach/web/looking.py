"""A post in each channel, for the pages: what `campaigns.looks` says, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app

from campaigns.details import terms_of
from campaigns.links import LENGTH, tracked_url
from campaigns.looks.limits import Limits
from campaigns.looks.look import Look, Pictured, Told, look
from campaigns.looks.reading import Place
from campaigns.looks.whose import whose
from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.web.visit import here, now, words

EXTENSION = "outreach.limits"
_PIECE = 160  # characters of a suggestion that are shown


@dataclass(frozen=True)
class Written:
    """What a post says, its link not yet in it, and where that leads."""

    title: str
    text: str
    target: str


@dataclass(frozen=True)
class Card:
    """A post in one channel, or why there is no look of it; `is_own`: it says something else here than elsewhere."""

    place: Place
    look: Look | None
    trouble: str = ""
    is_own: bool = False
    unit: str = ""
    troubles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the post can go out here as it is."""
        return self.look is not None and self.look.fits


def limits() -> Limits:
    """What this process has heard of channels' limits."""
    held: Limits = current_app.extensions[EXTENSION]
    return held


def cards(places: Sequence[Place], written: Written, pictures: Sequence[Pictured]) -> list[Card]:
    """A post in these channels, in their order; asks no channel."""
    return [_card(place, written, pictures) for place in places]


def is_to_ask(places: Sequence[Place]) -> bool:
    """Whether one of these channels has a limit of its own that is not known."""
    return any(_asks(place) for place in places)


def ask(places: Sequence[Place]) -> None:
    """Asks those channels for their limits; no open transaction."""
    for place in places:
        if _asks(place):
            limits().ask(place.kind, place.settings, now(), here().http)


def _asks(place: Place) -> bool:
    try:
        return limits().is_to_ask(place.kind, place.settings, now())
    except OutreachError:
        return False


def _card(place: Place, written: Written, pictures: Sequence[Pictured]) -> Card:
    t, terms, is_own = words(), terms_of(place.kind), bool(place.text or place.title)
    try:
        known = limits().known(place.kind, place.settings, now())
    except OutreachError as error:
        return Card(place, None, t.error(error), is_own)
    if terms is None:
        return Card(place, None, t("looks.trouble.kind"), is_own)
    seen = look(
        place.kind,
        whose(place.name, place.kind, place.settings, place.account),
        terms,
        known,
        place.text or written.text,
        tracked_url(here().settings.web.public_url, place.code or "x" * LENGTH),
        written.target,
        title=place.title or written.title,
        pictures=pictures,
    )
    return Card(
        place,
        seen,
        "",
        is_own,
        t(f"looks.unit.{seen.count.unit}"),
        (*_left_out(t, seen), *(_said(t, one) for one in seen.troubles)),
        tuple(_said(t, one) for one in seen.notes),
        tuple(t(f"looks.cut.{one.what}", text=_short(one.text)) for one in seen.cuts),
    )


def _left_out(t: Words, seen: Look) -> tuple[str, ...]:
    if not seen.left_out:
        return ()
    return (t("looks.trouble.left_out", count=seen.left_out) if seen.frames else t("looks.trouble.no_pictures"),)


def _said(t: Words, one: Told) -> str:
    return t(one.key, **one.facts)


def _short(text: str) -> str:
    """A long piece by its beginning and its end."""
    if len(text) <= _PIECE:
        return text
    half = _PIECE // 2
    return f"{text[:half].rstrip()} … {text[-half:].lstrip()}"
