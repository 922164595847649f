"""A stranger's file given out: to be saved and never shown here, whatever it pretends to be, and kept by nobody."""

from flask import Response


def sent(held: bytes, mimetype: str, name: str) -> Response:
    """The file as an answer, under the name it came with."""
    found = Response(held, mimetype=mimetype)
    found.headers.set("Content-Disposition", "attachment", filename=name)
    found.headers["X-Content-Type-Options"] = "nosniff"
    found.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    found.headers["Cache-Control"] = "no-store"
    return found
