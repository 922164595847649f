"""What a whole process costs, with all that it starts: time, processor and memory."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK_SECONDS = 0.03
_KB_LINE = "VmHWM:"


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock and of the processor (user and system), the peak in MB, and how the process ended.

    The peak of several processes is the sum of each one's own.
    """

    wall: float
    cpu: float
    peak: float
    code: int


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> Spent:
    """Runs the command in the folder; what it says goes to the end of `log`."""
    with log.open("ab") as told:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=told, stderr=told)
        peaks: dict[int, int] = {}
        while True:
            number, status, used = os.wait4(process.pid, os.WNOHANG)
            if number:
                break
            _look(process.pid, peaks)
            time.sleep(_LOOK_SECONDS)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    return Spent(wall, used.ru_utime + used.ru_stime, sum(peaks.values()) / 1024, process.returncode)


def _look(root: int, peaks: dict[int, int]) -> None:
    """Notes the highest memory of each process so far, in kB: the kernel keeps it, so none between two looks is missed
    but that of the last moment.
    """
    waiting = [root]
    while waiting:
        number = waiting.pop()
        try:
            lines = Path(f"/proc/{number}/status").read_text(encoding="ascii", errors="replace").splitlines()
            waiting += map(int, Path(f"/proc/{number}/task/{number}/children").read_text(encoding="ascii").split())
        except OSError:
            continue
        told = next((line for line in lines if line.startswith(_KB_LINE)), None)
        if told is not None:
            peaks[number] = max(peaks.get(number, 0), int(told.split()[1]))
