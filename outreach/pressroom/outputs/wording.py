"""What the outputs of a release say in the same way: quotes, who speaks, embargo, kind, rights, the office's name."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from outreach.core.office import Office
from outreach.core.text import Words
from outreach.pressroom.outputs.tidy import line
from outreach.pressroom.texts import Pictured, Quoted, Said

_MARKS = {
    "lv": "„”", "lt": "„“", "et": "„“", "de": "„“", "pl": "„”", "ru": "«»", "uk": "«»",
    "no": "«»", "fi": "””", "sv": "””",
}  # fmt: skip
_OPENING, _CLOSING = "„“”«»\"", "“”«»\""


def quoted(words: str, language: str) -> str:
    """What somebody says within the quotation marks of the language; marks that were typed around it go."""
    marks = _MARKS.get(language, "“”")
    told = words.strip()
    if len(told) > 1 and told[0] in _OPENING and told[-1] in _CLOSING and not _holds_marks(told[1:-1]):
        told = told[1:-1].strip()
    return f"{marks[0]}{told}{marks[1]}"


def _holds_marks(inner: str) -> bool:
    # „Jā” un „nē”: the outer marks are two quotes' own.
    return any(letter in _OPENING for letter in inner)


def speaker(quote: Quoted) -> str:
    """Who speaks: the name, and the role after a comma."""
    return ", ".join(one for one in (quote.speaker, quote.role) if one)


def embargoed(said: Said, now: datetime) -> bool:
    """Whether nobody may print it yet."""
    return said.embargo_until is not None and said.embargo_until > now


def until(moment: datetime, zone: ZoneInfo, t: Words, *, short: bool = False) -> str:
    """A moment as an embargo names it: day, hour and which clock shows it; `short` for a subject."""
    local = moment.astimezone(zone)
    pattern = t("pressout.out.day_short") if short else t("pressout.out.day")
    day, hour = format_date(local.date(), format=pattern, locale=t.language), t.clock(moment, zone)
    return t("pressout.out.until_short" if short else "pressout.out.until", day=day, hour=hour)


def embargo(said: Said, zone: ZoneInfo, now: datetime, t: Words) -> str:
    """The line about the embargo; empty where there is none any more."""
    if said.embargo_until is None or not embargoed(said, now):
        return ""
    return t("pressout.out.embargo", until=until(said.embargo_until, zone, t))


def kind(said: Said, t: Words) -> str:
    """What it is: a release, a correction, a withdrawal."""
    return t(f"pressout.out.kind.{said.kind}")


def subject(said: Said, zone: ZoneInfo, now: datetime, t: Words, most: int = 200) -> str:
    """A mail's subject, on one line and of at most `most` letters; an embargo stands first."""
    headline = line(said.headline)
    if embargoed(said, now) and said.embargo_until is not None:
        lasts = until(said.embargo_until, zone, t, short=True)
        whole = t("pressout.out.subject.embargo", until=lasts, kind=kind(said, t), headline=headline)
    else:
        whole = t("pressout.out.subject", kind=kind(said, t), headline=headline)
    whole = line(whole)
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"


def office_name(office: Office, language: str) -> str:
    """The office's name in that language, else its first one."""
    return office.name.get(language) or office.name["lv"]


def credit(picture: Pictured, t: Words) -> str:
    """A picture's caption with whose it is."""
    rights = t("pressout.out.rights", rights=picture.rights) if picture.rights else ""
    caption = picture.caption
    if caption and rights and caption[-1] not in ".!?…”\"":
        caption += "."
    return " ".join(one for one in (caption, rights) if one)
