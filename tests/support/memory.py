"""How much memory a piece of work takes, as the system sees it."""

import gc
import os
import threading
from pathlib import Path
from types import TracebackType

_PAGE = os.sysconf("SC_PAGE_SIZE")
_STATM = Path("/proc/self/statm")


class Watched:
    """Looks at the process's resident memory while the block lasts; `most` is by how many bytes it grew."""

    def __init__(self) -> None:
        self.most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watched":
        gc.collect()
        self._before = _resident()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.01):
            self.most = max(self.most, _resident() - self._before)


def _resident() -> int:
    return int(_STATM.read_text().split()[1]) * _PAGE
