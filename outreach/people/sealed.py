"""What of people's accounts is sealed with the office's key."""

from outreach.core.reseal import Place, Sealed
from outreach.people import second
from outreach.people.models import User


def places() -> tuple[Place, ...]:
    """The second factors."""
    return (Sealed(User.totp_sealed, (User.id,), second.place),)
