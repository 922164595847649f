"""Hunspell, one dictionary a language, loaded when it is first asked for and kept as long as the process lives.

The dictionaries are built with the front end's packages and lie in `outreach/pressroom/dictionaries`.
"""

import threading
from functools import cached_property
from pathlib import Path
from typing import Any

LANGUAGES = ("lv", "en", "ru")
_FOLDER = Path(__file__).resolve().parents[1] / "dictionaries"
_KEPT = 50_000  # words whose answer is remembered
_LONGEST = 60  # letters; nothing longer is a word


class Speller:
    """Says whether words stand in a dictionary. Safe to be asked by several threads: Hunspell itself is not."""

    def __init__(self, language: str, folder: Path = _FOLDER) -> None:
        self._language = language
        self._folder = folder
        self._lock = threading.Lock()
        self._known: dict[str, bool] = {}
        self.asked = 0  # how often the dictionary itself was asked: what is remembered costs nothing

    def knows(self, word: str) -> bool:
        """Whether the word is right as it is written."""
        known = self._known.get(word)
        if known is None:
            with self._lock:
                known = len(word) <= _LONGEST and bool(self._dictionary.spell(word))
                if len(self._known) >= _KEPT:
                    self._known.clear()
                self._known[word] = known
                self.asked += 1
        return known

    @cached_property
    def _dictionary(self) -> Any:
        # Half a second and much memory: not for those who check no spelling.
        from hunspell import Hunspell  # type: ignore[import-untyped]

        return Hunspell(self._language, hunspell_data_dir=str(self._folder))


_spellers: dict[str, Speller] = {}
_lock = threading.Lock()


def speller(language: str) -> Speller | None:
    """The process's speller of a language; None where there is no dictionary."""
    if language not in LANGUAGES:
        return None
    with _lock:
        if language not in _spellers and all((_FOLDER / f"{language}.{kind}").is_file() for kind in ("aff", "dic")):
            _spellers[language] = Speller(language)
        return _spellers.get(language)
