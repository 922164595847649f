"""What of the press is sealed with the office's key."""

from outreach.core.reseal import Place, Sealed
from outreach.pressroom.models import ReleaseReply
from outreach.pressroom.sending import replies


def places() -> tuple[Place, ...]:
    """Answers to releases."""
    whose = (ReleaseReply.message_id,)
    return (
        Sealed(ReleaseReply.subject_sealed, whose, lambda number: replies.place("subject", number)),
        Sealed(ReleaseReply.text_sealed, whose, lambda number: replies.place("text", number)),
    )
