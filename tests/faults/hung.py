"""A relay that speaks until a chosen word and then says nothing more, for as long as the test lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.hostile import Hostile, Talk
from tests.support.relay import Script


@dataclass
class Hung(Script):
    """`silent_at` is the command that gets no answer ("." is the dot that ends a mail), "" the greeting."""

    silent_at: str = "."
    reached: list[str] = field(default_factory=list)
    port: int = 0

    def _say(self, talk: Talk, verb: str) -> bytes | None:
        if verb != self.silent_at:
            return super()._say(talk, verb)
        self.reached.append(verb)
        talk.over.wait()
        return None


@contextmanager
def hung_relay(silent_at: str) -> Iterator[Hung]:
    script = Hung(silent_at=silent_at)
    server = Hostile(script.act(), raw=True)
    script.port = server.port
    try:
        yield script
    finally:
        server.close()
