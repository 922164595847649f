"""mentions, classify, extract: what was found, and the same skill on texts from elsewhere."""

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import IO

import click

from outreach.commands.frame import DAY, Command, Group, as_json, json_text, print_json, shell
from outreach.core.errors import OutreachError
from outreach.core.office import read_office


@click.group(cls=Group)
def mentions() -> None:
    pass


@mentions.command("list")
@click.option("--since", type=DAY)
@click.option("--until", type=DAY)
@click.option("--limit", type=click.IntRange(1, 100_000), default=50)
@as_json
def list_mentions(since: datetime | None, until: datetime | None, limit: int, json_: bool) -> None:
    from scrapers import queries

    told = shell()
    with told.app() as app:
        zone = app.settings.zone
        now = app.clock.now()
        start = (
            datetime.combine(since.date(), time.min, tzinfo=zone) if since else now - timedelta(days=365 * 50)
        )
        end = (
            datetime.combine(until.date() + timedelta(days=1), time.min, tzinfo=zone)
            if until
            else now + timedelta(days=2)
        )
        with app.store.reading() as session:
            rows = queries.mentions(session, since=start, until=end, limit=limit)
        if json_:
            print_json([asdict(row) for row in rows])
            return
        for row in rows:
            sense = told.words(f"watch.sense.{row.sense}")
            click.echo(
                f"{told.words.moment(row.published_at or row.first_seen_at, zone)}  "
                f"{row.outlet}  [{sense} {row.score:.2f}]"
            )
            click.echo(f"  {row.title}\n  {', '.join(row.forms)}\n  {row.url}")
        if not rows:
            told.note("cli.mentions.none")


@mentions.command()
def rejudge() -> None:
    from outreach.commands.frame import progress
    from outreach.works import reread_archive
    from scrapers.topics import archive

    told = shell()
    with told.app() as app:
        with app.store.reading() as session:
            total = archive.newest(session)
        with progress(total, told.words("topics.reread.going")) as bar:
            outcome = reread_archive.read_now(app, steps=lambda done, _: bar.update(done - bar.pos))
    told.say(outcome.key, **outcome.facts)


@click.command(cls=Command)
@click.argument("file", type=click.File("r", encoding="utf-8-sig"), default="-")
def classify(file: IO[str]) -> None:
    from scrapers.judge import plain_judge
    from scrapers.watch.words import Document

    told = shell()
    judge = plain_judge(read_office(told.settings.office.profile, told.settings.base))
    for number, row in _lines(file):
        title, text = _text_of(row, "title", number), _text_of(row, "text", number)
        verdict = judge(
            Document(title, text, _text_of(row, "url", number) or None, _text_of(row, "lang", number) or None)
        )
        told_row = {
            "id": row.get("id"),
            "relevant": verdict.relevant,
            "sense": verdict.sense,
            "score": round(verdict.score, 4),
            "lang": verdict.lang,
            "matched": [{"term": hit.term, "form": hit.form, "where": hit.where} for hit in verdict.matched],
            "cues": [
                {"cue": cue.cue, "found": cue.found, "weight": round(cue.weight, 3), "where": cue.where}
                for cue in verdict.cues
            ],
            "places": list(verdict.places),
            "within": list(verdict.within),
            "tone": verdict.tone,
        }
        sys.stdout.write(json_text(told_row) + "\n")


def _lines(file: IO[str]) -> Iterator[tuple[int, dict[str, object]]]:
    number = 0
    try:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            row = json.loads(line, parse_constant=_finite, parse_float=_finite)
            if not isinstance(row, dict):
                raise OutreachError("cli.classify.object", line=str(number))
            yield number, row
    except UnicodeDecodeError as error:
        raise OutreachError("cli.classify.encoding", line=str(number + 1)) from error
    except (ValueError, RecursionError) as error:  # no JSON, or brackets without an end
        raise OutreachError("cli.classify.line", line=str(number), reason=str(error)) from error


def _finite(told: str) -> float:
    value = float(told)
    if not math.isfinite(value):  # Python reads NaN and Infinity, but nobody else would read them from us
        raise ValueError(told)
    return value


def _text_of(row: dict[str, object], name: str, number: int) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise OutreachError("cli.classify.text", line=str(number), name=name)
    return value


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url")
def extract(file: Path, url: str | None) -> None:
    from scrapers.extract import extract as take

    found = take(file.read_bytes(), url or "")
    print_json(
        {
            "url": found.url,
            "title": found.title,
            "text": found.text,
            "published": found.published.isoformat() if found.published else None,
            "author": found.author,
            "lang": found.lang,
        }
    )


commands = (mentions, classify, extract)
