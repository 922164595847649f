"""Learning weights: what is kept, that order does not matter, and that nobody's own texts try the model."""

import random
from dataclasses import replace

import pytest

from scrapers.learn.features import Features
from scrapers.learn.model import SENSES, Model, chances, scores
from scrapers.learn.training import Example, Told, left_out, shares, train


def example(sense: str, writer: str, *marks: str, words: tuple[str, ...] = (), **more: object) -> Example:
    found = Features(frozenset({"lang:lv"}), frozenset(marks), frozenset(), frozenset(words))
    return Example(found, sense, writer, **more)  # type: ignore[arg-type]


def some(writers: str = "abc") -> list[Example]:
    return [
        example(sense, writer, f"about:{sense}", words=(f"no_{writer}", "un"))
        for writer in writers
        for sense in SENSES
        for _ in range(3)
    ]


def best(model: Model, one: Example) -> str:
    told = chances(scores(model, one.found))
    return max(told, key=lambda sense: told[sense])


def test_it_learns_what_it_is_shown() -> None:
    examples = some()
    model = train(examples, {}, {})
    assert all(best(model, one) == one.sense for one in examples)


def test_neither_a_name_nor_one_writers_habit_is_learnt() -> None:
    examples = [*some(), example("return", "a", "about:rare"), example("return", "b", "about:rare", words=("berzina",)), example("none", "c", words=("berzina",))]
    model = train(examples, {}, {})
    assert "about:return" in model.weights
    assert "about:rare" not in model.weights  # of two documents
    assert "berzina" not in model.words  # of two documents
    assert not {"no_a", "no_b", "no_c"} & set(model.words)  # of one writer each


def test_the_order_of_examples_does_not_matter() -> None:
    examples = some()
    first = train(examples, {}, {})
    random.Random(7).shuffle(examples)
    second = train(examples, {}, {})
    assert second.weights.keys() == first.weights.keys()
    for key in first.weights:
        assert second.weights[key] == pytest.approx(first.weights[key], abs=0.02)


def test_a_sense_without_examples_is_never_said() -> None:
    examples = [one for one in some() if one.sense in ("none", "return")]
    model = train(examples, {}, {})
    assert chances(scores(model, examples[0].found))["russia"] < 1e-3


def test_every_example_is_tried_by_a_model_that_has_not_read_its_writer() -> None:
    # What one writer calls the slogan, all others call a return: left out, that writer is always misread.
    # All of them tell of somebody abroad, so that no more is asked than which sense is the likeliest.
    texts = [replace(one, found=replace(one.found, marks=one.found.marks | {"about:_abroad"})) for one in some()]
    odd = [example("expulsion", "odd", "about:return", "about:_abroad") for _ in range(4)]
    told = left_out([*texts, *odd], {})
    assert len(told) == len(texts) + 4
    assert {one.said for one in told if one.example.writer == "odd"} == {"return"}
    assert {one.said == one.example.sense for one in told if one.example.writer != "odd"} == {True}


def test_what_the_gate_turned_away_is_said_to_be_none() -> None:
    examples = [*some("ab"), *(example("return", "c", "about:return", passed=False) for _ in range(2))]
    assert {one.said for one in left_out(examples, {}) if one.example.writer == "c"} == {"none"}


def test_many_writers_are_left_out_together() -> None:
    examples = [example(sense, f"writer {number}", f"about:{sense}") for number in range(40) for sense in ("none", "return")]
    assert len(left_out(examples, {})) == 80


def test_shares() -> None:
    one = example("return", "a")
    two, three = example("expulsion", "a"), example("none", "a")
    told = shares([Told(one, "return"), Told(one, "none"), Told(two, "return"), Told(three, "none"), Told(three, "russia")])
    assert told == {
        "return_recall": 0.5, "return_precision": 0.5, "accuracy": 0.4, "slogan_as_return": 1.0, "plain_labelled": 0.5,
        "tried_on": 5,
    }  # fmt: skip
    assert shares([])["accuracy"] == 0.0
