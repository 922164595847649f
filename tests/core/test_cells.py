"""Cells of tables: nothing that somebody wrote is run by a spreadsheet, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.cells import harmless


@pytest.mark.parametrize(
    "evil",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\tx",
        " =cmd|' /C calc'!A0",
        "\u00a0=1",
        "\u3000@x",
        "\ufeff=1",
        "\u200b=1",
        "\uff1d1",
    ],
)
def test_what_begins_a_formula_is_told_to_be_text(evil: str) -> None:
    assert harmless(evil) == f"'{evil}"


@pytest.mark.parametrize("plain", ["", "Ziņa", "a=1", "'=1", "2026-11-23", "x@example.org", " vārds"])
def test_what_does_not_stays_as_it_is(plain: str) -> None:
    assert harmless(plain) == plain


@given(st.text())
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    cell = harmless(text)
    assert cell in {text, f"'{text}"}
    assert not cell.lstrip().startswith(("=", "+", "-", "@")) and not cell.startswith(("\t", "\r", "\n"))
