"""What a person posts by hand, because the platform lets no program do it: Facebook groups, draugiem.lv, YouTube.

The program reminds at the hour and shows the text ready to copy; whoever has posted it says so and gives its address.
"""

from dataclasses import dataclass
from typing import ClassVar

from campaigns.channel import Limit, Outgoing, Receipt, Secrets, Terms
from outreach.core.errors import WireError
from outreach.core.http import Http


@dataclass(frozen=True)
class Manual:
    """A place by its address, or its name where it has none."""

    kind: ClassVar[str] = "manual"
    terms: ClassVar[Terms] = Terms(same="none", findable="none", pictures=10, by_hand=True)

    place: str  # https://www.facebook.com/groups/...
    characters: int = 0  # how long a text may be; 0: as long as it likes

    def limit(self, wire: Http) -> Limit | None:
        return Limit(self.characters) if self.characters > 0 else None

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        """Sends nothing, ever: its moment has come, and from now on only a person knows whether the post is out."""
        raise WireError("manual.waits", ambiguous=True, place=self.place)
