"""The built front end: plain names become the addresses of files that are named by their content."""

import json
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask, Response, request, send_file

from outreach.core.errors import OutreachError

PREFIX = "/static/built/"
_HASHED = re.compile(rf"{re.escape(PREFIX)}[A-Za-z0-9._-]+-[A-Z0-9]{{8}}\.[a-z0-9]+")
_BUILT = Path(__file__).resolve().parent.parent / "static" / "built"


@dataclass(frozen=True)
class Assets:
    """What one build made. The manifest is read at the first question, once."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, str]:
        """Plain name to file name; a folder without a readable manifest is an OutreachError `web.assets.missing`."""
        try:
            read = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise OutreachError("web.assets.missing", folder=str(self.folder)) from error
        return {str(name): str(file) for name, file in read.items()}

    def url(self, name: str) -> str:
        """The address of a built file (`app.css`); one that the build did not make is `web.assets.unknown`."""
        try:
            return PREFIX + self.manifest[name]
        except KeyError:
            raise OutreachError("web.assets.unknown", name=name) from None

    def packed(self, path: str) -> Path | None:
        """The Brotli file beside the one at this address; None where the build made none."""
        if not is_immutable(path):
            return None
        file = self.folder / f"{path.removeprefix(PREFIX)}.br"
        return file if file.is_file() else None


_assets = Assets(_BUILT)


def asset(name: str) -> str:
    """The address of one of our own built files, by its plain name."""
    return _assets.url(name)


def is_immutable(path: str) -> bool:
    """Whether the file at this address can never change: its name says its content."""
    return _HASHED.fullmatch(path) is not None


def served(pages: Flask, assets: Assets = _assets) -> Callable[..., Response]:
    """The view of `static`: as Flask's own, but what the build has packed goes out packed to those who can read it."""

    def show(filename: str) -> Response:
        packed = assets.packed(request.path) if request.accept_encodings["br"] > 0 else None
        if packed is None:
            return pages.send_static_file(filename)
        kind = mimetypes.guess_type(filename)[0]
        answer = send_file(packed, mimetype=kind, conditional=True, max_age=pages.get_send_file_max_age(filename))
        answer.headers["Content-Encoding"] = "br"
        answer.vary.add("Accept-Encoding")
        return answer

    return show
