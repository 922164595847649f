"""The pure parts: where two columns are compared, what a trace is, which decoys are drawn."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.core.office import read_office
from outreach.tracker.heard import channels, coming, decoys
from outreach.tracker.heard.agreeing import LEVELS, VERDICTS, Agreement, Side, agree, rate

S = Side
FB, NEWS = frozenset({"facebook"}), frozenset({"news_site"})
ONE, TWO, LSM, LA = frozenset({1}), frozenset({2}), frozenset({"LSM"}), frozenset({"LA"})


@pytest.mark.parametrize(
    ("said", "tracked", "verdict", "level"),
    [
        (S(), S(), "none", None),
        (S(channel=FB), S(), "said", None),
        (S(), S(channel=FB), "tracked", None),
        (S(channel=FB), S(channel=FB), "agree", "channel"),
        (S(channel=FB), S(channel=NEWS), "differ", "channel"),
        (S(channel=FB | NEWS), S(channel=NEWS), "agree", "channel"),
        # The finest level that both tell decides, whatever the coarser ones say.
        (S(campaign=ONE, channel=FB), S(campaign=TWO, channel=FB), "differ", "campaign"),
        (S(campaign=ONE, channel=NEWS), S(campaign=ONE, channel=FB), "agree", "campaign"),
        (S(outlet=LSM, channel=NEWS), S(outlet=LA, channel=NEWS), "differ", "outlet"),
        (S(channel=NEWS), S(campaign=ONE, outlet=LSM, channel=NEWS), "agree", "channel"),
        (S(campaign=ONE), S(channel=FB), "apart", None),
        (S(campaign=ONE), S(outlet=LSM, channel=NEWS), "apart", None),
    ],
)
def test_the_finest_level_that_both_tell_decides(said: Side, tracked: Side, verdict: str, level: str | None) -> None:
    assert agree(said, tracked) == Agreement(verdict, level)


SIDES = st.builds(
    Side,
    st.frozensets(st.integers(1, 3), max_size=2),
    st.frozensets(st.sampled_from("ab"), max_size=2),
    st.frozensets(st.sampled_from("cd"), max_size=2),
)


@given(SIDES, SIDES)
def test_a_verdict_is_one_of_those_and_does_not_depend_on_whom_is_asked_first(one: Side, other: Side) -> None:
    first, second = agree(one, other), agree(other, one)
    swapped = {"said": "tracked", "tracked": "said"}
    assert first.verdict in VERDICTS
    assert second == Agreement(swapped.get(first.verdict, first.verdict), first.level)
    assert (first.level in LEVELS) == (first.verdict in {"agree", "differ"})
    if one.tells:
        assert agree(one, one).verdict == "agree"


def test_the_rate_is_of_those_that_can_be_compared() -> None:
    told = rate(map(Agreement, ["agree"] * 8 + ["differ"] * 2 + ["said", "tracked", "none", "apart"] * 5))
    assert (told.part, told.whole) == (8, 10)
    assert told.low == pytest.approx(0.490, abs=0.001)
    assert told.high == pytest.approx(0.943, abs=0.001)
    nothing = rate([Agreement("none")])
    assert (nothing.share, nothing.low, nothing.high) == (None, 0.0, 1.0)


@pytest.mark.parametrize(
    ("host", "channel"),
    [
        ("l.facebook.com", "facebook"), ("m.facebook.com", "facebook"), ("notfacebook.com", None), ("t.co", "social"),
        ("google.lv", "search"), ("google.co.uk", "search"), ("mygoogle.lv", None), ("paps.lv", "portal"), ("lsm.lv", None),
    ],
)  # fmt: skip
def test_hosts_tell_channels(host: str, channel: str | None) -> None:
    assert channels.of_host(host, "paps.lv") == channel


def test_what_says_nothing_tells_no_channel() -> None:
    assert channels.of_source("radio") == "radio"
    assert channels.of_source("other") is None
    assert channels.of_source("nonsense") is None
    assert channels.of_kind("manual") is None
    assert channels.of_medium("Radio") == "radio"


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://www.lsm.lv/raksts/1?a=anna@example.org", "lsm.lv"), ("https://office.example/jautajums", ""), ("", ""),
        ("https://sub.office.example/", ""), (None, ""), ("android-app://com.app", "com.app"), ("https://[::1", ""),
        ("https://localhost/", ""), ("https://10.0.0.1/", ""), ("https://" + "a" * 120 + ".lv/", ""),
    ],
)  # fmt: skip
def test_of_a_referrer_the_host_alone_is_kept(referrer: str | None, host: str) -> None:
    assert coming.host_of(referrer, "https://office.example") == host


@given(st.dictionaries(st.sampled_from(["referrer", "utm_source", "utm_campaign", "scanned"]), st.text(max_size=60)))
def test_what_a_form_carries_is_never_more_than_names(told: dict[str, str]) -> None:
    found = coming.trace(told)
    assert all("@" not in part and " " not in part for part in (found.referrer, found.utm_source, found.utm_campaign, found.scanned))
    again = {"scanned": found.scanned, "referrer": found.referrer, "utm_source": found.utm_source, "utm_campaign": found.utm_campaign}
    assert coming.trace(again) == found


@given(st.text(max_size=20))
def test_a_seed_always_draws_the_same_decoys_in_the_same_order(seed: str) -> None:
    names = ["a", "b", "c", "d", "e"]
    drawn = decoys.drawn(names, seed)
    assert len(set(drawn)) == 3
    assert drawn == decoys.drawn(reversed(names), seed)
    assert decoys.mixed(names, seed) == decoys.mixed(list(reversed(names)), seed)


def test_every_decoy_is_drawn_sometimes_and_stands_anywhere() -> None:
    names = ["a", "b", "c", "d", "e"]
    assert {name for seed in range(60) for name in decoys.drawn(names, str(seed))} == set(names)
    assert {decoys.mixed(names, str(seed)).index("a") for seed in range(60)} == set(range(5))


def test_the_office_that_ships_has_decoys_that_are_none_of_its_outlets() -> None:
    office = read_office("latgale", Path())
    names = decoys.read_decoys(office.decoys)
    assert len(names) > decoys.MIXED
    outlets = office.outlets.read_text(encoding="utf-8").casefold()
    assert not [name for name in names if name.casefold() in outlets]
    assert decoys.read_decoys(office.folder / "none.csv") == ()
