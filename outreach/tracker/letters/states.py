"""How far an answer of ours came. Pure."""

from datetime import datetime
from typing import Literal

from outreach.core.presence import LEASE

State = Literal["sent", "going", "doubtful"]


def state(kept: str, at: datetime, now: datetime) -> State:
    """What became of an answer that was handed over at `at` and noted as `kept`: whoever did so may be gone since."""
    if kept == "going":
        return "going" if at > now - LEASE else "doubtful"
    return "doubtful" if kept == "doubtful" else "sent"
