"""Deliveries as the calendar's pages draw them: everything said once here, so that a page of many is drawn quickly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.audience import Audience, audience
from campaigns.conflicts import Clash
from campaigns.planning.timetable import Drawn
from outreach.core.text import Words
from outreach.web.calendar_tones import Tone

# The rows of the view by audience: whose clock, and which countries stand in it.
ROWS: Sequence[tuple[str, frozenset[str], ZoneInfo | None]] = (
    ("west", frozenset({"GB", "IE"}), ZoneInfo("Europe/London")),
    ("de", frozenset({"DE"}), ZoneInfo("Europe/Berlin")),
    ("no", frozenset({"NO"}), ZoneInfo("Europe/Oslo")),
    ("home", frozenset({"LV"}), None),
    ("other", frozenset(), None),
)
_HOME, _OTHER = "home", "other"
_MOVES = frozenset({"scheduled", "failed"})
_LOOKS = {
    "scheduled": ("blue", "ring"),
    "sending": ("blue", "half"),
    "published": ("done", "disc"),
    "failed": ("critical", "triangle"),
    "unconfirmed": ("person", "diamond"),
}


@dataclass(frozen=True)
class Item:
    """One delivery on its day. `seen` is its exact moment (UTC), which a move sends back; `clash` a sentence."""

    id: int
    day: date
    title: str
    hour: str
    machine: str
    seen: str
    there: str
    countries: tuple[tuple[str, str], ...]
    places: frozenset[str]
    channel: str
    campaign: str
    status: str
    state: str
    mark: str
    shape: str
    approved: bool
    tone: Tone
    url: str
    clash: str
    moves: bool


@dataclass(frozen=True)
class Said:
    """A clash as the line above the calendar says it, with the delivery to look at."""

    delivery_id: int
    text: str


def items(
    drawn: Iterable[Drawn],
    t: Words,
    zone: ZoneInfo,
    *,
    by: str,
    tones: Mapping[int, Tone],
    clash: Mapping[int, str],
    address: str,
) -> list[Item]:
    """`address` is a delivery's page without its number at the end; empty for those who may not open it."""
    words = {status: t(f"campaigns.status.{status}") for status in _LOOKS}
    names: dict[str, str] = {}
    made = []
    for row in drawn:
        local = row.due_at.astimezone(zone)
        readers = audience_of(row)
        codes = readers.countries if readers is not None else ()
        for code in codes:
            names.setdefault(code, t.country(code))
        mark, shape = _LOOKS[row.status]
        made.append(
            Item(
                id=row.delivery_id,
                day=local.date(),
                title=row.title,
                hour=f"{local:%H:%M}",
                machine=local.isoformat(timespec="minutes"),
                seen=row.due_at.isoformat(),
                there=f"{row.due_at.astimezone(readers.zone):%H:%M}" if readers is not None else "",
                countries=tuple((code, names[code]) for code in codes),
                places=frozenset(row.channel_countries) or frozenset(codes),
                channel=row.channel,
                campaign=row.campaign_name,
                status=row.status,
                state=words[row.status],
                mark=mark,
                shape=shape,
                approved=row.approved or row.status != "scheduled",
                tone=tones[row.campaign_id if by == "campaign" else row.channel_id],
                url=f"{address}{row.delivery_id}" if address else "",
                clash=clash.get(row.delivery_id, ""),
                moves=row.status in _MOVES,
            )
        )
    return made


def audience_of(row: Drawn) -> Audience | None:
    """Whose clock stands beside ours."""
    return audience(
        row.campaign_language,
        row.language,
        channel_countries=row.channel_countries,
        campaign_countries=row.campaign_countries,
    )


def rows_of(item: Item) -> frozenset[str]:
    """The rows of the view by audience in which a delivery stands; one for nobody abroad stands at home."""
    if not item.places:
        return frozenset({_HOME})
    found = {name for name, countries, _ in ROWS if countries & item.places}
    known = frozenset[str]().union(*(countries for _, countries, _ in ROWS))
    return frozenset(found | ({_OTHER} if item.places - known else set()))


def clash_sentences(
    clashes: Iterable[Clash], rows: Mapping[int, Drawn], t: Words, zone: ZoneInfo, most: int
) -> tuple[dict[int, str], list[Said]]:
    """What to say beside each delivery that clashes, and the first `most` of those whose rows are known."""
    beside: dict[int, str] = {}
    once: list[Said] = []
    for one in clashes:
        if not all(number in rows for number in one.delivery_ids):
            continue
        if one.kind == "embargo" and one.until is not None:
            row = rows[one.delivery_ids[0]]
            until = t.moment(one.until, zone)
            beside.setdefault(row.delivery_id, t("calendar.clash.embargo", until=until))
            if len(once) < most:
                once.append(Said(row.delivery_id, t("calendar.clash.embargo_of", title=row.title, until=until)))
        if one.kind == "close":
            before, after = (rows[number] for number in one.delivery_ids)
            for row, other in ((before, after), (after, before)):
                if row.delivery_id not in beside:
                    hour = f"{other.due_at.astimezone(zone):%H:%M}"
                    beside[row.delivery_id] = t("calendar.clash.close", other=other.title, hour=hour)
            if len(once) >= most:
                continue
            text = t(
                "calendar.clash.close_of",
                channel=one.channel,
                first=_titled(before, t, zone),
                second=_titled(after, t, zone),
            )
            once.append(Said(before.delivery_id, text))
    return beside, once


def _titled(row: Drawn, t: Words, zone: ZoneInfo) -> str:
    return t("calendar.clash.titled", title=row.title, moment=short(row.due_at, t, zone))


def short(moment: datetime, t: Words, zone: ZoneInfo) -> str:
    """A day and an hour in figures."""
    return f"{t.short_day(moment.astimezone(zone).date())} {t.clock(moment, zone)}"
