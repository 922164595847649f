"""Cells of tables that people open in a spreadsheet."""

import re

# What a spreadsheet runs, also in wide letters, and what it may overlook before it.
_FORMULA = re.compile("[\\s\u200b-\u200f\u2060-\u2064\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def harmless(cell: str) -> str:
    """The cell, told to be text by an apostrophe if a spreadsheet would take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
