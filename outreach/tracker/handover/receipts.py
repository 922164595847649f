"""The answer of the office that got a parcel: a short code that only these two offices can make, for it alone."""

import base64
import hashlib
import hmac
from typing import Literal

from outreach.core.seal import Seal
from outreach.tracker.handover import keys
from outreach.tracker.handover.keys import OfficeKey

Answer = Literal["taken", "refused"]
_ANSWERS: tuple[Answer, ...] = ("taken", "refused")
_BYTES, _GROUP = 10, 4
# Nobody writes these figures in such a code; who hears or reads one of them means the letter.
_MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})


def code(seal: Seal, other: OfficeKey, parcel: str, answer: Answer) -> str:
    """The code, the same on both sides: ABCD-EFGH-IJKL-MNOP."""
    told = f"outreach receipt {answer} {parcel}".encode()
    letters = base64.b32encode(hmac.new(keys.shared(seal, other), told, hashlib.sha256).digest()[:_BYTES]).decode()
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def read(seal: Seal, other: OfficeKey, parcel: str, text: str) -> Answer | None:
    """Which answer a code gives for this parcel, however it was typed; None if it is none."""
    given = _plain(text)
    for answer in _ANSWERS:
        if hmac.compare_digest(_plain(code(seal, other, parcel, answer)).encode(), given.encode()):
            return answer
    return None


def _plain(text: str) -> str:
    return "".join(letter for letter in text.upper().translate(_MISREAD) if letter.isascii() and letter.isalnum())
