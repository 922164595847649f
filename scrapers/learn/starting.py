"""The model that an office starts with: made once from its examples, kept beside its vocabulary."""

import json
from functools import cache
from pathlib import Path

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from scrapers.learn.model import Model, as_json, from_json

# From which probability a sense is said of a text without a watched word.
LIMITS = {"return": 0.7, "expulsion": 0.7, "russia": 0.6, "ambiguous": 0.8}
_EXAMPLES, _MODEL = "examples.jsonl", "sense_model.json"


def examples_path(office: Office) -> Path:
    """The office's starting examples; it may have none."""
    return office.folder / _EXAMPLES


def model_path(office: Office) -> Path:
    """Where the office's starting model is kept; it may have none."""
    return office.folder / _MODEL


def starting(office: Office) -> Model | None:
    """The office's starting model, read once; None where it has none. OutreachError `learn.error.model` on a file that
    is none.
    """
    return _read(model_path(office))


@cache
def _read(path: Path) -> Model | None:
    if not path.is_file():
        return None
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise OutreachError("learn.error.model") from error


def make(office: Office, *, scored: bool = True) -> Model:
    """The starting model of the office's examples, with its scores. The same examples and the same watch make the same
    model.
    """
    # Whoever only judges does without the library that learns.
    from scrapers.learn.blending import blended
    from scrapers.learn.examples import examples_of, read
    from scrapers.learn.training import left_out, shares, train
    from scrapers.watching import watch_of

    texts = read(examples_path(office))
    examples = list(examples_of([*texts, *blended(texts)], watch_of(office)))
    scores = shares(left_out(examples, LIMITS)) if scored else {}
    return train(examples, LIMITS, {"examples": len(texts), "scores": scores})


def write(office: Office, model: Model) -> Path:
    """Keeps it beside the office's vocabulary; where."""
    path = model_path(office)
    told = as_json(model)
    heads = {name: value for name, value in told.items() if name not in ("weights", "words")}
    # A feature a line, so that two versions can be compared.
    lines = [json.dumps(heads, ensure_ascii=False, sort_keys=True)[:-1]]
    for name in ("weights", "words"):
        rows = ",\n".join(
            f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(row, separators=(',', ':'))}"
            for key, row in told[name].items()
        )
        lines.append(f', "{name}": {{\n{rows}\n}}')
    path.write_text("".join(lines) + "}\n", encoding="utf-8")
    _read.cache_clear()
    return path
