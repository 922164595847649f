"""A post as each kind of channel shows it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.channel import Limit
from campaigns.counting import count
from campaigns.details import terms_of
from campaigns.looks.cutting import cuts, sentences
from campaigns.looks.folding import fold_at, over_at
from campaigns.looks.grammar import MEANT
from campaigns.looks.limits import Known, offline
from campaigns.looks.look import Look, Pictured, look
from campaigns.looks.manners import MANNERS, Fold
from campaigns.looks.runs import Run, runs
from campaigns.looks.whose import Whose, whose
from campaigns.plan import render
from outreach.core.registry import kinds

LINK = "https://office.example/k/abcdefg"
SETTINGS: dict[str, dict[str, object]] = {
    "bluesky": {"account": "birojs.example", "password_env": "P"},
    "facebook": {"page": "1", "token_env": "F"},
    "folder": {"folder": "/srv/x"},
    "instagram": {"account_id": "1", "token_env": "I"},
    "linkedin": {"author": "urn:li:organization:1", "token_env": "L"},
    "manual": {"place": "https://www.facebook.com/groups/latgale"},
    "mastodon": {"server": "https://social.example", "token_env": "T"},
    "telegram": {"chat": "@latgale", "token_env": "B"},
    "webhook": {"url": "https://hook.example/x", "key_env": "K"},
    "wordpress": {"site": "https://latgale.example", "user": "u", "password_env": "W"},
    "x": {"client_id": "c", "token_env": "X"},
}
KINDS = sorted(SETTINGS)
PICTURES = [Pictured(f"{number}.webp", 1600, 900, f"Ezers {number}", (10 * number, 50)) for number in range(1, 13)]
TEXT = "Tiekamies Preiļos! Ieeja brīva. #mājas"


def seen(kind: str, text: str = TEXT, *, pictures: int = 0, known: Known | None = None, target: str = "https://www.paps.lv/a") -> Look:
    terms = terms_of(kind)
    assert terms is not None
    known = known or offline(kind, SETTINGS[kind])
    return look(kind, Whose("Birojs"), terms, known, text, LINK, target, title="Virsraksts", pictures=PICTURES[:pictures])


def joined(pieces: tuple[Run, ...]) -> str:
    return "".join(one.text for one in pieces)


def keys(one: Look) -> list[str]:
    return [told.key.removeprefix("looks.") for told in (*one.troubles, *one.notes)]


def test_every_kind_has_its_place_in_these_tables() -> None:
    assert set(kinds("campaigns.channels")) == set(KINDS)
    assert set(MANNERS) <= set(KINDS)


@pytest.mark.parametrize(
    ("kind", "limit", "unit", "length", "card", "title", "copied", "said"),
    [
        ("bluesky", 300, "seen", 72, "", "", False, ["note.no_card"]),
        ("facebook", 63_206, "utf16", 72, "paps.lv", "", False, []),
        ("folder", None, "seen", 72, "", "", True, []),
        ("instagram", 2200, "utf16", 72, "", "", False, ["trouble.needs_picture", "note.links_stay_plain"]),
        ("linkedin", 3000, "utf16", 72, "", "", False, ["note.no_card"]),
        ("manual", None, "seen", 72, "", "", True, ["note.by_hand"]),
        ("mastodon", 500, "seen", 63, "paps.lv", "", False, []),
        ("telegram", 4096, "utf16", 72, "paps.lv", "", False, []),
        ("webhook", None, "seen", 72, "", "", True, []),
        ("wordpress", None, "seen", 72, "", "Virsraksts", False, []),
        ("x", 280, "weighted", 63, "paps.lv", "", False, []),
    ],
)
def test_a_plain_post_in_every_kind(
    kind: str, limit: int | None, unit: str, length: int, card: str, title: str, copied: bool, said: list[str]
) -> None:
    one = seen(kind)
    assert (one.count.limit, one.count.unit, one.count.length, one.count.excess) == (limit, unit, length, 0)
    assert (one.card, one.title, one.copied, keys(one)) == (card, title, copied, said)
    assert one.text == f"{TEXT}\n\n{LINK}" and joined(one.shown + one.folded) == one.text
    assert one.fits is (kind != "instagram")


@pytest.mark.parametrize(
    ("kind", "frames", "left_out", "layout", "limit", "shape"),
    [
        ("bluesky", 4, 8, "grid", 300, None),
        ("facebook", 10, 2, "grid", 63_206, None),
        ("folder", 0, 12, "whole", None, None),
        ("instagram", 10, 2, "row", 2200, (1080, 1350)),
        ("linkedin", 12, 0, "grid", 3000, None),
        ("manual", 10, 2, "whole", None, None),
        ("mastodon", 4, 8, "grid", 500, None),
        ("telegram", 10, 2, "grid", 1024, None),  # under a picture there is less room
        ("webhook", 10, 2, "whole", None, None),
        ("wordpress", 10, 2, "whole", None, None),
        ("x", 4, 8, "grid", 280, None),
    ],
)
def test_twelve_pictures_in_every_kind(
    kind: str, frames: int, left_out: int, layout: str, limit: int | None, shape: tuple[int, int] | None
) -> None:
    one = seen(kind, pictures=12)
    assert (len(one.frames), one.left_out, one.layout, one.count.limit) == (frames, left_out, layout, limit)
    assert {frame.shape for frame in one.frames} <= {shape} and one.card == ""
    assert [frame.picture for frame in one.frames] == PICTURES[:frames]
    assert ("note.grid" in keys(one)) is (layout == "grid")
    assert ("note.cropped" in keys(one)) is (kind == "instagram")


def test_a_picture_without_words_and_too_many_of_one_thing_are_troubles() -> None:
    terms = terms_of("instagram")
    assert terms is not None
    known = offline("instagram", SETTINGS["instagram"])
    text = " ".join([*(f"#t{number}" for number in range(31)), *(f"@n{number}" for number in range(21))])
    one = look("instagram", Whose("B"), terms, known, text, LINK, "", pictures=[Pictured("a.webp", 9, 9, " ")])
    assert [(told.key, dict(told.facts)) for told in one.troubles] == [
        ("looks.trouble.alt", {}),
        ("looks.trouble.tags", {"found": 31, "most": 30}),
        ("looks.trouble.names", {"found": 21, "most": 20}),
    ]
    assert not one.fits
    assert seen("x", text.replace("@", "")).troubles == ()


def test_bluesky_has_a_second_limit_in_bytes() -> None:
    one = seen("bluesky", "👩‍👩‍👧‍👦" * 130)
    assert one.count.excess == 0
    [told] = one.troubles
    assert (told.key, told.facts) == ("bluesky.bytes", {"limit": 3000, "excess": 130 * 25 + 2 + len(LINK) - 3000})


@pytest.mark.parametrize(("kind", "key"), [("facebook", "names_stay_plain"), ("linkedin", "names_stay_plain"), ("mastodon", "names_exist")])
def test_what_a_name_becomes_is_said_where_there_is_one(kind: str, key: str) -> None:
    assert f"note.{key}" in keys(seen(kind, "Raksta @latgale"))
    assert f"note.{key}" not in keys(seen(kind))


@pytest.mark.parametrize(("kind", "characters"), [("facebook", 477), ("instagram", 125), ("linkedin", 210)])
def test_a_long_text_is_folded_between_two_words(kind: str, characters: int) -> None:
    text = "Latgalē " * 100
    one = seen(kind, text, pictures=1)
    shown = joined(one.shown)
    assert characters - 30 <= len(shown) <= characters and (shown + joined(one.folded)) == one.text
    assert one.fold is not None and one.fold.characters == characters and joined(one.folded).startswith("Latgalē ")
    assert all(seen(other, text, pictures=1).folded == () for other in KINDS if MANNERS.get(other, MANNERS["x"]).fold is None)


def test_a_link_behind_the_fold_is_told_unless_a_card_leads_there() -> None:
    text = "Latgalē " * 70
    assert "trouble.link_folded" in keys(seen("facebook", text, pictures=1))
    assert "trouble.link_folded" not in keys(seen("facebook", text))
    assert "trouble.link_folded" not in keys(seen("facebook", f"{{link}} {text}", pictures=1))
    assert "trouble.link_folded" in keys(seen("linkedin", text))


@pytest.mark.parametrize(
    ("text", "fold", "at"),
    [
        ("a b", Fold(2, 9), 2),
        ("a b", Fold(3, 9), None),
        ("ab  ", Fold(2, 9), None),  # nothing is behind it
        ("a\nb\nc", Fold(99, 2), 3),
        ("a\nb", Fold(99, 2), None),
        ("x" * 40, Fold(35, 9), 35),  # a word longer than one looks back
        ("ab cdef", Fold(5, 9), 3),
        ("ei https://a.lv/bcdef", Fold(9, 9), 3),  # an address whole or not at all
        ("👩‍👩‍👧👩‍👩‍👧 a", Fold(2, 9), 10),
        ("", Fold(1, 1), None),
    ],
)
def test_where_a_text_is_folded(text: str, fold: Fold, at: int | None) -> None:
    pieces = runs(text, MEANT)
    assert fold_at(pieces, fold) == at
    assert fold_at(pieces, None) is None


def test_what_no_longer_fits_is_marked_and_its_link_is_not() -> None:
    one = seen("bluesky", "a" * 300)
    room = 300 - len(LINK) - 2
    assert (len(joined(one.shown)), len(joined(one.over)), joined(one.tail)) == (room, 300 - room, f"\n\n{LINK}")
    assert one.count.excess == 300 - room and not one.folded and not one.fits
    assert joined(one.shown + one.over + one.tail) == one.text
    within = seen("bluesky", "{link} " + "a" * 300)
    assert joined(within.over) == "a" * (301 + len(LINK) - 300) and within.tail == ()


@given(text=st.text(max_size=400), most=st.integers(0, 60))
def test_what_is_marked_is_what_no_longer_fits(text: str, most: int) -> None:
    def excess(part: str) -> int:
        return max(0, count(part, 23, "seen") - most)

    at = over_at(text, excess)
    assert excess(text[:at]) == 0 or at == 0
    assert (at == len(text)) == (excess(text) == 0)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=600))
def test_a_count_is_the_channel_s_own_and_no_letter_is_lost(kind: str, text: str) -> None:
    one = seen(kind, text)
    limit = offline(kind, SETTINGS[kind]).limit
    told = Limit(0) if limit is None else limit
    assert one.count.length == count(render(text, LINK), told.per_url, told.unit)
    assert one.count.excess == (0 if limit is None else max(0, one.count.length - limit.characters))
    assert joined(one.shown + one.folded + one.over + one.tail) == one.text == render(text, LINK)


LONG = "Tiekamies 12. decembrī plkst. 18.30 Preiļos. Ieeja brīva. Varēs jautāt par darbu, skolu un mājokli.\n\nGaidām! #mājas #Preiļi"


def test_sentences_end_where_they_end() -> None:
    assert [LONG[start:end].strip() for start, end in sentences(LONG)] == [
        "Tiekamies 12. decembrī plkst. 18.30 Preiļos.", "Ieeja brīva.", "Varēs jautāt par darbu, skolu un mājokli.", "Gaidām!", "#mājas #Preiļi",
    ]  # fmt: skip
    assert [LONG[start:end] for start, end in sentences("")] == []


@pytest.mark.parametrize(
    ("over", "told"),
    [
        (0, []),
        (8, [("tags", "#Preiļi"), ("end", "Gaidām!")]),
        (12, [("tags", "#mājas #Preiļi"), ("end", "Varēs jautāt par darbu, skolu un mājokli. Gaidām!"), ("sentence", "Ieeja brīva.")]),
        (30, [("end", "Varēs jautāt par darbu, skolu un mājokli. Gaidām!"), ("sentence", "Varēs jautāt par darbu, skolu un mājokli.")]),
        (55, [("end", "Ieeja brīva. Varēs jautāt par darbu, skolu un mājokli. Gaidām!")]),
        (100, []),
    ],
)
def test_what_could_go(over: int, told: list[tuple[str, str]]) -> None:
    most = len(LONG) - over
    assert [(one.what, one.text) for one in cuts(LONG, lambda text: max(0, len(text) - most))] == told


@given(text=st.text(alphabet="ab. Ā!\n#{link}", max_size=300), most=st.integers(1, 300))
def test_what_is_suggested_stands_in_the_text_and_is_bounded(text: str, most: int) -> None:
    for one in cuts(text, lambda part: max(0, len(part) - most)):
        assert one.text and "{link}" not in one.text
        assert set(one.text.split()) <= set(text.split()) or one.what == "tags"
        # Whoever cuts it away has a text that fits.
        assert len(text) - len(one.text.replace(" ", "")) <= most + text.count(" ") + text.count("\n")


@pytest.mark.parametrize(
    ("kind", "account", "handle"),
    [
        ("bluesky", "@old.example", "@birojs.example"),
        ("folder", "", "/srv/x"),
        ("instagram", "@latgale", "@latgale"),
        ("linkedin", "urn:li:organization:1", ""),
        ("manual", "", "www.facebook.com"),
        ("mastodon", "@latgale", "@latgale@social.example"),
        ("mastodon", "", "social.example"),
        ("telegram", "@robots_bot", "@latgale"),
        ("webhook", "", "hook.example"),
        ("wordpress", "Anna", "latgale.example"),
        ("x", "@latgale", "@latgale"),
    ],
)
def test_under_which_name_it_stands(kind: str, account: str, handle: str) -> None:
    assert whose("Kanāls", kind, SETTINGS[kind], account) == Whose("Kanāls", handle)


def test_a_page_has_its_own_name_and_strange_settings_stop_nothing() -> None:
    assert whose("Kanāls", "facebook", {}, "Latgales remigrācija") == Whose("Latgales remigrācija")
    assert whose("Kanāls", "facebook", {}, "") == Whose("Kanāls")
    assert whose("Kanāls", "mastodon", {"server": "https://[x"}, "") == Whose("Kanāls", "")
    assert seen("facebook", target="https://[x").card == ""
