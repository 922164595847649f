"""What worked: the figures follow the models, few cases are not asked, ties are ties and nobody is pointed at."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.tracker.credit import spending, timing
from outreach.tracker.credit.journeys import ENDS as ALL
from outreach.tracker.credit.journeys import FAMILY, INQUIRY, RETURNED, Journey, Journeys
from outreach.tracker.credit.models import MODELS, credit
from outreach.tracker.credit.naming import Book, Linked, Ref
from outreach.tracker.credit.paths import UNKNOWN, Path
from outreach.tracker.credit.spending import Spent
from outreach.tracker.credit.worked import MEASURES, Line, Wanted, Worked, worked

A, B, C = (Ref("link", number) for number in (1, 2, 3))
RADIO, FRIENDS = Ref("said", told="radio"), Ref("said", told="friends")
BOOK = Book({number: Linked("", number, f"P{number}", 1 + number // 3, f"C{1 + number // 3}", number, f"K{number}") for number in (1, 2, 3)}, {})
ONE, TWO, THREE = "channel:1", "channel:2", "channel:3"


def went(*told: tuple[Sequence[Ref], int], people: int = 1, country: str | None = "IE", first: int = 1) -> tuple[Journey, ...]:
    """So many journeys along each of these touches, a day apart, the last a day before the end."""
    found: list[Journey] = []
    for refs, times in told:
        for _ in range(times):
            days = tuple(float(len(refs) - place) for place in range(len(refs)))
            found.append(Journey(first + len(found), people, country, tuple(refs), days))
    return tuple(found)


def of(inquiries: tuple[Journey, ...] = (), families: tuple[Journey, ...] = (), returned: tuple[Journey, ...] = (), before: tuple[int, ...] = ()) -> Journeys:
    return Journeys({**dict.fromkeys(ALL, ()), INQUIRY: inquiries, FAMILY: families, RETURNED: returned}, before, BOOK)


def asked(journeys: Journeys, model: str = "linear", end: str = INQUIRY, level: str = "channel") -> tuple[Worked, dict[str, Line]]:
    told = worked(journeys, Wanted(level, model, end))
    return told, {line.named.name: line for line in told.lines}


def place(line: Line) -> int | None:
    return line.share.place if line.share else None


MANY = went(((A, B), 20), ((A,), 12), ((B, C), 9), ((), 19))


@pytest.mark.parametrize("model", MODELS)
def test_credit_is_what_the_model_says_and_adds_up(model: str) -> None:
    told, lines = asked(of(MANY, went(((A, B), 50), people=3)), model)
    plain = credit(model, [Path(tuple(f"channel:{ref.link_id}" for ref in one.refs), 1, 0, one.days) for one in MANY])
    assert {name: line.credit[INQUIRY] for name, line in lines.items()} == pytest.approx(plain)
    for measure in MEASURES:
        assert sum(line.credit.get(measure, 0.0) for line in told.lines) == pytest.approx(told.total[measure])
    assert told.total == {"inquiry": 60, "family": 50, "people": 150, "returned": 0}
    assert sum(line.share.share for line in told.lines if line.share) == pytest.approx(1)
    assert all(line.share.low <= line.share.share <= line.share.high for line in told.lines if line.share)


def test_counts_and_records_stand_behind_each_line() -> None:
    told, lines = asked(of(went(((A, A, B), 2), ((), 1)), went(((A,), 1), first=70)))
    assert lines[ONE].records == {INQUIRY: (1, 2), FAMILY: (70,)}
    assert lines[UNKNOWN].records == {INQUIRY: (3,)} and told.unknown == {"inquiry": 1, "family": 0, "returned": 0}
    assert told.unknown_share == pytest.approx(1 / 3) and told.limits[0] < 1 / 3 < told.limits[1]


def test_nobody_unknown_is_still_a_line() -> None:
    told, lines = asked(of(went(((A,), 3))))
    assert lines[UNKNOWN].met(INQUIRY) == 0 and told.unknown_share == 0
    assert told.limits[1] > 0.5


@pytest.mark.parametrize(("model", "count", "off"), [("markov", 49, True), ("markov", 50, False), ("shapley", 29, True), ("shapley", 30, False), ("last", 1, False)])
def test_a_model_with_too_few_cases_is_not_asked(model: str, count: int, off: bool) -> None:
    told, lines = asked(of(went(((A, B), count))), model)
    assert (told.off is not None) is off
    assert (lines[ONE].share is None) is off and (INQUIRY not in lines[ONE].credit) is off and (lines[ONE].without is None) is off
    assert lines[ONE].met(INQUIRY) == count
    assert told.flow.model == "linear" if model in {"markov", "shapley"} else model


def test_people_do_not_make_few_families_many() -> None:
    _, lines = asked(of(went(((A,), 40)), went(((A,), 12), people=5)), "shapley")
    assert "people" not in lines[ONE].credit and "family" not in lines[ONE].credit and INQUIRY in lines[ONE].credit


def test_ties_are_ties_and_a_clear_lead_is_one() -> None:
    _, even = asked(of(went(((A,), 11), ((B,), 9))))
    assert even[ONE].tied and even[TWO].tied
    assert place(even[ONE]) == place(even[TWO]) == 1
    _, clear = asked(of(went(((A,), 90), ((B,), 5))))
    assert not clear[ONE].tied and place(clear[TWO]) == 2


def test_large_offices_get_limits_as_well() -> None:
    several = went(*(((A,) * (number % 40 + 1) + (B,) * (number // 40 + 1), 1) for number in range(400)), ((C,), 3_000))
    told, lines = asked(of(several), "markov")
    assert place(lines[THREE]) == 1 and not lines[THREE].tied
    assert sum(line.share.share for line in told.lines if line.share) == pytest.approx(1)


def test_what_would_be_lost_without_a_touch() -> None:
    _, lines = asked(of(MANY))
    assert (lines[ONE].without, lines[TWO].without, lines[UNKNOWN].without) == (12, 0, None)
    assert (lines[ONE].alone, lines[TWO].alone) == (12, 0)
    _, chain = asked(of(MANY), "markov")
    assert chain[ONE].without == pytest.approx(32) and chain[TWO].without == pytest.approx(29)  # every walk through it


def test_models_are_held_beside_one_another() -> None:
    told, _ = asked(of(MANY))
    by_model = {one.model: one for one in told.compared}
    assert by_model["first"].credit[ONE] == 32 and by_model["last"].credit[ONE] == 12
    assert told.agreement is not None and (told.agreement.asked, told.agreement.first.name) == (7, ONE)
    assert told.agreement.agree < 7
    few, _ = asked(of(went(((A,), 3), ((B,), 1))))
    assert few.agreement is None  # chance alone could turn them round
    few, _ = asked(of(went(((A,), 20), ((B,), 1))))
    assert few.agreement is not None and (few.agreement.agree, few.agreement.asked) == (5, 5)
    assert asked(of(went(((), 5))))[0].agreement is None


def test_the_flow_tells_each_kind_from_inquiry_to_people() -> None:
    told, _ = asked(of(went(((A, FRIENDS), 4), ((RADIO,), 1), ((), 5)), went(((FRIENDS,), 2), people=4)))
    kinds = {named.name: values for named, values in told.flow.kinds}
    assert kinds["kind:own"] == {"inquiry": 2, "family": 0, "people": 0, "returned": 0}
    assert kinds["kind:mouth"] == {"inquiry": 2, "family": 2, "people": 8, "returned": 0}
    assert kinds[UNKNOWN]["inquiry"] == 5 and kinds["kind:earned"]["inquiry"] == 1


def test_how_long_it_took_is_told_of_tracked_touches_alone() -> None:
    days = [1.0, 2.0, 3.0, 4.0, 100.0]
    journeys = [Journey(number, 1, "IE", (A, RADIO), (day, 0.0)) for number, day in enumerate(days)]
    told = timing.lag([*journeys, Journey(9, 1, "IE", (RADIO,), (0.0,)), Journey(10, 1, "IE", (), ())])
    assert told is not None and (told.count, told.lower, told.median, told.upper) == (5, 2, 3, 4)
    assert told.weeks == (4, *[0] * 12, 1)
    assert timing.lag([Journey(1, 1, "IE", (RADIO,), (0.0,))]) is None
    one = timing.lag(journeys[:1])
    assert one is not None and one.median == one.lower == 1


def test_paths_of_few_are_added_together() -> None:
    told = timing.ways([Path(path) for path in [("A", "A", "B")] * 2 + [("A", "B")] + [("C",)] * 2 + [("D",)] + [()] * 9])
    assert [(one.names, one.count) for one in told.often] == [(("A", "B"), 3)]
    assert (told.other_paths, told.others) == (2, 3)


def test_host_countries_have_their_own_unknown_and_best() -> None:
    there = went(((A,), 3), ((B,), 1), ((), 1)) + went(((), 2), country=None, first=50) + went(((A,), 1), country="GB", first=60)
    told, _ = asked(of(there, went(((A,), 2), country="DE")))
    assert [(one.country, one.inquiries, one.unknown, one.families) for one in told.countries] == [("IE", 5, 1, 0), ("GB", 1, 0, 0), ("DE", 0, 0, 2), (None, 2, 2, 0)]
    assert [(named.name, count) for named, count in told.countries[0].best] == [(ONE, 3), (TWO, 1)]


def test_what_an_inquiry_cost_has_the_limits_of_its_count() -> None:
    journeys = of(went(((A, B), 10), ((C,), 1)))
    told = spending.costs(journeys, [Spent(1, "C1", 100_00, 600), Spent(2, "C2", 0, 60), Spent(9, "X", 500, 0)])
    assert [len(one.inquiries) for one in told] == [10, 1, 0]
    first, _, none = told
    assert first.cents.value == 1_000 and first.cents.low == pytest.approx(10_000 / 18.3904, rel=1e-4)
    assert first.cents.high == pytest.approx(10_000 / 4.7954, rel=1e-4) and first.minutes.value == 60
    assert none.cents.value is None and none.cents.high is None and none.cents.low == pytest.approx(500 / 3.6889, rel=1e-4)


def test_a_host_country_bears_an_equal_part_of_what_was_meant_for_it() -> None:
    journeys = of(went(((A, B), 4), ((), 2)) + went(((A,), 2), country="DE", first=50) + went(((B,), 3), country=None, first=60))
    known = [Spent(1, "C1", 100_01, 61, ("GB", "IE"), 900_00), Spent(2, "C2", 30_00, 0), Spent(9, "X", 0, 10, ("GB",))]
    told = {one.country: one for one in spending.by_country(journeys, known)}
    assert list(told) == ["IE", "DE", "GB", None]
    assert [(one.budget, one.spent, one.worked, len(one.inquiries)) for one in told.values()] == [
        (450_00, 50_00, 30, 4), (0, 0, 0, 2), (450_00, 50_01, 41, 0), (0, 30_00, 0, 3)
    ]  # fmt: skip
    assert told["IE"].cents == spending.each(50_00, 4) and told["GB"].minutes == spending.each(41, 0)
    assert told["DE"].cents is not None and told["DE"].cents.value == 0
    assert told[None].cents is None and told[None].minutes is None


@given(st.lists(st.tuples(st.integers(-500, 99_999), st.integers(0, 999), st.sampled_from([(), ("IE",), ("GB", "IE", "DE")])), max_size=6))
def test_nothing_is_lost_in_sharing(taken: list[tuple[int, int, tuple[str, ...]]]) -> None:
    known = [Spent(number, "C", cents, minutes, countries, None) for number, (cents, minutes, countries) in enumerate(taken, 1)]
    told = spending.by_country(of(went(((A,), 2))), known)
    assert sum(one.spent for one in told) == sum(one.cents for one in known)
    assert sum(one.worked for one in told) == sum(one.minutes for one in known)
    assert told[-1].country is None


def test_an_empty_period_has_no_figures_and_no_fault() -> None:
    for model in MODELS:
        told, lines = asked(of(before=(4,)), model)
        assert told.total == dict.fromkeys(MEASURES, 0) and list(lines) == [UNKNOWN] and told.before_contact == (4,)
        assert told.lag is None and told.countries == () and told.unknown_share == 0


def test_costs_are_those_of_the_period_without_what_was_taken_back(store) -> None:  # type: ignore[no-untyped-def]
    from campaigns.planning import costs
    from tests.outreach.tracker.credit.desk import NOW, link

    with store.transaction() as session:
        link(session, "Lapa")
        link(session, "Cita", "Otra")
        for number, day, cents in ((1, date(2026, 3, 1), 500), (1, date(2025, 3, 1), 900), (2, date(2026, 3, 1), 300)):
            line = costs.spend(session, NOW, number, spent_on=day, cents=cents, minutes=30, what="Druka", actor="x")
        costs.take_back(session, NOW, 2, line.id, actor="x")
    with store.reading() as session:
        assert spending.spent(session, date(2026, 1, 1), date(2026, 12, 31)) == [Spent(1, "MĀJAS", 500, 30)]
        assert [name for _, name in spending.offered(session)] == ["Otra", "MĀJAS"]
