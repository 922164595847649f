"""What each kind of channel reads as a link, a hashtag or a mention."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaigns.channels import bluesky
from campaigns.looks.grammar import GRAMMARS, MEANT, PLAIN, grammar_of
from campaigns.looks.runs import Run, runs, split
from outreach.core.registry import kinds

KINDS = sorted(kinds("campaigns.channels"))
TAGGED = ("bluesky", "facebook", "instagram", "linkedin", "mastodon", "telegram", "x")
CARRIED = ("folder", "manual", "webhook")


def found(text: str, kind: str, piece: str) -> list[str]:
    return [one.text for one in runs(text, grammar_of(kind)) if one.piece == piece]


@pytest.mark.parametrize("kind", TAGGED)
@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Nāc #mājas!", ["#mājas"]),
        ("#RemigrācijaLatgalē", ["#RemigrācijaLatgalē"]),
        ("#šūpoles #Žīguri, #Ēdole.", ["#šūpoles", "#Žīguri", "#Ēdole"]),
        ("Едем #домой", ["#домой"]),
        ("#2026", []),  # a number alone
        ("#gads2026 #2026gads", ["#gads2026", "#2026gads"]),
        ("Nr. # 5", []),
        ("mājas#lv", []),
        ("https://paps.lv/#majas", []),
        ("https://paps.lv/lapa#majas un #mājas", ["#mājas"]),
        ("https://paps.lv/?a=1&b=#majas.", []),
        ("#a_b-c", ["#a_b"]),
    ],
)
def test_a_hashtag_is_one_with_all_its_letters(kind: str, text: str, tags: list[str]) -> None:
    assert found(text, kind, "tag") == tags


@pytest.mark.parametrize(
    ("kind", "text", "tags"),
    [
        ("linkedin", "(#mājas)", []),  # only at the beginning of a word
        ("facebook", "(#mājas)", ["#mājas"]),
        ("bluesky", "#" + "a" * 65, []),
        ("bluesky", "#" + "a" * 64, ["#" + "a" * 64]),
        ("bluesky", "＃mājas", ["＃mājas"]),
        ("mastodon", "#ma\u0304jas", ["#ma\u0304jas"]),  # a letter and its accent written apart
        ("x", "#ma\u0304jas", ["#ma\u0304jas"]),
        ("mastodon", "#sv·centrs", ["#sv·centrs"]),
        ("x", "#mājas://", []),
        ("x", "&#39;a", []),
        ("wordpress", "#mājas", []),
        *((kind, "#mājas", []) for kind in CARRIED),
    ],
)
def test_where_they_differ_about_hashtags(kind: str, text: str, tags: list[str]) -> None:
    assert found(text, kind, "tag") == tags


@pytest.mark.parametrize(
    ("kind", "text", "names"),
    [
        ("mastodon", "@latgale@mastodon.social raksta", ["@latgale@mastodon.social"]),
        ("mastodon", "(@latgale)", ["@latgale"]),
        ("mastodon", "@latgale@mastodon.social.", ["@latgale@mastodon.social"]),
        ("mastodon", "birojs@latgale.lv", []),
        ("bluesky", "@birojs.bsky.social, nāc", ["@birojs.bsky.social"]),
        ("bluesky", "@birojs", []),  # a handle is a domain
        ("bluesky", "birojs@latgale.lv", []),
        ("x", "@birojs_lv!", ["@birojs_lv"]),
        ("x", "@" + "a" * 15, ["@" + "a" * 15]),
        ("x", "@" + "a" * 16, []),
        ("x", "a@birojs", []),
        ("x", "@birojs@example.org", []),
        ("instagram", "@latgale.majas.", ["@latgale.majas"]),
        ("instagram", "@" + "a" * 30, ["@" + "a" * 30]),
        ("instagram", "@" + "a" * 31, []),
        ("telegram", "@birojs", ["@birojs"]),
        ("telegram", "@abcd", []),  # five letters at least
        ("telegram", "@" + "a" * 32, ["@" + "a" * 32]),
        ("telegram", "@" + "a" * 33, []),
        ("telegram", "@1birojs", []),
        ("facebook", "@birojs", []),
        ("linkedin", "@birojs", []),
        ("wordpress", "@birojs", []),
        *((kind, "@birojs", []) for kind in CARRIED),
        ("mastodon", "https://mastodon.social/@latgale", []),
        ("x", "https://x.com/@birojs", []),
    ],
)
def test_a_mention_is_one_by_the_platform_s_own_grammar(kind: str, text: str, names: list[str]) -> None:
    assert found(text, kind, "mention") == names


@pytest.mark.parametrize(
    ("kind", "text", "links"),
    [
        ("mastodon", "(https://paps.lv/a).", ["https://paps.lv/a"]),
        ("mastodon", "paps.lv", []),
        ("bluesky", "paps.lv", []),
        ("wordpress", "https://paps.lv", ["https://paps.lv"]),
        ("wordpress", "paps.lv", []),
        *((kind, "Skat. paps.lv.", ["paps.lv"]) for kind in ("x", "telegram", "facebook", "linkedin")),
        ("instagram", "https://paps.lv", []),  # nobody can follow it there
        *((kind, "https://paps.lv", []) for kind in CARRIED),
    ],
)
def test_what_can_be_followed(kind: str, text: str, links: list[str]) -> None:
    assert found(text, kind, "link") == links


PARTS = [*"ab ā#@.,/:()_-1\n\u0304＃{}é", "https://a.lv/", " #mājas", "@a.lv", "👩‍👩‍👧"]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=24).map("".join)


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.one_of(TEXTS, st.text()))
def test_pieces_put_together_are_the_text(kind: str, text: str) -> None:
    pieces = runs(text, grammar_of(kind))
    assert "".join(one.text for one in pieces) == text
    assert all(one.text for one in pieces)
    assert not any(first.piece == second.piece == "plain" for first, second in pairwise(pieces))


@given(text=TEXTS, at=st.integers(-3, 80))
def test_pieces_are_cut_in_two_anywhere(text: str, at: int) -> None:
    before, after = split(runs(text, MEANT), at)
    left = min(max(at, 0), len(text))
    assert ["".join(one.text for one in part) for part in (before, after)] == [text[:left], text[left:]]


@given(text=TEXTS)
@example(text="#https://a.lv/")
@example(text="@a.lv.https://a.lv/")
@example(text="@a.lv-https://a.lv/")
def test_a_look_at_bluesky_shows_what_goes_out_there(text: str) -> None:
    """The channel's own pattern says what becomes a facet; ours must not say anything else."""
    sent = []
    for one in bluesky._FOUND.finditer(text):
        address = re.sub(r"[.,;:!?)\]}'»”’]+$", "", one["link"] or "")
        sent.append(Run("link", address) if one["link"] else Run("tag" if one["tag"] else "mention", one.group()))
    assert [one for one in runs(text, grammar_of("bluesky")) if one.piece != "plain"] == sent


def test_every_kind_that_is_known_reads_in_some_way() -> None:
    assert set(GRAMMARS) <= set(KINDS)
    assert [kind for kind in KINDS if grammar_of(kind) is PLAIN] == list(CARRIED)
    assert grammar_of("gone") is PLAIN
