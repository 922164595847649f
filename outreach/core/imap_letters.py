"""Messages of a mail folder as one body, and back: what the IMAP wire answers with."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_KIND = re.compile(r'multipart/digest; boundary="([0-9A-Za-z]{1,70})"')
_FIRST = re.compile(rb"--([0-9A-Za-z]{1,70})\r?\nX-Uid: ")
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\r\n]{0,998}\r?\n(?:[ \t][^\r\n]{0,998}\r?\n)*){2,}")
_HEAD = re.compile(rb"X-Uid: (\d{1,10})\r?\n\r?\n")


@dataclass(frozen=True)
class Letter:
    """A message as it came; `uid` is its number in the folder."""

    uid: int
    raw: bytes = field(repr=False)


def bound(taken: Sequence[Letter]) -> tuple[str, bytes]:
    """The messages as one body, and before it the content type that names its boundary: a hash of them all, which
    none of them can hold.

    Each part is a line `X-Uid: number`, an empty line and the message as it came.
    """
    digest = hashlib.blake2b(digest_size=16)
    for one in taken:
        digest.update(one.raw)
    mark = digest.hexdigest()
    parts = b"".join(b"--%s\r\nX-Uid: %d\r\n\r\n%s\r\n" % (mark.encode(), one.uid, one.raw) for one in taken)
    return f'multipart/digest; boundary="{mark}"', parts + b"--%s--\r\n" % mark.encode()


def letters(kind: str, body: bytes) -> Iterator[Letter]:
    """The messages of such a body, in its order; without a content type also one message by itself, as a mail program
    saves it. ValueError for anything else.
    """
    match = _KIND.fullmatch(kind.strip())
    own = _FIRST.match(body) if match is None and not kind else None
    if match is None and own is None and not kind and _MAIL.match(body):
        yield Letter(0, body)
        return
    if match is None and own is None:
        raise ValueError(kind[:100])
    mark = match[1].encode() if match else own[1] if own else b""
    parts = re.split(rb"(?:^|\r?\n)--" + mark + rb"(?:(--)\s*$|\r?\n)", body)
    # What stands before the first boundary, then for each an end mark (or None) and what follows.
    if len(parts) < 3 or parts[0] or parts[-2] is None or parts[-1]:
        raise ValueError("boundary")
    for part in parts[2:-2:2]:
        head = _HEAD.match(part)
        if head is None:
            raise ValueError("part")
        yield Letter(int(head[1]), part[head.end() :])
