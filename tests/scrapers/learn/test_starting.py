"""The model that the office starts with: its own account of itself, and that it can be made again."""

from pathlib import Path

import pytest

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from scrapers.learn import starting
from scrapers.learn.examples import read
from scrapers.learn.model import SENSES, Model

# Of texts whose writers the model had not read: `tried_on` says of how many.
FLOORS = {"return_recall": 0.87, "return_precision": 0.92, "accuracy": 0.91}
MOST = {"slogan_as_return": 0.03, "plain_labelled": 0.08}


def test_it_tells_how_good_it_is_on_writers_it_has_not_read(shipped: Model) -> None:
    scores = shipped.told["scores"]
    assert scores["tried_on"] == shipped.told["examples"] > 3_000
    assert {name: scores[name] for name, least in FLOORS.items() if scores[name] < least} == {}
    assert {name: scores[name] for name, most in MOST.items() if scores[name] > most} == {}


def test_the_office_can_make_it_again(office: Office, shipped: Model) -> None:
    """After a change of vocabulary, places or examples: ``outreach learn train --start``."""
    again = starting.make(office, scored=False)
    assert again.told["examples"] == shipped.told["examples"]
    assert again.weights.keys() == shipped.weights.keys()
    assert again.words.keys() == shipped.words.keys()
    for name in again.weights:
        assert again.weights[name] == pytest.approx(shipped.weights[name], abs=0.01)
    assert again.limits == shipped.limits


def test_examples_are_of_every_sense_and_many_writers(office: Office) -> None:
    texts = read(starting.examples_path(office))
    assert {one.sense for one in texts} == {*SENSES}
    assert len({one.writer for one in texts}) > 8


def test_a_model_is_written_and_read_as_it_was(office: Office, shipped: Model, tmp_path: Path) -> None:
    elsewhere = Office(tmp_path, office.name, office.region, "", "", "", {}, ())
    assert starting.starting(elsewhere) is None
    starting.write(elsewhere, shipped)
    assert starting.starting(elsewhere) == shipped


@pytest.mark.parametrize("told", ["", "{}", "[]", '{"format": 1}'])
def test_a_broken_model_is_a_sentence(office: Office, tmp_path: Path, told: str) -> None:
    (tmp_path / "sense_model.json").write_text(told, encoding="utf-8")
    with pytest.raises(OutreachError) as error:
        starting.starting(Office(tmp_path, office.name, office.region, "", "", "", {}, ()))
    assert error.value.key == "learn.error.model"


@pytest.mark.parametrize(
    "line",
    ["", "[]", "{", '{"title": "a", "text": "b", "sense": "return"}', '{"title": "a", "text": "b", "sense": "x", "writer": "w"}',
     '{"title": 1, "text": "b", "sense": "none", "writer": "w"}'],
)  # fmt: skip
def test_a_line_that_is_no_example_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "examples.jsonl"
    good = '{"title": "a", "text": "b", "sense": "none", "writer": "w"}'
    path.write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(OutreachError) as error:
        read(path)
    assert error.value.key == "learn.error.examples"
    assert error.value.facts["line"] == "2"
