"""stories: which texts of a file tell the same story, without a store."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO, TYPE_CHECKING

import click

from outreach.commands.frame import Command, json_text
from outreach.core.errors import OutreachError

if TYPE_CHECKING:
    from scrapers.story.stream import Text


@click.command(cls=Command)
@click.argument("file", type=click.File("r", encoding="utf-8-sig"), default="-")
def stories(file: IO[str]) -> None:
    from scrapers.story.stream import Stream

    ids: list[object] = []
    texts: list[Text] = []
    for number, row in _rows(file):
        ids.append(row.get("id"))
        texts.append(_text(row, number))
    # Without a date a text stands where its neighbours of the file do.
    hours: list[float] = []
    for text in texts:
        hours.append(text.hour if text.hour is not None else (hours[-1] if hours else float("-inf")))
    order = sorted(range(len(texts)), key=hours.__getitem__)
    first: list[object] = [None] * len(texts)
    for place, story in zip(order, Stream().stories(texts[one] for one in order), strict=True):
        first[place] = ids[order[story]]
    for told, story_id in zip(ids, first, strict=True):
        sys.stdout.write(json_text({"id": told, "story": story_id}) + "\n")


def _rows(file: IO[str]) -> Iterator[tuple[int, dict[str, object]]]:
    number = 0
    try:
        for number, line in enumerate(file, 1):
            if line.strip():
                row = json.loads(line)
                if not isinstance(row, dict) or not isinstance(row.get("id"), (str, int)):
                    raise OutreachError("stories.file.object", line=str(number))
                yield number, row
    except UnicodeDecodeError as error:
        raise OutreachError("stories.file.encoding", line=str(number + 1)) from error
    except (ValueError, RecursionError) as error:  # no JSON, or brackets without an end
        raise OutreachError("stories.file.json", line=str(number)) from error


def _text(row: dict[str, object], number: int) -> "Text":
    from scrapers.story.stream import Text

    return Text(_words(row, "title", number), _words(row, "text", number), _hour(row.get("published"), number))


def _words(row: dict[str, object], name: str, number: int) -> str:
    told = row.get(name)
    if told is None:
        return ""
    if not isinstance(told, str):
        raise OutreachError("stories.file.text", line=str(number), name=name)
    return told


def _hour(told: object, number: int) -> float | None:
    """Hours since 1970 of a date as files have it; None for none."""
    if told in (None, ""):
        return None
    try:
        moment = datetime.fromtimestamp(told, UTC) if isinstance(told, (int, float)) else _moment(str(told).strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() / 3_600
    except (ValueError, OverflowError, OSError) as error:
        raise OutreachError("stories.file.published", line=str(number)) from error


def _moment(told: str) -> datetime:
    try:
        return datetime.fromisoformat(told)
    except ValueError:
        return parsedate_to_datetime(told)


commands = (stories,)
