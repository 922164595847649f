"""Where in a query a fault lies, as a line that can be shown with a mark under the place. Pure."""

from dataclasses import dataclass

_AROUND = 48  # characters shown before and after


@dataclass(frozen=True)
class FaultPlace:
    """The line of a query around a fault, in three parts; "…" where it is cut."""

    before: str
    bad: str
    after: str

    @property
    def marks(self) -> str:
        """The line below it: signs under what is wrong."""
        return " " * len(self.before) + "^" * max(1, len(self.bad))


def fault_place(query: str, at: int, length: int) -> FaultPlace:
    """The place of `length` characters from `at` on; both are brought into the query where they are not in it."""
    at = max(0, min(at, len(query)))
    start = query.rfind("\n", 0, at) + 1
    end = query.find("\n", at)
    end = len(query) if end < 0 else end
    stop = min(at + max(length, 0), end)
    left, right = max(start, at - _AROUND), min(end, stop + _AROUND)
    return FaultPlace(
        ("…" if left > start else "") + query[left:at], query[at:stop], query[stop:right] + ("…" if right < end else "")
    )
