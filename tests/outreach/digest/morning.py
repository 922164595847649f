"""Invented mornings, as values and as hypothesis makes them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from outreach.digest.facts import Business, Choice, DayCount, Digest, Pool, Printed, Story, Telling
from scrapers.queries import SourceState
from scrapers.values import SENSES, TIERS, TONES

UNTIL = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=1)
DAY = date(2026, 11, 27)
PLACES = ("Preiļu novads", "Ludzas novads", "Riebiņi")
OUTLETS = ("Latgales Laiks", "Diena", "Ludzas Zeme", "Latvieši.com", "Vēstis")


def telling(number: int, **changed: Any) -> Telling:
    """A mention that counts, of a story of its own, found an hour before the morning."""
    plain = Telling(
        mention_id=number, story_id=number, title=f"Virsraksts {number}", url=f"https://avize.example.org/{number}",
        outlet="Latgales Laiks", source_id=1, tier="regional", lang="lv", at=UNTIL - timedelta(hours=1),
        found_at=UNTIL - timedelta(hours=1), sense="return", counted=True, doubtful=False, tone=None, names_us=False,
        sentence="Ģimene atgriežas mājās.", forms=("atgriežas",), places=(), agency=None, topics=frozenset(), campaigns=(),
    )
    return replace(plain, **changed)


def doubted(number: int, **changed: Any) -> Telling:
    """A mention whose sense a person must say."""
    return telling(number, **{"sense": "ambiguous", "counted": False, "doubtful": True, **changed})


def political(number: int, **changed: Any) -> Telling:
    """A mention in a sense that is watched but not ours."""
    return telling(number, **{"sense": "expulsion", "counted": False, **changed})


def stories(*tellings: Telling) -> tuple[Story, ...]:
    """The tellings by story, each titled as the first of it."""
    told: dict[int, list[Telling]] = {}
    for one in tellings:
        told.setdefault(one.story_id, []).append(one)
    return tuple(Story(number, told[number][0].title, tuple(told[number])) for number in told)


def pool(*tellings: Telling, **changed: Any) -> Pool:
    """A morning that holds these."""
    plain = Pool(
        since=SINCE, until=UNTIL, stories=stories(*tellings), earlier=frozenset(), week=(), sources=76, answered=74,
        troubles=(), silent=(), business={}, campaigns={1: "MĀJAS 2026", 2: "Balva"}, topics={1: "Birojs", 2: "Balvas", 3: "Skolas"},
    )
    return replace(plain, **changed)


def digest(*tellings: Telling, **changed: Any) -> Digest:
    """An edition that tells these, in this order."""
    told = stories(*tellings)
    plain = Digest(
        day=DAY, since=SINCE, until=UNTIL, choice=Choice(), elsewhere=0, printed=(), week=(), sources=76, answered=74, silent=(),
        stories=tuple(one for one in told if not all(each.doubtful for each in one.tellings)),
        doubtful=tuple(one for one in told if all(each.doubtful for each in one.tellings)),
    )
    return replace(plain, **changed)


def silent(name: str, key: str = "scrapers.silent_usual", **facts: int) -> SourceState:
    """A source that has been silent for longer than usual."""
    return SourceState(
        id=1, name=name, tier="local", language="lv", medium="", owner="earned", kind="feed", settings={}, site="", note="",
        enabled=True, state="silent", reason_key=key, reason_facts=facts, failures=0, moved_to=None, last_polled_at=None,
        last_ok_at=None, last_new_at=None, next_poll_at=None, state_since=None, interval_seconds=None, usual_gap_seconds=None,
        ttl_seconds=None, hub=None,
    )


moments = st.integers(-60 * 30, 60).map(lambda minutes: UNTIL + timedelta(minutes=minutes))


@st.composite
def tellings(draw: st.DrawFn, number: int) -> Telling:
    """Any mention the archive may hold."""
    sense = draw(st.sampled_from(SENSES))
    counted = draw(st.booleans()) if sense != "ambiguous" else False
    named = draw(st.sets(st.sampled_from(PLACES), max_size=2))
    return telling(
        number, story_id=draw(st.integers(1, 6)), outlet=draw(st.sampled_from(OUTLETS)), tier=draw(st.sampled_from([*TIERS, "other"])),
        at=draw(moments), found_at=draw(moments), sense=sense, counted=counted, doubtful=sense == "ambiguous" and draw(st.booleans()),
        tone=draw(st.sampled_from([None, *TONES])), names_us=draw(st.booleans()), places=tuple(sorted(named)),
        areas=frozenset(named | draw(st.sets(st.sampled_from(PLACES), max_size=1))),
        topics=draw(st.frozensets(st.integers(1, 4), max_size=2)), campaigns=tuple(sorted(draw(st.sets(st.integers(1, 3), max_size=1)))),
    )


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    """Any morning, of a dozen mentions at most."""
    told = [draw(tellings(number)) for number in range(1, draw(st.integers(0, 12)) + 1)]
    roles = draw(st.sets(st.sampled_from(("administrator", "coordinator", "reader"))))
    return pool(
        *told, earlier=draw(st.frozensets(st.integers(1, 6))), business=dict.fromkeys(roles, Business((), (), (), ())),
        troubles=(silent("Klusā", count=9, gap=3),),
    )


choices = st.builds(
    Choice,
    topics=st.frozensets(st.integers(1, 5), max_size=2),
    places=st.frozensets(st.sampled_from(PLACES), max_size=2),
    tiers=st.frozensets(st.sampled_from(TIERS), max_size=2),
    senses=st.frozensets(st.sampled_from(SENSES), max_size=3),
)


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """Any edition, with texts as wild as outlets write them; without braces, by which a test finds what was not filled."""
    texts = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=200)
    told = [
        replace(draw(tellings(number)), title=draw(texts), outlet=draw(texts.filter(str.strip)))
        for number in range(1, draw(st.integers(0, 6)) + 1)
    ]
    quiet = [
        draw(st.builds(silent, texts, st.sampled_from(("scrapers.silent", "scrapers.silent_daily", "scrapers.silent_usual")), count=st.integers(1, 99), gap=st.integers(1, 9)))
        for _ in range(draw(st.integers(0, 5)))
    ]
    prints = [Printed(1, draw(texts), (draw(texts.filter(str.strip)),), (1,)) for _ in range(draw(st.integers(0, 1)))]
    return digest(
        *told, silent=tuple(quiet), printed=tuple(prints), sources=draw(st.integers(0, 90)), missed=draw(st.integers(0, 9)),
        late=draw(st.booleans()), week=(DayCount(DAY, {}, None),),
    )
