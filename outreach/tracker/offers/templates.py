"""The office's templates of an offer: one file a language, `offers/<language>.toml` in its profile."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.text import PUBLIC_LANGUAGES, plural_form


@dataclass(frozen=True)
class Template:
    """One language's wording. Tables of plurals are by CLDR category: `one`, `other` and whatever the language has."""

    language: str
    file: str
    told: Mapping[str, object]

    def text(self, *names: str, **facts: str) -> str:
        """A text by its place in the file, filled. OutreachError `offers.error.wording` (file, name) without it, or
        where it asks for what there is not.
        """
        held: object = self.told
        for name in names:
            held = held.get(name) if isinstance(held, Mapping) else None
        if not isinstance(held, str):
            raise self._missing(*names)
        try:
            return held.strip().format_map(facts)
        except (KeyError, IndexError, ValueError) as error:
            raise self._missing(*names) from error

    def counted(self, name: str, count: int) -> str:
        """So many of something, in the form that the number takes."""
        return self.text("counted", name, plural_form(self.language, count), count=str(count))

    def _missing(self, *names: str) -> OutreachError:
        return OutreachError("offers.error.wording", file=self.file, name=".".join(names))


def languages(office: Office) -> tuple[str, ...]:
    """The languages that the office has a template in."""
    return tuple(language for language in PUBLIC_LANGUAGES if _file(office, language).is_file())


def read(office: Office, language: str) -> Template:
    """The template of a language. OutreachError `offers.error.template` (file) where there is none or it is broken."""
    file = _file(office, language)
    if language not in PUBLIC_LANGUAGES or not file.is_file():
        raise OutreachError("offers.error.template", file=str(file))
    return _read(file, language, file.stat().st_mtime_ns)


@lru_cache(maxsize=12)
def _read(file: Path, language: str, _changed: int) -> Template:
    try:
        return Template(language, str(file), tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OutreachError("offers.error.template", file=str(file)) from error


def _file(office: Office, language: str) -> Path:
    return office.folder / "offers" / f"{language}.toml"
