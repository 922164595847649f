"""Examples to learn from: texts with their sense, as the office's file has them, and as the model is told of them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from outreach.core.errors import OutreachError
from scrapers.learn.features import features
from scrapers.learn.model import SENSES
from scrapers.learn.training import Example
from scrapers.watch.match import Watch, ruled
from scrapers.watch.seeing import gathered, look, split
from scrapers.watch.words import Document


@dataclass(frozen=True)
class Graded:
    """A text that somebody has said the sense of, one of `model.SENSES`. `tried`: models are tried on it."""

    document: Document
    sense: str
    writer: str
    weight: float = 1.0
    tried: bool = True


def read(path: Path) -> list[Graded]:
    """The texts of a file of JSON lines: title, text, sense, writer.

    Raises OutreachError `learn.error.examples` (file, line) for a line that is none.
    """
    out: list[Graded] = []
    try:
        with path.open(encoding="utf-8") as opened:
            for number, line in enumerate(opened, 1):
                out.append(_graded(line, path, number))
    except OSError as error:
        raise OutreachError("learn.error.examples", file=str(path), line="0") from error
    return out


def _graded(line: str, path: Path, number: int) -> Graded:
    try:
        row = json.loads(line)
        title, text, sense, writer = (row[name] for name in ("title", "text", "sense", "writer"))
    except (ValueError, KeyError, TypeError) as error:
        raise OutreachError("learn.error.examples", file=str(path), line=str(number)) from error
    if sense not in SENSES or not all(isinstance(one, str) for one in (title, text, writer)):
        raise OutreachError("learn.error.examples", file=str(path), line=str(number))
    return Graded(Document(title, text), sense, writer)


def examples_of(texts: Iterable[Graded], watch: Watch) -> Iterator[Example]:
    """Each text as the model is told of it. What the gate turns away is learnt from too: it is plain news."""
    for one in texts:
        parts = split(one.document, watch)
        seen = look(parts, watch)
        passed = seen is not None
        seen = gathered(parts, watch) if seen is None else seen
        says = ruled(seen).sense
        yield Example(
            features(seen), one.sense, one.writer, one.weight, passed, bool(seen.core), says, tried=one.tried
        )
