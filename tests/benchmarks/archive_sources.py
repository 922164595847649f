"""The past of an archive's outlets: items by day, last answers, rhythms, states; each outlet with a habit of its own."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection

from scrapers.models import SourceAnswer, SourceDay
from tests.benchmarks.archive_plan import put

DAYS = 90
# Number: how it fares.
_TROUBLES: dict[int, dict[str, Any]] = {
    7: {"state": "erring", "reason_key": "scrapers.server", "status": 503},
    19: {"state": "empty", "reason_key": "scrapers.empty"},
    23: {"state": "moved"},
    52: {"state": "blocked", "reason_key": "scrapers.forbidden", "status": 403},
    64: {"state": "gone", "reason_key": "scrapers.gone", "status": 410},
}
SILENT = 41
# Usual gaps in hours, and how many items come on a day that has any.
_HABITS = ((2, 24), (6, 9), (24, 4), (72, 2), (168, 5))


def state_of(number: int, site: str, now: datetime, chance: Random) -> dict[str, Any]:
    """How an outlet fares and its rhythm, as columns of its row."""
    trouble = _TROUBLES.get(number)
    hours, _ = _HABITS[number % len(_HABITS)]
    is_down = trouble is not None and trouble["state"] in {"erring", "blocked", "gone"}
    facts = {"url": f"{site}/feed.xml", **({"status": trouble["status"]} if trouble and "status" in trouble else {})}
    return {
        "state": trouble["state"] if trouble else chance.choice(("healthy",) * 12 + ("slow",)),
        "reason_key": trouble.get("reason_key") if trouble else None,
        "reason_facts": facts if trouble else {},
        "failures": 3 if is_down else 0,
        "state_since": now - timedelta(days=chance.randint(1, 9) if trouble else chance.randint(20, 70)),
        "interval_seconds": min(max(hours * 900, 600), 86_400) if not is_down else 21_600,
        "usual_gap_seconds": hours * 3_600,
        "ttl_seconds": 3_600 if number % 9 == 0 else None,
        "hub": "https://hub.example.org/" if number % 17 == 0 else None,
    }


def put_past(connection: Connection, sources: int, seed: int, now: datetime) -> None:
    """Days and answers of every outlet, the latest until now; the one that is silent has none of the last 20 days."""
    days: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for number in range(1, sources + 1):
        chance = Random(f"{seed}:past:{number}")
        days += _days(number, chance, now)
        answers += _answers(number, chance, now)
    put(connection, SourceDay, days)
    put(connection, SourceAnswer, [{"id": at, **row} for at, row in enumerate(answers, 1)])


def _days(number: int, chance: Random, now: datetime) -> Iterator[dict[str, Any]]:
    hours, many = _HABITS[number % len(_HABITS)]
    for back in range(DAYS):
        day = (now - timedelta(days=back)).date()
        rests = back < 20 if number == SILENT else back < 9 and number in _TROUBLES
        if rests or chance.random() > min(24 / hours, 1):
            continue
        items = max(round(many * chance.uniform(0.5, 1.5) * (0.4 if day.weekday() > 4 else 1)), 1)
        yield {"source_id": number, "day": day, "items": items, "mentions": min(items, chance.choice((0,) * 7 + (1, 1, 2)))}


def _answers(number: int, chance: Random, now: datetime) -> Iterator[dict[str, Any]]:
    trouble = _TROUBLES.get(number)
    for back in range(9, 0, -1):
        until = now - timedelta(hours=7 * back, days=20 if number == SILENT else 0)
        failed = (back == 1 and trouble is not None and trouble["state"] != "moved") or (back == 6 and number % 4 == 0)
        key, state = (trouble["reason_key"], trouble["state"]) if back == 1 and failed and trouble else ("http.timeout", "erring")
        new = 0 if failed else chance.randint(1, 5)
        yield {
            "source_id": number,
            "at": until - timedelta(minutes=90) if failed else until,
            "until": until,
            "times": chance.randint(2, 6) if failed else 1,
            "state": state if failed else "healthy",
            "reason_key": key if failed else None,
            "reason_facts": {"url": f"https://izdevums-{number}.example.org/feed.xml", "status": 503, "host": f"izdevums-{number}.example.org", "seconds": 30} if failed else {},
            "found": 0 if failed else 30,
            "new": new,
            "mentions": min(new, chance.choice((0, 0, 0, 1))),
            "millis": chance.randint(90, 2_400),
            "size": 0 if failed else chance.randint(8_000, 240_000),
        }
