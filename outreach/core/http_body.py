"""Bodies of answers: unpacked piece by piece, so that a bomb is cut before it has cost memory."""

import zlib
from collections.abc import Iterable, Iterator

_PIECE = 64 * 1024


class TooBig(Exception):
    """More than `args[0]` bytes."""


class BadEncoding(Exception):
    """Packed in a way that was not asked for: `args[0]`."""


class Damaged(Exception):
    """Packed data that cannot be unpacked or end too early."""


def gather(pieces: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The whole body, unpacked.

    `encoding` is the Content-Encoding header; `limit` counts unpacked bytes, and packed ones too (a stream
    can be endless and unpack to nothing). Raises TooBig, BadEncoding or Damaged.
    """
    unpacked = bytearray()
    for piece in unpack(_capped(pieces, limit), encoding):
        if len(unpacked) + len(piece) > limit:
            raise TooBig(limit)
        unpacked += piece
    return bytes(unpacked)


def unpack(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Unpacks a stream into pieces of at most 64 KiB. Raises BadEncoding or Damaged."""
    codings = [name for name in (part.strip().lower() for part in encoding.split(",")) if name not in ("", "identity")]
    if not codings:
        return iter(pieces)
    if codings in (["gzip"], ["x-gzip"]):
        return _inflate(pieces, gzip=True)
    if codings == ["deflate"]:
        return _inflate(pieces, gzip=False)
    raise BadEncoding(encoding[:100])


def _capped(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    read = 0
    for piece in pieces:
        read += len(piece)
        if read > limit:
            raise TooBig(limit)
        yield piece


def _inflate(pieces: Iterable[bytes], *, gzip: bool) -> Iterator[bytes]:
    stream = None
    data = b""
    complete = False
    for piece in pieces:
        data += piece
        while len(data) >= 2 or (data and stream is not None):
            if stream is None:  # the first two bytes tell what begins here
                if complete and not (gzip and data.startswith(b"\x1f\x8b")):
                    return  # rubbish behind the end is common and harmless
                stream = zlib.decompressobj(_window(data, gzip))
            try:
                out = stream.decompress(data, _PIECE)
                while out:
                    yield out
                    out = stream.decompress(stream.unconsumed_tail, _PIECE)
            except zlib.error as error:
                raise Damaged(str(error)) from error
            data = b""
            if stream.eof:
                data, stream, complete = stream.unused_data, None, True
    if stream is not None or (data and not complete):
        raise Damaged("ends too early")


def _window(head: bytes, gzip: bool) -> int:
    if gzip:
        return 16 + zlib.MAX_WBITS
    # "deflate" should have zlib's two bytes in front; many servers leave them out.
    framed = head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
    return zlib.MAX_WBITS if framed else -zlib.MAX_WBITS
