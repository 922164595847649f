"""What a kind of hook is: it says what to ask another program, and reads whether it took it. No wire of its own."""

from datetime import datetime
from typing import ClassVar, Protocol

from outreach.alerts.telling import Told
from outreach.core.errors import OutreachError
from outreach.core.http import Answer, Request
from outreach.core.registry import build

PACKAGE = "outreach.alerts.hooks"


class Hook(Protocol):
    """A kind of hook; one file of `outreach.alerts.hooks` each.

    `signed`: it needs a key. `repeatable`: the other side knows a message by its id, so that one in doubt may be sent
    again.
    """

    kind: ClassVar[str]
    signed: ClassVar[bool]
    repeatable: ClassVar[bool]

    def ask(self, letter: Told, url: str, key: str, now: datetime) -> Request:
        """The request that tells a letter; `key` is empty where it is not `signed`.

        Raises OutreachError `alerts.hook.key` for a key that is none.
        """
        ...

    def taken(self, answer: Answer) -> bool:
        """Whether an answer of any status says that the message was taken."""
        ...


def hook_of(kind: str) -> Hook:
    """The hook of this kind. Raises OutreachError `registry.kind`."""
    hook: Hook = build(PACKAGE, kind, {})
    return hook


def checked(url: str, variable: str) -> str:
    """The address that a variable holds. Raises OutreachError `alerts.hook.address`, which does not tell it.

    What goes there must be unreadable on the way; this machine itself is no way.
    """
    url = url.strip()
    local = ("http://127.0.0.1", "http://localhost", "http://[::1]")
    if not url.isprintable() or " " in url or not url.startswith(("https://", *local)):
        raise OutreachError("alerts.hook.address", variable=variable)
    return url
