"""A generated past of families: who asked when, by what, about where, and which stages they entered."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as some

from outreach.core.db import Store
from outreach.core.seal import Seal
from outreach.tracker import families, intake, jobs
from outreach.tracker.families import Family
from outreach.tracker.intake import Incoming
from outreach.tracker.models import STAGES
from tests.outreach.rooms import RIGA

PLACES = ("Balvu novads", "Ludzas novads", "Preiļu novads")
# Two years that lie long back, seen from the day on which all of them are forgotten.
FIRST, LAST = date(2020, 11, 1), date(2022, 4, 30)
LATER = datetime(2026, 6, 1, 3, tzinfo=UTC)
MONTHS = 36

DAYS = some.dates(FIRST, LAST)
HOURS = some.times()


@dataclass(frozen=True)
class Past:
    """One family: `open` ones end in an open stage and are kept."""

    added: datetime
    place: str | None
    adults: int
    children: int
    countries: tuple[str, ...]
    stages: tuple[tuple[str, date, int], ...]
    asked: tuple[tuple[datetime, str | None, str | None], ...]  # when, about where, what they named


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour.replace(second=0, microsecond=0, fold=0), tzinfo=RIGA).astimezone(UTC)


MOMENTS = some.builds(_moment, DAYS, HOURS)
ASKED = some.tuples(MOMENTS, some.sampled_from((None, *PLACES)), some.sampled_from((None, "radio", "friends")))
PASTS = some.builds(
    Past,
    MOMENTS,
    some.sampled_from((None, *PLACES)),
    some.integers(1, 4),
    some.integers(0, 4),
    some.lists(some.sampled_from(("IE", "GB", "DE", "NO")), max_size=3, unique=True).map(tuple),
    some.lists(some.tuples(some.sampled_from(STAGES), DAYS, some.integers(1, 9)), max_size=5).map(tuple),
    some.lists(ASKED, max_size=3).map(tuple),
)


def put(store: Store, seal: Seal, past: list[Past], strangers: list[tuple[datetime, str | None, str | None]]) -> None:
    """Writes them down, each with words to be erased."""
    with store.transaction() as session:
        numbers = []
        for at, one in enumerate(past):
            told = Family(one.adults, one.children, one.place, one.countries, name=f"Kanārijs {at}", note="zvanīt")
            household = families.add(session, one.added, seal, told)
            for stage, day, people in one.stages:
                families.enter(session, LATER, household, stage, day, people)
            numbers += [_ask(session, seal, asked, household, f"{at}.{nth}") for nth, asked in enumerate(one.asked)]
        numbers += [_ask(session, seal, asked, None, f"x{nth}") for nth, asked in enumerate(strangers)]
        for number in numbers:
            jobs.link(session, LAST_SEEN, number, 90)


LAST_SEEN = datetime.combine(LAST + timedelta(days=1), time(9), tzinfo=UTC)


def _ask(session: object, seal: Seal, asked: tuple[datetime, str | None, str | None], household: int | None, key: str) -> int:
    at, place, said = asked
    incoming = Incoming(
        "phone", municipality=place, said_source=said, name="Kanārijs", contact="kanarijs@example.org", text="Mājās!",
        topic="work", country="IE", household_id=household, received_at=at, message_id=key,
    )  # fmt: skip
    return intake.receive(session, at, seal, incoming).inquiry_id  # type: ignore[arg-type]
