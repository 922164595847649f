"""Opens a workbook in a process of its own: bytes in, the first sheet's rows out as JSON, in bounds of memory and time.

    python -m campaigns.timing.opening < plan.xlsx
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

_MEMORY = 1_500_000_000  # bytes
_SECONDS = 20
_MOST_ROWS = 2_020
_MOST_COLUMNS = 60
_LONGEST_CELL = 20_000
_DAY = timedelta(days=1)


def main() -> int:
    """0 and the rows, or 1 for what is no workbook."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        rows = _rows(sys.stdin.buffer.read())
    except (CalamineError, ValueError, OSError, MemoryError):
        return 1
    json.dump(rows, sys.stdout)
    return 0


def _rows(data: bytes) -> list[tuple[int, list[tuple[str, str]]]]:
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        sheet = book.get_sheet_by_index(0)
        above = sheet.start[0] if sheet.start else 0
        found: list[tuple[int, list[tuple[str, str]]]] = []
        for number, cells in enumerate(sheet.to_python(skip_empty_area=True), above + 1):
            if any(str(cell).strip() for cell in cells):
                found.append((number, [_told(cell) for cell in cells[:_MOST_COLUMNS]]))
            if len(found) >= _MOST_ROWS:
                break
        return found


def _told(cell: object) -> tuple[str, str]:
    if isinstance(cell, datetime):
        return "moment", cell.isoformat()
    if isinstance(cell, date):
        return "day", cell.isoformat()
    if isinstance(cell, time):
        return "hour", cell.isoformat()
    if isinstance(cell, timedelta):
        return "hour", (datetime.combine(date.min, time.min) + cell % _DAY).time().isoformat()
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return "number", repr(float(cell))
    return "text", str(cell)[:_LONGEST_CELL]


if __name__ == "__main__":
    sys.exit(main())
