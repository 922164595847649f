"""What of channels and of what people wrote there is sealed with the office's key."""

from campaigns import tokens
from campaigns.models import ChannelToken, DeliveryReply
from campaigns.replies import storing
from outreach.core.reseal import Place, Sealed


def places() -> tuple[Place, ...]:
    """Channels' tokens and replies under posts."""
    whose = (DeliveryReply.delivery_id, DeliveryReply.remote_id)
    return (
        Sealed(ChannelToken.sealed, (ChannelToken.channel_id, ChannelToken.name), tokens.place),
        Sealed(DeliveryReply.author_sealed, whose, lambda *row: storing.place("author", *row)),
        Sealed(DeliveryReply.text_sealed, whose, lambda *row: storing.place("text", *row)),
    )
