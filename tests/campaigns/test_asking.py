"""What all platforms have in common: how is asked, and what answers and texts are made of."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import asking
from campaigns.asking import Seen
from campaigns.channel import Looked, Receipt
from outreach.core.http import Request
from tests.campaigns.platforms import AT, LINK, TEXT, form_of, outgoing

HERE = Receipt("https://platform.example/1", "1")
SINCE, OLDER, NEWER = AT, AT - timedelta(hours=1), AT + timedelta(hours=1)
SAME = "Nāc mājās & paliec! https://short.example/x"


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        (TEXT, True),
        (f"({LINK})", True),
        (f"{LINK}/", True),
        (f"{LINK}?a", True),
        (f"{LINK}h", False),
        (f"{LINK}7", False),
        (LINK.upper(), False),
        ("Nāc mājās & paliec!", False),
        ("", False),
        (None, False),
        (7, False),
    ],
)
def test_a_post_is_known_by_its_link(text: object, ours: bool) -> None:
    assert asking.is_ours(outgoing(), text) is ours


def test_without_a_link_it_is_known_by_the_whole_text() -> None:
    sent = outgoing(text="Nāc mājās!\n\nGaidām.", link="")
    assert asking.is_ours(sent, "Nāc  mājās!\nGaidām.")
    assert not asking.is_ours(sent, "Nāc mājās! Gaidām. Vēl.")
    assert not asking.is_ours(outgoing(text=" ", link=""), " ")


@pytest.mark.parametrize(
    ("posts", "whole", "expected"),
    [
        ([Seen([TEXT], NEWER, HERE)], False, Looked("there", HERE)),
        ([Seen(["Cits", LINK], OLDER, HERE)], True, Looked("there", HERE)),
        ([Seen([TEXT], NEWER, None)], True, Looked("unknown")),
        ([Seen([SAME], NEWER, HERE)], True, Looked("unknown")),
        ([Seen([SAME], None, HERE)], True, Looked("unknown")),
        ([Seen([SAME], OLDER, HERE)], True, Looked("absent")),  # a series says the same every week
        ([Seen(["Cits"], NEWER, HERE)], True, Looked("absent")),
        ([Seen(["Cits"], NEWER, HERE)], False, Looked("unknown")),
        ([], True, Looked("absent")),
        ([], False, Looked("unknown")),
    ],
)
def test_what_the_latest_posts_tell(posts: list[Seen], whole: bool, expected: Looked) -> None:
    assert asking.search(outgoing(), posts, SINCE, whole=whole) == expected


@given(st.text(), st.text(min_size=6, alphabet=st.characters(categories=("L", "N"))))
def test_words_never_hold_a_secret_nor_a_second_line(said: str, secret: str) -> None:
    words = asking.words(f"{said} {secret}\n{said}", secret)
    assert len(words) <= 300 and "\n" not in words
    assert secret not in words or secret in "***"


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (1777622400, datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("1777622400", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("2026-05-01T08:00:00+0000", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("2026-05-01T08:00:00.000Z", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("2026-05-01T08:00:00", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("2026-05-01T11:00:00+03:00", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        (10**17, None),
        (True, None),
        ("soon", None),
        (None, None),
        ([], None),
    ],
)
def test_moments_as_platforms_write_them(held: object, expected: datetime | None) -> None:
    assert asking.moment(held) == expected


NAMES = st.text(alphabet="abcdefghij_", min_size=1, max_size=8)


@given(
    st.dictionaries(NAMES, st.text(alphabet="aā \n-=&\"", max_size=20), max_size=3),
    st.text(alphabet="xyz\r\n-", max_size=60),
)
def test_a_form_with_a_file_is_read_as_it_was_meant(fields: dict[str, str], file: str) -> None:
    kind, body = asking.multipart(fields, [("file", "a.jpg", file.encode())])
    read = form_of(Request("https://a.example", "POST", {"Content-Type": kind}, body))
    assert {name: value.replace("\r\n", "\n") for name, value in read.items()} == {
        name: value.replace("\r\n", "\n") for name, value in {**fields, "file": file}.items()
    }
    assert asking.multipart(fields, [("file", "a.jpg", file.encode())]) == (kind, body)


@pytest.mark.parametrize("held", [None, [], "text", 7, [1, "a", None], {"a": 1}])
def test_what_is_not_there_is_nothing(held: object) -> None:
    assert asking.inside(held, "error", "code") is None
    assert asking.rows(held) == []
