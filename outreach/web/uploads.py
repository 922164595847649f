"""Files that a form brings: read whole, for the request's size is capped; where they lie once they are ours."""

from pathlib import Path

from flask import request

from outreach.core.settings import Settings


def given(field: str) -> bytes | None:
    """The bytes of the file in this field; None if none was chosen. Its name and its stated type say nothing."""
    file = request.files.get(field)
    if file is None:
        return None
    return file.read() or None


def media(told: Settings) -> Path:
    """The folder of the pictures that pages show."""
    return told.folder / "media"
