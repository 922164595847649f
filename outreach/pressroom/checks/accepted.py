"""Words that somebody accepted as right: `words/<language>.txt` in the data folder, one a line, written whole."""

import threading
from pathlib import Path

from outreach.core.errors import OutreachError
from outreach.core.files import write_whole
from outreach.pressroom.checks.sentences import words
from outreach.pressroom.checks.speller import LANGUAGES

_MOST = 20_000
_LONGEST = 60
_lock = threading.Lock()
_kept: dict[Path, tuple[int, frozenset[str]]] = {}


def accepted(folder: Path, language: str) -> frozenset[str]:
    """The accepted words of a language, in small letters."""
    file = _file(folder, language)
    try:
        stamp = file.stat().st_mtime_ns
    except OSError:
        return frozenset()
    known = _kept.get(file)
    if known is None or known[0] != stamp:
        known = stamp, frozenset(file.read_text(encoding="utf-8").split())
        _kept[file] = known
    return known[1]


def accept(folder: Path, language: str, word: str) -> str:
    """Keeps a word; gives it as it is kept. OutreachError `presscheck.word.none` (said) for what is no single word,
    `presscheck.word.language` (language), `presscheck.word.full` (count).
    """
    if language not in LANGUAGES:
        raise OutreachError("presscheck.word.language", language=language)
    told = word.strip()
    spans = words(told)
    if len(spans) != 1 or spans[0].end - spans[0].start != len(told) or len(told) > _LONGEST:
        raise OutreachError("presscheck.word.none", said=told[:_LONGEST])
    low = told.lower()
    file = _file(folder, language)
    with _lock, _alone(file):
        known = set(file.read_text(encoding="utf-8").split()) if file.is_file() else set()
        if low not in known:
            if len(known) >= _MOST:
                raise OutreachError("presscheck.word.full", count=_MOST)
            write_whole(file, ("\n".join(sorted(known | {low})) + "\n").encode())
    return low


class _alone:  # noqa: N801
    """No other process writes this file meanwhile; where the system has no such lock, the process's own must do."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._held = file.with_suffix(".lock").open("a")

    def __enter__(self) -> None:
        try:
            import fcntl
        except ImportError:
            return
        fcntl.flock(self._held, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._held.close()


def _file(folder: Path, language: str) -> Path:
    return folder / "words" / f"{language}.txt"
