"""What of a release an outlet may print, laid out once for all the articles it is held against."""

from dataclasses import dataclass
from functools import cached_property

from outreach.pressroom.ledger.passages import Row, covered, parts, rows
from outreach.pressroom.ledger.words import Laid, lay
from outreach.pressroom.texts import Said, blocks


@dataclass(frozen=True)
class Ready:
    """A release in one language, ready to be compared. `own` is what it says; who we are and whom to call stands under
    every release and proves nothing.
    """

    said: Said

    @cached_property
    def own(self) -> Laid:
        """Headline, lead, body, quotes and facts."""
        said = self.said
        body = [line for block in blocks(said.body) for line in block.lines]
        quotes = [f"{quote.words}\n{quote.speaker}, {quote.role}" for quote in said.quotes]
        return lay("\n".join(part for part in (said.headline, said.lead, *body, *quotes, *said.facts) if part))

    @cached_property
    def rows(self) -> frozenset[Row]:
        """Its words, six on end."""
        return rows([word.plain for word in self.own.words])

    @cached_property
    def under(self) -> frozenset[Row]:
        """The same of what stands under it: who we are and whom to call."""
        return rows([word.plain for word in lay(f"{self.said.boilerplate}\n{self.said.contact}").words])

    @cached_property
    def senses(self) -> frozenset[str]:
        """What its words mean, each once."""
        return frozenset(word.sense for word in self.own.words if word.sense)


@dataclass(frozen=True)
class Read:
    """An article as it is compared; `language` as it was told or found, None where nobody knows it."""

    title: str
    text: str
    language: str | None

    @cached_property
    def laid(self) -> Laid:
        """Its headline and its text."""
        return lay(f"{self.title}\n{self.text}")

    @cached_property
    def head(self) -> int:
        """How many of its words are the headline's."""
        return sum(1 for word in self.laid.words if word.end <= len(self.title))

    def without(self, known: frozenset[Row]) -> "Read":
        """The same article without the words that stand there."""
        laid = lay(self.text)
        told = covered([word.plain for word in laid.words], known)
        if not any(told):
            return self
        return Read(self.title, "".join(part.text for part in parts(laid, told) if not part.same), self.language)
