"""Whether an article prints a release, and how: word for word, shortened, in other words, in another language. Pure."""

from dataclasses import dataclass
from math import exp
from typing import Literal

from outreach.pressroom.ledger.features import Features, features
from outreach.pressroom.ledger.found import FactSeen, facts_of
from outreach.pressroom.ledger.passages import covered, rows, share
from outreach.pressroom.ledger.texting import Read, Ready

Kind = Literal["verbatim", "shortened", "rewritten", "translated", "none"]

# Chosen on the training half of the graded pairs (decision 49): how far each feature speaks for a print, in log odds.
# An own interview with our speaker about our numbers is what comes nearest and is none.
_SAME_LANGUAGE = (-7.1, {"told": 3.1, "follows": 4.4, "numbers": 3.5, "names": 1.0, "quotes": 1.9})
_OTHER_LANGUAGE = (-5.8, {"told": 1.9, "follows": 3.4, "numbers": 3.6, "names": 3.1, "quotes": 0.5})
# Printed word for word in part: so much of the article, and so many words on end that it is no quotation alone.
_COPIED, _COPIED_WORDS = 0.3, 30
_WHOLE = 0.72
_FEWEST_WORDS = 8
# A headline of which less is left is another one.
_SAME_HEADLINE = 0.75


@dataclass(frozen=True)
class Likeness:
    """How much of a release an article is. All but `kind` and `facts` lie between 0 and 1.

    `share`: the part of the article's words that stand word for word in the release, six or more on end; `cover`: the
    part of the release that is printed so; `headline`: how much of its headline is left; `score`: how sure it is that
    this is a print.
    """

    kind: Kind
    share: float
    cover: float
    headline: float
    score: float
    facts: tuple[FactSeen, ...] = ()

    @property
    def is_print(self) -> bool:
        """Whether the article prints the release."""
        return self.kind != "none"

    @property
    def headline_changed(self) -> bool:
        """Whether it has another headline."""
        return self.headline < _SAME_HEADLINE


def compare(ready: Ready, read: Read) -> Likeness:
    """Holds an article against a release in one language. Who we are and whom to call is left out on both sides."""
    whole, read = read, read.without(ready.under)
    article = read.laid
    if len(article.words) < _FEWEST_WORDS or not ready.own.words:
        return Likeness("none", 0.0, 0.0, 0.0, 0.0)
    other = read.language is not None and read.language.split("-")[0] != ready.said.language
    plain = [word.plain for word in article.words]
    told = covered(plain, ready.rows)
    copied = share(told)
    cover = share(covered([word.plain for word in ready.own.words], rows(plain)))
    found = features(ready, read)
    score = _score(found, other)
    kind: Kind = "none"
    if copied >= _COPIED and sum(told) >= min(_COPIED_WORDS, len(told) // 2):
        kind = "verbatim" if cover >= _WHOLE else "shortened"
        score = max(score, min(1.0, 0.5 + copied))
    elif score >= 0.5:
        kind = "translated" if other else "rewritten"
    facts = facts_of(ready, whole, other=other) if kind != "none" else ()
    return Likeness(kind, copied, cover, _headline(ready, read), score, facts)


def _score(found: Features, other: bool) -> float:
    bias, weights = _OTHER_LANGUAGE if other else _SAME_LANGUAGE
    odds = bias + sum(weight * getattr(found, name) for name, weight in weights.items())
    return 1 / (1 + exp(-odds))


def _headline(ready: Ready, read: Read) -> float:
    """The part of the release's headline that stands in the article's, by what its words mean."""
    limit = len(ready.said.headline)
    ours = [word.sense for word in ready.own.words if word.end <= limit and word.sense]
    theirs = {word.sense for word in read.laid.words[: read.head]}
    return sum(one in theirs for one in ours) / len(ours) if ours else 0.0
