"""How many mails may go at this moment, in all and to each domain. Pure functions over what went in the last minute."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

WINDOW = timedelta(minutes=1)
# A pace is spread over so many parts of its minute, so that not all of its mails go in the first second.
_PARTS = 6
PART = WINDOW / _PARTS


@dataclass
class Room:
    """What is left of the pace: `all` None is as many as come. `per_domain` 0 is no bound for a domain."""

    all: int | None
    per_domain: int
    used: Counter[str] = field(default_factory=Counter)

    @property
    def full(self) -> list[str]:
        """The domains that get nothing more for now."""
        if not self.per_domain:
            return []
        return [domain for domain, count in self.used.items() if count >= self.per_domain]

    def pick(self, rows: Iterable[tuple[int, str]], most: int) -> list[int]:
        """Those of the mails (number, address) that may go, `most` at the most; they are counted as gone."""
        found: list[int] = []
        for number, mail in rows:
            if len(found) >= most or self.all == 0:
                break
            domain = domain_of(mail)
            if self.per_domain and self.used[domain] >= self.per_domain:
                continue
            found.append(number)
            self.used[domain] += 1
            if self.all is not None:
                self.all -= 1
        return found


def room(per_minute: int, per_domain: int, lately: Sequence[str], just: int) -> Room:
    """What may go now. `lately`: the addresses of the mails that were begun within the last minute (WINDOW), `just`:
    how many of them within its last part (PART).
    """
    left = None
    if per_minute:
        left = max(0, min(per_minute - len(lately), -(-per_minute // _PARTS) - just))
    return Room(left, per_domain, Counter(map(domain_of, lately)) if per_domain else Counter())


def domain_of(mail: str) -> str:
    return mail.rpartition("@")[2].lower()
