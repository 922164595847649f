"""The guarded wire with its fast gear behind `send`, so that what is promised of one is proven of both."""

from collections import Counter
from collections.abc import Hashable

from outreach.core.gear import Ended, Gear
from outreach.core.http import Answer, GuardedHttp, Request


class Geared(GuardedHttp):
    """Sends each request by a gear for many."""

    def send(self, request: Request) -> Answer:
        gear = self.many(4)
        try:
            gear.start("only", request)
            ended = gear.wait(0.0)
            while not ended:
                assert gear.under_way == 1
                ended = gear.wait(5.0)
        finally:
            gear.close()
        (only,) = ended
        assert only.key == "only"
        assert only.seconds >= 0
        if only.error is not None:
            raise only.error
        assert only.answer is not None
        return only.answer


def gather_all(gear: Gear) -> dict[Hashable, Ended]:
    """What has come of everything; each key once."""
    told: list[Ended] = []
    while gear.under_way:
        told += gear.wait(5.0)
    times = Counter(one.key for one in told)
    assert set(times.values()) <= {1}
    return {one.key: one for one in told}


def body_of(ended: Ended) -> bytes:
    assert ended.error is None
    assert ended.answer is not None
    return ended.answer.body


def key_of(ended: Ended) -> str:
    assert ended.answer is None
    assert ended.error is not None
    return ended.error.key
