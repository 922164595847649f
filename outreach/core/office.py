"""Which office the program serves: a folder of facts, so that nothing in the code assumes one.

A profile folder holds `office.toml` (names, contact, the wording of the results sentence) and the tables
`outlets.csv`, `vocabulary.csv`, `places.csv` and `calendar.csv`, perhaps `topics.toml` and
`decoys.csv`. Offices that ship with the product lie in `outreach/offices/`; any other folder can be named in the
settings.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from outreach.core.errors import OutreachError

_FILES = ("outlets.csv", "vocabulary.csv", "places.csv", "calendar.csv")


@dataclass(frozen=True)
class Office:
    """One office's facts; the texts are by language (`lv`, `en`, `ru`)."""

    folder: Path
    name: Mapping[str, str]
    region: Mapping[str, str]
    contact: str  # the address a journalist or a webmaster may write to
    phone: str
    portal: str
    results: Mapping[str, Mapping[str, object]]  # language -> wording of the results sentence
    host_countries: tuple[str, ...]  # ISO codes, in the order of the inquiry form

    @property
    def outlets(self) -> Path:
        return self.folder / "outlets.csv"

    @property
    def vocabulary(self) -> Path:
        return self.folder / "vocabulary.csv"

    @property
    def places(self) -> Path:
        return self.folder / "places.csv"

    @property
    def calendar(self) -> Path:
        return self.folder / "calendar.csv"

    @property
    def decoys(self) -> Path:
        """Outlets that never wrote about the office, for the list of "how did you hear"; it may have none."""
        return self.folder / "decoys.csv"

    @property
    def topics(self) -> Path:
        """The topics that the office starts with; it may have none."""
        return self.folder / "topics.toml"


def shipped_folder() -> Path:
    """Where the offices that come with the product lie."""
    return Path(__file__).resolve().parent.parent / "offices"


def read_office(profile: str, base: Path) -> Office:
    """The office named `profile`: one that ships, or a folder (relative to `base`, the settings' own folder)."""
    shipped = shipped_folder() / profile
    folder = shipped if profile.isidentifier() and shipped.is_dir() else (base / profile).resolve()
    if not folder.is_dir():
        known = ", ".join(sorted(path.name for path in shipped_folder().iterdir() if path.is_dir()))
        raise OutreachError("core.office.unknown", profile=profile, known=known)
    file = folder / "office.toml"
    for needed in (file, *(folder / name for name in _FILES)):
        if not needed.is_file():
            raise OutreachError("core.office.file", file=str(needed))
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        return Office(
            folder=folder,
            name=dict(told["name"]),
            region=dict(told["region"]),
            contact=str(told["contact"]),
            phone=str(told["phone"]),
            portal=str(told["portal"]),
            results={language: dict(wording) for language, wording in told["results"].items()},
            host_countries=tuple(told["host_countries"]),
        )
    except tomllib.TOMLDecodeError as error:
        raise OutreachError("core.office.toml", file=str(file), reason=str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OutreachError("core.office.fact", file=str(file), fact=str(error)) from error
