"""The linear model by itself: a sum, its parts, its probabilities, and its file."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from scrapers.learn.features import WORD, Features
from scrapers.learn.model import SENSES, Model, as_json, chances, from_json, key_of, name_of, parts, scores

SIZE = len(SENSES)
WEIGHT = st.floats(-3, 3).map(lambda one: round(one, 4))
ROW = st.tuples(*[WEIGHT] * SIZE)
MARKS = [f"about:{letter}" for letter in "abcdef"]
FACTS = ["lang:lv", "word", "title"]
PAIRS = [(left, right) for left in "abc" for right in "def"]
STEMS = ["gad", "maj", "skol", "верн"]
MODELS = st.builds(
    Model,
    st.dictionaries(st.sampled_from([*MARKS, *FACTS, *PAIRS]), ROW),
    st.dictionaries(st.sampled_from(STEMS), ROW),
    ROW,
    st.dictionaries(st.sampled_from(SENSES), st.floats(0, 1)),
    st.just({"examples": 3}),
)
FOUND = st.builds(
    Features,
    st.frozensets(st.sampled_from(FACTS)),
    st.frozensets(st.sampled_from(MARKS)),
    st.frozensets(st.sampled_from(PAIRS)),
    st.frozensets(st.sampled_from([*STEMS, "nezināms"])),
)


def naive(model: Model, found: Features) -> list[float]:
    """The sum as one would write it down on paper."""
    total = list(model.bias)
    for key, value in found.values().items():
        is_word = isinstance(key, str) and key.startswith(WORD)
        row = model.words.get(key.removeprefix(WORD)) if is_word else model.weights.get(key)  # type: ignore[union-attr]
        for at in range(SIZE):
            total[at] += value * row[at] if row else 0.0
    return total


@given(MODELS, FOUND)
def test_the_score_is_the_plain_sum(model: Model, found: Features) -> None:
    assert scores(model, found) == pytest.approx(naive(model, found))


@given(MODELS, FOUND)
def test_the_parts_add_up_to_the_score(model: Model, found: Features) -> None:
    told = parts(model, found)
    for at in range(SIZE):
        assert model.bias[at] + math.fsum(part.weights[at] for part in told) == pytest.approx(scores(model, found)[at])


@given(st.lists(st.floats(-800, 800), min_size=SIZE, max_size=SIZE))
def test_probabilities_add_up_to_one_and_keep_the_order(told: list[float]) -> None:
    found = chances(told)
    assert sum(found.values()) == pytest.approx(1)
    assert found[SENSES[told.index(max(told))]] == max(found.values())


@given(MODELS, FOUND)
def test_a_model_comes_back_from_its_file_as_it_was(model: Model, found: Features) -> None:
    again = from_json(json.loads(json.dumps(as_json(model))))
    assert again == model
    assert scores(again, found) == scores(model, found)


@pytest.mark.parametrize("key", ["about:kin", ("_abroad", "_here"), "kind:host:from"])
def test_a_feature_is_known_by_its_name(key: Any) -> None:
    assert key_of(name_of(key)) == key


GOOD = {"format": 1, "senses": list(SENSES), "bias": [0] * 5, "limits": {}, "told": {}, "weights": {}, "words": {}}


@pytest.mark.parametrize(
    "wrong",
    [{"format": 2}, {"senses": ["return"]}, {"bias": [0.0]}, {"bias": [0, 0, 0, 0, "x"]}, {"weights": {"a": [1, 2]}},
     {"weights": []}, {"words": {"a": [math.inf] * 5}}, {"limits": {"return": None}}],
    ids=str,
)  # fmt: skip
def test_what_is_no_model_is_refused(wrong: dict[str, Any]) -> None:
    from_json(GOOD)
    with pytest.raises(OutreachError) as told:
        from_json({**GOOD, **wrong})
    assert told.value.key == "learn.error.model"
