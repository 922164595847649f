"""The other stories a watched word is borrowed for, told without it: people sent or moving to Russia, and the slogan.

Both are read from marks that stand together in one sentence or the next; the title goes with all that follows it soon.
"""

from collections.abc import Iterable, Sequence

from scrapers.watch.scene import HERE, Mark, Scene

# Who goes, or what is said of those who go.
_GOING = frozenset({"move", "went", "depart", "settle", "house", "farewell", "leave", "expel", "family", "repatriate"})
_PAPERS = frozenset({"permit"})
_OURS = HERE | {"latvian", "person", "kin", "family", "me"}
_NOT_OURS = frozenset({"noise", "envoy", "memory", "officer"})
_RUSSIA = frozenset({"to_russia", "rus_town"})
_TO = frozenset({"to", "at", "in", ""})
_CRUEL = frozenset({"expel"})
_CROWDS = frozenset({"mass", "alien"})
# Without one of these, or all of those, nothing of the kind is told anywhere in a document.
_TELLING = frozenset({"scheme", "russian", "to_russia"})
_ORDERED, _BROUGHT = frozenset({"expel", "permit"}), frozenset({"rus_town", "repatriate"})
_DRIVEN = frozenset({"expel", "mass", "alien"})
_NEAR = 1
_SPAN = 30  # words: how far apart two marks of one story stand at the most


def sent_to_russia(scene: Scene) -> tuple[Mark, ...]:
    """The marks that tell of Russia's citizens told to leave, or of people leaving for Russia; empty where none do."""
    there = {mark.kind for mark in scene.marks}
    if not (there & _TELLING or there >= _ORDERED or there >= _BROUGHT):
        return ()
    for group in _groups(scene):
        kinds = {mark.kind for mark in group}
        if "scheme" in kinds and not kinds & {"memory"}:
            return _of(group, {"scheme"} | _RUSSIA)
        if "envoy" in kinds or "memory" in kinds:
            continue
        if "russian" in kinds and kinds & (_CRUEL | _PAPERS | {"lives"} if "permit" in kinds else _CRUEL):
            return _of(group, {"russian", "expel", "permit"})
        strangers = any(mark.kind == "alien" for mark in group)
        if kinds >= {"expel", "permit"} and kinds & (HERE | _RUSSIA | {"kin", "latvian"}) and not strangers:
            return _of(group, {"expel", "permit"} | _RUSSIA)
        towards = [mark for mark in group if mark.kind == "to_russia" or (mark.kind == "rus_town" and mark.way in _TO)]
        if not towards:
            continue
        if "repatriate" in kinds:
            return _of(group, {"repatriate"} | _RUSSIA)
        going = any(
            mark.kind in _GOING and abs(mark.first - other.first) <= _SPAN for mark in group for other in towards
        )
        if going and kinds & _OURS and not kinds & _NOT_OURS and any(mark.kind == "to_russia" for mark in towards):
            return _of(group, _GOING | _RUSSIA)
    return ()


def slogan(scene: Scene) -> tuple[Mark, ...]:
    """The marks that tell of driving people out of a country by the million; empty where none do."""
    there = {mark.kind for mark in scene.marks}
    if not ("party" in there or there >= _DRIVEN):
        return ()
    for group in _groups(scene):
        kinds = {mark.kind for mark in group}
        if kinds & {"memory", "russian"}:
            continue
        parties = {mark.first for mark in group if mark.kind == "party"}
        if parties and ("expel" in kinds or (len(parties) > 1 and kinds & {"street", "mass"})):
            return _of(group, {"party", "expel", "mass", "alien"})
        if kinds >= {"expel", "mass", "alien"} and kinds & {"street", "family"}:
            return _of(group, {"expel", "mass", "alien", "street"})
    return ()


def _groups(scene: Scene) -> Iterable[Sequence[Mark]]:
    """The marks of each sentence with those of the one after it; the title's with those of the text's first."""
    by: dict[int, list[Mark]] = {}
    for mark in scene.marks:
        by.setdefault(mark.sentence, []).append(mark)
    title = [mark for mark in scene.marks if mark.sentence < scene.lead]
    for sentence, marks in by.items():
        if sentence < scene.lead:
            yield title
        yield [*marks, *by.get(sentence + 1, ())]


def _of(group: Iterable[Mark], kinds: Iterable[str]) -> tuple[Mark, ...]:
    wanted = frozenset(kinds)
    return tuple(mark for mark in group if mark.kind in wanted)
