"""Which of the places a document names comes first: that which it is about."""

from dataclasses import replace

from scrapers.watch.places import Gazetteer
from scrapers.watch.seeing import Seen
from scrapers.watch.verdict import Verdict

# Marks of people and of a way back: the place beside them is the one that the text is about.
_PERSONAL = frozenset({
    "family", "person", "me", "kin", "someone", "compat", "returner", "return", "back", "move", "arrive", "settle",
    "anew", "dwell",
})  # fmt: skip


def placed(verdict: Verdict, seen: Seen, gazetteer: Gazetteer) -> Verdict:
    """`verdict` with the places of its main municipality first, and that municipality first in `within`."""
    if len(verdict.within) < 2:
        return verdict
    title, text = seen.fields
    near = [
        mark.first - text.offset for mark in seen.scene.marks if mark.first >= text.offset and mark.kind in _PERSONAL
    ]
    places = gazetteer.foremost(verdict.places, gazetteer.main_place(title.found, text.found, near))
    return replace(verdict, places=places, within=gazetteer.within(places))
