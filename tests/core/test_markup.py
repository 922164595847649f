"""Markup at the door: what may stay stays, what could act is gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.markup import cleaned


@pytest.mark.parametrize(
    "kept",
    [
        "<p>Brauciens uz <strong>Īriju</strong></p>",
        "<ul><li>a</li><li>b</li></ul>",
        "A &amp; B",
        "<h3>Kas</h3><p>x<br>y</p>",
    ],
)
def test_paragraphs_lists_and_emphasis_stay(kept: str) -> None:
    assert cleaned(kept) == kept


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="java&#10;script:alert(1)">x</a>',
        '<a href="javascript:alert(1)">x</a>', '<form action="javascript:alert(1)"><button>x</button></form>',
        '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>', '<p style="position:fixed">x</p>',
        '<iframe srcdoc="<script>alert(1)</script>"></iframe>', "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
        '<a href="data:text/html,<script>alert(1)</script>">x</a>', "<p onclick=alert(1)>x</p>", "<base href=//evil.example>",
        "<style>@import 'https://evil.example'</style>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    ],
)  # fmt: skip
def test_what_could_act_is_gone(hostile: str) -> None:
    clean = cleaned(hostile).lower()
    # Nothing but what is shown as text may still speak of it.
    assert not any(
        sign in clean
        for sign in ("<script", "<img", "<form", "<svg", "<iframe", "<style", "<base", "<math", " on", "style=")
    )
    assert "href=" not in clean


def test_a_link_to_the_web_stays_and_tells_nothing_of_its_page() -> None:
    assert (
        cleaned('<a href="https://paps.lv/" target="_top">paps</a>')
        == '<a href="https://paps.lv/" rel="noopener noreferrer nofollow">paps</a>'
    )


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
