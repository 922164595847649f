"""Both gears of the wire, so that what is promised of a round is proven with either."""

from collections.abc import Callable, Mapping
from typing import cast

from outreach.core.app import App
from outreach.core.gear import Gear, Manifold, ThreadGear

AT_ONCE = 16


def threads(app: App, at_once: int = AT_ONCE) -> Gear:
    return ThreadGear(app.http.send, at_once)


def many(app: App, at_once: int = AT_ONCE) -> Gear:
    return cast(Manifold, app.http).many(at_once)


GEARS: Mapping[str, Callable[..., Gear]] = {"threads": threads, "many": many}
