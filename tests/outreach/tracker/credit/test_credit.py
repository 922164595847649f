"""Credit equals published values, two slow oracles and plain reason."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.errors import OutreachError
from outreach.tracker.credit.chain import removal
from outreach.tracker.credit.models import MODELS, credit
from outreach.tracker.credit.paths import UNKNOWN, Path, gathered, read

G_AND_M = [Path(("G",), 2, 1), Path(("M",), 1), Path(("G", "M"), 1)]
THREE = [Path(("C1", "C2", "C3"), 1), Path(("C1",), 0, 1), Path(("C2", "C3"), 0, 1)]

touches = st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=5).map(tuple)
journeys = st.lists(st.builds(Path, touches, st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("paths", "model", "expected"),
    [
        (G_AND_M, "markov", {"G": 2.4, "M": 1.6}),
        (THREE, "markov", {"C1": 0.2, "C2": 0.4, "C3": 0.4}),
        (G_AND_M, "first", {"G": 3, "M": 1}), (G_AND_M, "last", {"G": 2, "M": 2}),
        (G_AND_M, "linear", {"G": 2.5, "M": 1.5}), (G_AND_M, "shapley", {"G": 2.5, "M": 1.5}),
        ([Path(("A", "B", "C", "D"), 10)], "position", {"A": 4, "B": 1, "C": 1, "D": 4}),
        ([Path(("A",), 10)], "position", {"A": 10}), ([Path(("A", "B"), 10)], "position", {"A": 5, "B": 5}),
        ([Path(("A", "B", "A"), 10)], "position", {"A": 8, "B": 2}),
        ([Path(("A", "B"), 3, days=(7, 0))], "decay", {"A": 1, "B": 2}),
        ([Path(("A", "B"), 3, days=(17, 10))], "decay", {"A": 1, "B": 2}),
        ([Path(("A", "B"), 1, days=(1e6, 0))], "decay", {"A": 0, "B": 1}),
        ([Path(("A", "A", "B"), 6)], "shapley", {"A": 3, "B": 3}),
        ([Path((), 3), Path(("A",), 1)], "markov", {UNKNOWN: 3, "A": 1}),
        ([Path((), 3), Path(("A",), 1)], "linear", {UNKNOWN: 3, "A": 1}),
        ([Path(("A",), 0, 5)], "markov", {"A": 0}), ([], "markov", {}), ([], "first", {}),
        ([Path(("A",), 0, 0), Path(("B",), 1)], "markov", {"A": 0, "B": 1}),
    ],
)  # fmt: skip
def test_known_values(paths: list[Path], model: str, expected: dict[str, float]) -> None:
    assert credit(model, paths) == pytest.approx(expected, abs=1e-6)


def reached(paths: Sequence[Path], without: str | None) -> Fraction:
    """The chance of a conversion with every step to one touch led to nothing: solved by plain elimination."""
    names = sorted({touch for path in paths for touch in path.touches})
    out: dict[str, dict[str, int]] = {name: {} for name in ["start", *names]}
    for path in paths:
        weight = int(path.conversions + path.nulls)
        for one, other in zip(("start", *path.touches), path.touches, strict=False):
            out[one][other] = out[one].get(other, 0) + weight
        end = out[path.touches[-1]]
        end["yes"] = end.get("yes", 0) + int(path.conversions)
        end["no"] = end.get("no", 0) + int(path.nulls)
    order = [name for name in ["start", *names] if sum(out[name].values())]
    rows = []
    for name in order:
        total = sum(out[name].values())
        row = [Fraction(int(name == other)) - (Fraction(out[name].get(other, 0), total) if other != without else 0) for other in order]
        rows.append([*row, Fraction(out[name].get("yes", 0), total)])
    for pivot in range(len(order)):
        best = next(number for number in range(pivot, len(order)) if rows[number][pivot])
        rows[pivot], rows[best] = rows[best], rows[pivot]
        rows[pivot] = [value / rows[pivot][pivot] for value in rows[pivot]]
        for number, row in enumerate(rows):
            if number != pivot and row[pivot]:
                rows[number] = [value - row[pivot] * base for value, base in zip(row, rows[pivot], strict=True)]
    return rows[order.index("start")][-1] if order else Fraction(0)


@given(journeys)
def test_a_removal_effect_is_what_is_lost_when_the_touch_is_taken_out(paths: list[Path]) -> None:
    walked = [path for path in paths if path.conversions + path.nulls]
    whole = reached(walked, None)
    told = removal(paths)
    for name in {touch for path in walked for touch in path.touches}:
        expected = 1 - reached(walked, name) / whole if whole else 0
        assert told[name] == pytest.approx(float(expected), abs=1e-9)


@given(journeys)
def test_shapley_is_the_mean_over_every_order_of_joining(paths: list[Path]) -> None:
    names = sorted({touch for path in paths for touch in path.touches})
    orders = list(permutations(names))
    sums = dict.fromkeys(names, 0.0)
    for order in orders:
        for place, name in enumerate(order):
            before, after = set(order[:place]), set(order[: place + 1])
            sums[name] += sum(path.conversions for path in paths if set(path.touches) <= after and not set(path.touches) <= before)
    assert credit("shapley", paths) == pytest.approx({name: value / len(orders) for name, value in sums.items()}, abs=1e-9)


@given(st.sampled_from(sorted(MODELS)), journeys, st.integers(0, 5))
def test_all_credit_is_given_once_and_the_order_of_rows_plays_no_part(model: str, paths: list[Path], unknown: int) -> None:
    paths = [Path(path.touches, path.conversions, path.nulls, tuple(range(len(path.touches), 0, -1))) for path in paths]
    paths.append(Path((), unknown))
    told = credit(model, paths)
    assert sum(told.values()) == pytest.approx(sum(path.conversions for path in paths))
    assert min(told.values()) >= 0
    assert credit(model, paths[::-1]) == pytest.approx(told)
    assert credit(model, gathered([*paths, *paths])) == pytest.approx({name: 2 * value for name, value in told.items()})


@pytest.mark.parametrize(
    ("raw", "key", "facts"),
    [
        ("{", "credit.json", {}), ("[]", "credit.json", {}), ('{"paths": {}}', "credit.json", {}), ("null", "credit.json", {}),
        ('{"paths": [{"touches": "AB"}]}', "credit.path", {"number": 1, "what": "touches"}),
        ('{"paths": [{"touches": ["A"]}, {"touches": [""]}]}', "credit.path", {"number": 2, "what": "touches"}),
        ('{"paths": [7]}', "credit.path", {"number": 1, "what": "touches"}),
        ('{"paths": [{"touches": ["A"], "conversions": -1}]}', "credit.path", {"what": "conversions"}),
        ('{"paths": [{"touches": ["A"], "nulls": true}]}', "credit.path", {"what": "nulls"}),
        ('{"paths": [{"touches": ["A"], "nulls": NaN}]}', "credit.path", {"what": "nulls"}),
        ('{"paths": [{"touches": ["A"], "conversions": ' + "9" * 400 + "}]}", "credit.path", {"what": "conversions"}),
        ('{"paths": [{"touches": ["A"], "days": [1, 2]}]}', "credit.path", {"what": "days"}),
        ('{"paths": [{"touches": ["A", "B"], "days": [1, 2]}]}', "credit.path", {"what": "days"}),
        ("[" * 100_000, "credit.json", {}),
    ],
)  # fmt: skip
def test_what_is_no_path_is_refused_by_its_number_and_field(raw: str, key: str, facts: dict[str, object]) -> None:
    with pytest.raises(OutreachError) as refused:
        read(raw, "celi.json")
    assert refused.value.key == key
    assert refused.value.facts.items() >= {"where": "celi.json", **facts}.items()


def test_a_document_is_read_as_it_stands() -> None:
    raw = '{"paths": [{"touches": ["A", "B"], "conversions": 2, "days": [7, 0.5]}, {"touches": [], "nulls": 3}]}'
    assert read(raw, "x") == [Path(("A", "B"), 2, 0, (7, 0.5)), Path((), 0, 3)]


@pytest.mark.parametrize(("model", "paths", "key"), [("best", [], "credit.model"), ("decay", [Path(("A",))], "credit.no_days")])
def test_a_model_says_what_it_lacks(model: str, paths: list[Path], key: str) -> None:
    with pytest.raises(OutreachError) as refused:
        credit(model, paths)
    assert refused.value.key == key
