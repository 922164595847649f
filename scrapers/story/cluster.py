"""Whether a text belongs to a story, by all that the story has: complete links, so that no chain of texts, each a
little like the one before, ends where nobody would look for it. Pure.
"""

from collections.abc import Iterable
from datetime import timedelta

from scrapers.story.likeness import Known, likeness

# No two tellings of a story lie further apart.
WINDOW = timedelta(hours=72)
HOURS = WINDOW.total_seconds() / 3_600
# Of a story's members the first and so many of the last are compared with.
LATEST = 11
# One in so many must be the same: two copies that were cut and edited apart from each other may not see it themselves.
_SHARE = 3


def belongs(new: Known, members: Iterable[Known]) -> float:
    """0 where `new` tells something else, else how well it fits, up to 1. It must be the same as a third of the members
    at least, and apart from none.
    """
    same = count = 0
    told = 0.0
    for member in members:
        found = likeness(new, member)
        if found.apart:
            return 0.0
        count += 1
        if found.same:
            same += 1
            told += found.score
    return told / count if same and _SHARE * same >= count else 0.0
