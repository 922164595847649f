"""How many jobs of each queue one worker does at once."""

from collections.abc import Mapping, Sequence

from outreach.core.errors import OutreachError
from outreach.core.jobs import QUEUES

# Polls wait for others' servers most of their time; what reads and judges wants the whole processor.
USUAL: Mapping[str, int] = {"collect": 8, "understand": 1, "publish": 2, "mail": 2, "upkeep": 2}
_MOST = 64


def chosen(told: Sequence[str]) -> dict[str, int]:
    """The queues that were told (`collect`, or `collect=16`), each with its hands; all of them if none was.

    OutreachError `engine.queue` for a queue nobody knows, `engine.hands` for a number that is none.
    """
    if not told:
        return dict(USUAL)
    found: dict[str, int] = {}
    for one in told:
        name, _, count = one.partition("=")
        if name not in QUEUES:
            raise OutreachError("engine.queue", queue=name, known=", ".join(QUEUES))
        if count and not (count.isdecimal() and 1 <= int(count) <= _MOST):
            raise OutreachError("engine.hands", queue=name, count=count, most=_MOST)
        found[name] = int(count) if count else USUAL[name]
    return found
