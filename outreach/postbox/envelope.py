"""Where mail that cannot be delivered goes back to: an address of its own for each mail and reader.

`bounces+d12-k7q2...@office.lv`: what the mail was (`d12` a digest's run, `a3` an alert's letter, `r7` a release's mail)
and a signature over that and the reader's address. Whoever has not seen the envelope of that mail cannot have another's
address stopped.
"""

import base64
import hashlib
import hmac
import re

# What the office's key is derived for: `app.seal.sign_key(PURPOSE)`.
PURPOSE = "bounces"

_BYTES = 10
# Base 32 has sixteen letters for ten bytes, and is the same again after a relay made the letters small or large.
_TAGGED = re.compile(r"\+([a-z]\d{1,12})-([a-z2-7]{16})@[^@\s]+", re.IGNORECASE)
_REF = re.compile(r"[a-z]\d{1,12}")
_LONGEST = 64


def return_address(key: bytes, bounce_to: str, ref: str, mail: str) -> str:
    """The address for the envelope of mail `ref` to `mail`; `bounce_to` itself where no tag has room in it.

    `key` is `seal.sign_key(PURPOSE)`. ValueError for a `ref` that is none.
    """
    if not _REF.fullmatch(ref):
        raise ValueError("ref")
    local, _, domain = bounce_to.rpartition("@")
    tagged = f"{local}+{ref}-{_mac(key, ref, mail)}"
    return f"{tagged}@{domain}" if len(tagged) <= _LONGEST else bounce_to


def has_room(bounce_to: str) -> bool:
    """Whether every tag finds room before its @: without one nothing that comes back can be proven."""
    return len(bounce_to.rpartition("@")[0]) + len("+d") + 12 + len("-") + 16 <= _LONGEST


def named(address_seen: str) -> str | None:
    """Which mail an address says that it is of (`r7`): no proof, which takes the reader's address (`proven`)."""
    found = _TAGGED.search(address_seen)
    return found[1].lower() if found is not None else None


def proven(key: bytes, address_seen: str, mail: str) -> str | None:
    """What was returned (`d12`), if `address_seen` was made for it and for the reader `mail`; else None."""
    found = _TAGGED.search(address_seen)
    if found is None:
        return None
    ref, told = found[1].lower(), found[2].lower()
    return ref if hmac.compare_digest(told, _mac(key, ref, mail)) else None


def _mac(key: bytes, ref: str, mail: str) -> str:
    said = hmac.new(key, f"{ref}\n{mail.strip().lower()}".encode(), hashlib.sha256).digest()
    return base64.b32encode(said[:_BYTES]).decode("ascii").lower()
