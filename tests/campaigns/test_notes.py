"""A campaign's note: lines or HTML in, clean HTML kept, the same lines back."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from campaigns import notes


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  \n ", ""),
        ("Viens", "<p>Viens</p>"),
        ("Viens\r\nDivi\r\n\r\nTrīs & 5 < 6", "<p>Viens<br>Divi</p><p>Trīs &amp; 5 &lt; 6</p>"),
        ("<p>Labi <strong>ļoti</strong></p>", "<p>Labi <strong>ļoti</strong></p>"),
        ("<p onclick='x()'>a</p><script>alert(1)</script>", "<p>a</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<p><img src=x onerror=alert(1)>b</p>", "<p>b</p>"),
        ('<a href="javascript:alert(1)">c</a>', '<a rel="noopener noreferrer nofollow">c</a>'),
    ],
)
def test_what_is_kept(typed: str, kept: str) -> None:
    assert notes.kept(typed) == kept


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.just("\n"), max_size=80))
def test_plain_lines_come_back_as_they_were_typed(typed: str) -> None:
    """But for spaces around lines and more than one empty line between paragraphs; what has a tag is HTML."""
    assume(not notes._TAG.search(typed))
    once = notes.typed(notes.kept(typed))
    assert notes.typed(notes.kept(once)) == once
    assert once.split() == typed.split()


def test_html_comes_back_as_html() -> None:
    kept = notes.kept("<ul><li>viens</li></ul>")
    assert notes.typed(kept) == kept
