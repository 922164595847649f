"""What worked, over the journeys of a period: credit by one model, how sure it is, and what other models would say.

Linked, never caused; and those of whom nothing is known are always among the lines. Pure.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from outreach.core.errors import OutreachError
from outreach.core.intervals import apart, wilson
from outreach.tracker.credit import certainty
from outreach.tracker.credit.certainty import Share
from outreach.tracker.credit.journeys import FAMILY, INQUIRY, RETURNED, Journeys
from outreach.tracker.credit.models import MODELS, credit
from outreach.tracker.credit.naming import Named
from outreach.tracker.credit.paths import UNKNOWN, Path, gathered
from outreach.tracker.credit.timing import Lag, Ways, lag, ways

PEOPLE = "people"
ENDS = (INQUIRY, FAMILY, RETURNED)
MEASURES = (INQUIRY, FAMILY, PEOPLE, RETURNED)
FLOW_MODEL = "linear"  # draws the flow where the chosen one has too little to go by
# So many different paths with so many names are drawn again while somebody waits for a page; more get Wilson's limits.
_DRAWN = {"markov": 20_000}
_DRAWN_OTHERWISE = 200_000
_BEST = 3


@dataclass(frozen=True)
class Wanted:
    """At which of `naming.LEVELS`, by which of `models.MODELS`, and for which of `ENDS` the shares are."""

    level: str
    model: str
    end: str = INQUIRY


@dataclass(frozen=True)
class Line:
    """A touch. `records` are the inquiries or families whose journeys met it, by end (of `ENDS`); of the unknown, those
    that met nothing. `credit` has a measure (of `MEASURES`) only where the model was asked. `share`: of the wanted end;
    `tied`: with others of its place. `alone`: how many met nothing else; `without`: how many there would not be, by
    the model, without it; None of the unknown.
    """

    named: Named
    records: Mapping[str, tuple[int, ...]]
    credit: Mapping[str, float]
    share: Share | None
    tied: bool
    alone: int
    without: float | None

    def met(self, end: str) -> int:
        return len(self.records.get(end, ()))


@dataclass(frozen=True)
class Agreement:
    """Of `asked` models `agree` put the same known touch first, apart from the next one by its limits."""

    asked: int
    agree: int
    first: Named


@dataclass(frozen=True)
class FromCountry:
    """A host country (None: not known): its inquiries, how many are of unknown origin with the limits of their share,
    its families and returns, and the touches that most of its inquiries met.
    """

    country: str | None
    inquiries: int
    unknown: int
    low: float
    high: float
    families: int
    returned: int
    best: tuple[tuple[Named, int], ...]


@dataclass(frozen=True)
class Compared:
    """A model's credit by name for the wanted end; `off` says why it was not asked."""

    model: str
    credit: Mapping[str, float]
    off: OutreachError | None


@dataclass(frozen=True)
class Flow:
    """Credit of each kind of outreach by measure, drawn by `model`."""

    model: str
    kinds: tuple[tuple[Named, Mapping[str, float]], ...]


@dataclass(frozen=True)
class Worked:
    """Everything of a period. `total` counts by measure; `unknown` by end, with the limits of the wanted end's share.
    `off`: why the model was not asked for the wanted end. `before_contact`: families that came home before they made
    contact, credited to nothing.
    """

    wanted: Wanted
    total: Mapping[str, int]
    unknown: Mapping[str, int]
    limits: tuple[float, float]
    off: OutreachError | None
    lines: tuple[Line, ...]
    agreement: Agreement | None
    compared: tuple[Compared, ...]
    flow: Flow
    lag: Lag | None
    ways: Ways
    countries: tuple[FromCountry, ...]
    before_contact: tuple[int, ...]

    @property
    def unknown_share(self) -> float:
        """Of the wanted end, 0 to 1."""
        total = self.total[self.wanted.end]
        return self.unknown[self.wanted.end] / total if total else 0.0


class _Paths:
    """Journeys to one end as paths, and in the shorter forms that models need, each made once."""

    def __init__(self, whole: list[Path]) -> None:
        self.whole = whole

    @cached_property
    def _plain(self) -> list[Path]:
        return gathered(Path(path.touches, path.conversions, path.nulls) for path in self.whole)

    @cached_property
    def _fading(self) -> list[Path]:
        plain = []
        for path in self.whole:
            latest = min(path.days, default=0.0) if path.days else 0.0
            days = tuple(float(round(day - latest)) for day in path.days or ())
            plain.append(Path(path.touches, path.conversions, path.nulls, days))
        return gathered(plain)

    def of(self, model: str) -> list[Path]:
        """The same journeys, fewer: how far apart touches lie matters only where they fade by days."""
        return self._fading if model == "decay" else self._plain


def worked(journeys: Journeys, wanted: Wanted) -> Worked:
    """The figures; OutreachError `credit.model` for a model that is not known."""
    level, model, end = wanted.level, wanted.model, wanted.end
    called = journeys.called(level)
    paths = _paths(journeys, level)
    total = {measure: round(sum(path.conversions for path in paths[measure].whole)) for measure in MEASURES}
    unknown = {name: sum(not path.touches for path in paths[name].whole) for name in ENDS}
    off = certainty.enough(model, total[end])
    credits = _credits(model, paths)
    records = _records(journeys, paths)
    shares = {one.name: one for one in _shares(model, paths[end].of(model))} if off is None and total[end] else {}
    alone = Counter(name for path in paths[end].whole if len(names := set(path.touches)) == 1 for name in names)
    without = _without(model, paths[end].of(model), alone) if off is None else {}
    places = Counter(one.place for one in shares.values())
    lines = []
    for name in sorted(records, key=_order(shares, records, end, called)):
        share = shares.get(name)
        tied = share is not None and places[share.place] > 1
        given = {measure: found.get(name, 0.0) for measure, found in credits.items()}
        lost = None if name == UNKNOWN or off is not None else without.get(name, 0.0)
        lines.append(Line(called[name], records[name], given, share, tied, alone[name], lost))
    compared = _compared(paths[end])
    return Worked(
        wanted, total, unknown, wilson(unknown[end], total[end]), off, tuple(lines),
        _agreement(compared, called, total[end]), compared, _flow(journeys, model), lag(journeys.by_end[end]),
        ways(paths[end].whole), _countries(journeys, level), journeys.before_contact,
    )  # fmt: skip


def _paths(journeys: Journeys, level: str) -> dict[str, _Paths]:
    """By measure."""
    ends = {end: _Paths(journeys.paths(end, level)) for end in ENDS}
    return {**ends, PEOPLE: _Paths(journeys.paths(FAMILY, level, weigh=True))}


def _credits(model: str, paths: Mapping[str, _Paths]) -> dict[str, Mapping[str, float]]:
    """By measure, where there is enough to go by: how many journeys there are decides, not how many came along."""
    return {
        measure: credit(model, held.of(model))
        for measure, held in paths.items()
        if certainty.enough(model, len(held.whole)) is None
    }


def _shares(model: str, plain: Sequence[Path]) -> list[Share]:
    names = {name for path in plain for name in path.touches}
    if len(plain) * max(len(names), 1) <= _DRAWN.get(model, _DRAWN_OTHERWISE):
        return certainty.shares(model, plain)
    total = sum(path.conversions for path in plain)
    found: list[Share] = []
    leader, place = (2.0, 2.0), 0
    for number, (name, value) in enumerate(sorted(credit(model, plain).items(), key=lambda item: -item[1]), 1):
        low, high = wilson(value, total)
        if apart(leader, (low, high)):
            leader, place = (low, high), number
        found.append(Share(name, value, value / total, low, high, place))
    return found


def _records(journeys: Journeys, paths: Mapping[str, _Paths]) -> dict[str, dict[str, tuple[int, ...]]]:
    found: dict[str, dict[str, list[int]]] = {UNKNOWN: {}}
    for end in ENDS:
        for journey, path in zip(journeys.by_end[end], paths[end].whole, strict=True):
            for name in set(path.touches) or {UNKNOWN}:
                found.setdefault(name, {}).setdefault(end, []).append(journey.number)
    return {name: {end: tuple(numbers) for end, numbers in held.items()} for name, held in found.items()}


def _order(
    shares: Mapping[str, Share], records: Mapping[str, Mapping[str, tuple[int, ...]]], end: str,
    called: Mapping[str, Named],
) -> Callable[[str], tuple[float, int, str, str]]:  # fmt: skip
    return lambda name: (
        -shares[name].credit if name in shares else 0.0,
        -len(records[name].get(end, ())),
        called[name].text,
        name,
    )


def _without(model: str, paths: Sequence[Path], alone: Mapping[str, int]) -> dict[str, float]:
    """How many journeys would not have come about: by the chain what every walk through a touch is worth, by the other
    models those that met nothing else.
    """
    if model != "markov":
        return {name: float(count) for name, count in alone.items()}
    from outreach.tracker.credit.chain import removal  # the arithmetic takes its time to load

    known = sum(path.conversions for path in paths if path.touches)
    return {name: effect * known for name, effect in removal(paths).items()}


def _compared(paths: _Paths) -> tuple[Compared, ...]:
    found = []
    for model in MODELS:
        off = certainty.enough(model, len(paths.whole))
        found.append(Compared(model, {} if off else credit(model, paths.of(model)), off))
    return tuple(found)


def _agreement(compared: Sequence[Compared], called: Mapping[str, Named], total: int) -> Agreement | None:
    firsts: Counter[str] = Counter()
    asked = 0
    for one in compared:
        known = {name: value for name, value in one.credit.items() if name != UNKNOWN and value > 0}
        asked += bool(known)
        order = sorted(known, key=lambda name: -known[name])
        # Where chance alone could turn them round no model has a first.
        limits = [wilson(known[name], total) for name in order[:2]]
        if order and (len(order) == 1 or apart(*limits)):
            firsts[order[0]] += 1
    if not firsts:
        return None
    name, agree = firsts.most_common(1)[0]
    return Agreement(asked, agree, called[name])


def _flow(journeys: Journeys, model: str) -> Flow:
    paths = _paths(journeys, "kind")
    drawn = model if all(certainty.enough(model, len(paths[end].whole)) is None for end in ENDS) else FLOW_MODEL
    credits = _credits(drawn, paths)
    called = journeys.called("kind")
    order = sorted(called, key=lambda name: (name == UNKNOWN, -credits[INQUIRY].get(name, 0.0), name))
    kinds = tuple((called[name], {one: credits[one].get(name, 0.0) for one in MEASURES}) for name in order)
    return Flow(drawn, kinds)


def _countries(journeys: Journeys, level: str) -> tuple[FromCountry, ...]:
    names = journeys.names(level)
    families, returned = (Counter(one.country for one in journeys.by_end[end]) for end in (FAMILY, RETURNED))
    asked: Counter[str | None] = Counter()
    unknown: Counter[str | None] = Counter()
    met: dict[str | None, Counter[Named]] = {}
    for journey in journeys.by_end[INQUIRY]:
        asked[journey.country] += 1
        unknown[journey.country] += not journey.refs
        met.setdefault(journey.country, Counter()).update({names[ref] for ref in journey.refs})
    found = []
    for country in asked.keys() | families.keys() | returned.keys():
        best = sorted(met.get(country, Counter()).items(), key=lambda item: (-item[1], item[0].name))[:_BEST]
        found.append(
            FromCountry(
                country, asked[country], unknown[country], *wilson(unknown[country], asked[country]),
                families[country], returned[country], tuple(best),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.country is None, -one.inquiries, -one.families, one.country or "")))
