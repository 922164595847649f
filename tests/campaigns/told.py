"""A kind of channel for tests that does what it is told: an account, a token that ends, numbers, pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import pytest

from campaigns import caring, dispatch, lanes, numbers, recording
from campaigns.channel import Health, Limit, Numbers, Outgoing, Receipt, Renewed, Secrets, Terms
from outreach.core import registry
from outreach.core.http import Http

Deed = Callable[[Secrets], object]
deeds: dict[str, Deed] = {}
given: list[Outgoing] = []


@dataclass(frozen=True)
class Told:
    """Its deeds stand in `deeds` by name; what one raises it raises."""

    kind: ClassVar[str] = "told"
    terms: ClassVar[Terms] = Terms(same="key", findable="none", pictures=2, needs_picture=False, cropped=(40, 50))

    token_env: str

    def limit(self, wire: Http) -> Limit | None:
        return None

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        given.append(outgoing)
        answer = deeds["publish"](secrets) if "publish" in deeds else Receipt("https://a.example/1", "1")
        assert isinstance(answer, Receipt)
        return answer

    def health(self, wire: Http, secrets: Secrets, now: datetime) -> Health:
        answer = deeds["health"](secrets) if "health" in deeds else Health("@us")
        assert isinstance(answer, Health)
        return answer

    def renew(self, wire: Http, secrets: Secrets, now: datetime) -> Renewed:
        answer = deeds["renew"](secrets)
        assert isinstance(answer, Renewed)
        return answer

    def numbers(self, receipt: Receipt, wire: Http, secrets: Secrets) -> Numbers:
        answer = deeds["numbers"](secrets)
        assert isinstance(answer, Numbers)
        return answer


@dataclass(frozen=True)
class Seen(Told):
    """The same, and none goes out without a picture."""

    kind: ClassVar[str] = "seen"
    terms: ClassVar[Terms] = Terms(same="key", findable="none", pictures=1, needs_picture=True)


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes both known for the length of a test."""
    kind_of = registry.kind_of
    ours = {"told": Told, "seen": Seen}
    for module in (registry, recording, numbers, caring, dispatch, lanes):
        monkeypatch.setattr(module, "kind_of", lambda package, kind: ours.get(kind) or kind_of(package, kind))
    deeds.clear()
    given.clear()
