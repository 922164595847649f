"""Errors that carry facts; the shells turn them into one sentence in the reader's language."""

from collections.abc import Mapping


class OutreachError(Exception):
    """Something a person can mend: a catalogue key and the facts its sentence needs.

    `key` names a text of the catalogues (``settings.unknown_key``), `facts` fill its placeholders. The exception's
    own string is for logs and tests: key and facts, never a sentence.
    """

    def __init__(self, key: str, /, **facts: object) -> None:
        self.key = key
        self.facts: Mapping[str, object] = facts
        super().__init__(key)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.key}({told})"


class WireError(OutreachError):
    """A conversation with another machine that did not end as it should.

    `permanent`: trying again later will not help. `ambiguous`: the other side may have done what was asked, so nothing
    that must happen once may be repeated without a look.
    """

    def __init__(
        self, key: str, /, *, permanent: bool = False, ambiguous: bool = False, **facts: object
    ) -> None:
        super().__init__(key, **facts)
        self.permanent = permanent
        self.ambiguous = ambiguous


def became(error: OutreachError) -> str:
    """What an error makes of something that was handed to the wire: `unconfirmed` where it may have arrived, `due`
    where it may be tried again, else `failed`.
    """
    if not isinstance(error, WireError):
        return "failed"
    if error.ambiguous:
        return "unconfirmed"
    return "failed" if error.permanent else "due"
