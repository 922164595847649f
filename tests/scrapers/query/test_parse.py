"""Queries as they are typed, and back."""

import pickle
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers.query.parse import LONGEST, QueryError, parse, positive, unparse
from scrapers.query.tree import And, In, Is, Listed, Near, Node, Not, Or, Phrase, Word
from tests.scrapers.query import growing

A, B, C, D = (Word(name, "plain", 0) for name in "abcd")


def unplaced(node: Any) -> Any:
    """The same tree with every position 0."""
    if isinstance(node, tuple):
        return tuple(map(unplaced, node))
    if not is_dataclass(node) or isinstance(node, type):
        return node
    return replace(node, **{one.name: 0 if one.name == "at" else unplaced(getattr(node, one.name)) for one in fields(node)})


def read(typed: str) -> Node | QueryError:
    """The tree, or what is wrong."""
    try:
        return parse(typed)
    except QueryError as error:
        return error


READ: tuple[tuple[str, Node], ...] = (
    ("remigrācija", Word("remigrācija", "plain", 0)),
    ("a b", And((A, B))),
    ("a AND b c", And((A, B, C))),
    ("a OR b c OR d", Or((A, And((B, C)), D))),
    ("(a OR b) c", And((Or((A, B)), C))),
    ("((a) (b (c)))", And((A, B, C))),
    ("a NOT b", And((A, Not(B, 0)))),
    ("a NOT (b OR c)", And((A, Not(Or((B, C)), 0)))),
    ("a NEAR/5 b c", And((Near(A, B, 5, False, 0), C))),
    ("a NEAR/5 b BEFORE/2 c", Near(Near(A, B, 5, False, 0), C, 2, True, 0)),
    ("a NEAR/5 (b BEFORE/2 c)", Near(A, Near(B, C, 2, True, 0), 5, False, 0)),
    ("(a OR b) NEAR/3 c", Near(Or((A, B)), C, 3, False, 0)),
    ("title:a b", And((In("title", A, 0), B))),
    ("title:(a b) OR TEXT: c", Or((In("title", And((A, B)), 0), In("text", C, 0)))),
    ('title:"a b"', In("title", Phrase((A, B), 0), 0)),
    ('source:"Latgales  Laiks" a', And((Is("source", "Latgales Laiks", 0), A))),
    ("tier:Regional lang:LV", And((Is("tier", "regional", 0), Is("lang", "lv", 0)))),
    ('place:Preiļi OR place:"Preiļu novads"', Or((Is("place", "Preiļi", 0), Is("place", "Preiļu novads", 0)))),
    ("remig*", Word("remig", "prefix", 0)),
    ("=Balvi", Word("Balvi", "exact", 0)),
    ("~koordinators", Word("koordinators", "forms", 0)),
    ('"=Balvi ~novads remig*"', Phrase((Word("Balvi", "exact", 0), Word("novads", "forms", 0), Word("remig", "prefix", 0)), 0)),
    ('="Balvu novads"', Phrase((Word("Balvu", "exact", 0), Word("novads", "exact", 0)), 0)),
    ('~"remigrācijas  koordinators"', Word("remigrācijas koordinators", "forms", 0)),
    ("„a b”", Phrase((A, B), 0)),
    ("“a b” «c»", And((Phrase((A, B), 0), C))),
    ('"a & b"', Phrase((A, B), 0)),
    ('"AND"', Word("AND", "plain", 0)),
    ("{Mītnes  zemes} a", And((Listed("mītnes zemes", 0), A))),
    ("and or not near", And((Word("and", "plain", 0), Word("or", "plain", 0), Word("not", "plain", 0), Word("near", "plain", 0)))),
    ("ANDREJS ORE NOTE", And((Word("ANDREJS", "plain", 0), Word("ORE", "plain", 0), Word("NOTE", "plain", 0)))),
    ("re-emigrācija, 12:30", And((Word("re-emigrācija", "plain", 0), Word("12:30", "plain", 0)))),
    ("https://lsm.lv", Word("https://lsm.lv", "plain", 0)),
    ("a\n\tOR\u00a0b", Or((A, B))),
    ("ma\u0304ja", Word("māja", "plain", 0)),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "tree"), READ)
def test_a_query_is_read_as_it_is_meant(typed: str, tree: Node) -> None:
    assert unplaced(parse(typed)) == tree


def test_not_binds_tighter_than_near() -> None:
    with pytest.raises(QueryError) as told:
        parse("a NOT b NEAR/0 c")
    assert (told.value.key, told.value.at, told.value.length) == ("query.error.near_side", 2, 5)


def test_every_part_says_where_it_was_typed() -> None:
    near = Near(
        Phrase((Word("b", "forms", 11), Word("cde", "prefix", 14)), 10), Listed("d", 27), 2, False, 10
    )
    assert parse('a  title:("~b cde*" NEAR/2 {d}) NOT e') == And(
        (Word("a", "plain", 0), In("title", near, 3), Not(Word("e", "plain", 36), 32))
    )


PLAIN = (
    ("a b", "a AND b"),
    ("((a)) (b OR (c))", "a AND (b OR c)"),
    ("a (NOT (b c))", "a AND NOT (b AND c)"),
    ("(a NEAR/1 b) NEAR/2 c", "a NEAR/1 b NEAR/2 c"),
    ("a NEAR/1 (b NEAR/2 c)", "a NEAR/1 (b NEAR/2 c)"),
    ("Title:(a)", "title:a"),
    ("“a b”", '"a b"'),
    ('"OR" 12:30 "~a"', '"OR" AND "12:30" AND ~a'),
)


@pytest.mark.parametrize(("typed", "plain"), PLAIN)
def test_a_query_has_one_plainest_spelling(typed: str, plain: str) -> None:
    assert unparse(parse(typed)) == plain


@given(growing.nodes.filter(positive))
def test_what_is_written_is_read_again(node: Node) -> None:
    again = read(unparse(node))
    if isinstance(again, QueryError):
        # Not everything that grows by chance may be typed: it may be too long or too deep.
        assert again.key in {"query.error.long", "query.error.deep"}
    else:
        assert unplaced(again) == unplaced(node)


# What queries are made of, whole or torn.
PIECES = (
    *"()\"“”„«»{}*=~:-/&#, \n\u00a0\u00ad\u0301a",
    "a", "māja", "remig*", "AND", "OR", "NOT", "NEAR/5", "BEFORE/2", "NEAR", "NEAR/", "near/3", "title:", "text:", "source:",
    "tier:", "tier:regional", "lang:lv", "lang:", "place:", "x:", '"a b"', "{vietas}", "(a", "a)", "=Balvi", "~a", "http://",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60) | st.binary(max_size=60).map(
    lambda raw: raw.decode("utf-8", "surrogateescape")
))  # fmt: skip
@example('a"')
@example("\ud800")
def test_whatever_is_typed_is_a_query_or_says_what_is_wrong(typed: str) -> None:
    told = read(typed)
    if isinstance(told, QueryError):
        assert 0 <= told.at <= len(typed)
        assert 0 <= told.length <= len(typed) - told.at
        assert told.facts["character"] == told.at + 1
    else:
        assert unplaced(parse(unparse(told))) == unplaced(told)


@given(st.data(), st.sampled_from([typed for typed, _ in READ]))
def test_a_slip_of_the_keyboard_never_breaks_the_reader(data: st.DataObject, typed: str) -> None:
    at = data.draw(st.integers(0, len(typed)))
    gone = data.draw(st.integers(0, 3))
    slip = typed[:at] + data.draw(st.sampled_from(PIECES)) + typed[at + gone :]
    told = read(slip)
    assert not isinstance(told, QueryError) or 0 <= told.at <= told.at + told.length <= len(slip)


@pytest.mark.parametrize(
    "typed",
    [
        "(" * LONGEST,
        ")" * LONGEST,
        "(" * 1900 + "a" + ")" * 1900,
        "NOT " * 900 + "a",
        "title:" * 600 + "a",
        "a NEAR/1 " * 400 + "a",
        "(a OR " * 600 + "a" + ")" * 399,
        '"' * LONGEST,
        "{" * LONGEST,
        "*" * LONGEST,
        "~" * LONGEST,
        "a" * LONGEST + "b",
        "a NEAR/" + "9" * 3000 + " b",
    ],
)
def test_a_monstrous_query_is_refused_with_a_word(typed: str) -> None:
    with pytest.raises(QueryError):
        parse(typed)


@pytest.mark.parametrize(
    "typed", ["a " * 2000, "a OR " * 799 + "a", "a AND NOT b " * 333, "(a b) OR " * 440 + "a", "a" * LONGEST]
)
def test_a_query_may_be_long(typed: str) -> None:
    assert len(typed) <= LONGEST
    assert unplaced(parse(typed.strip())) == unplaced(parse(typed))


def test_a_tree_can_be_sent_to_another_process() -> None:
    tree = parse("title:(a NEAR/3 ~b) NOT {c}")
    assert pickle.loads(pickle.dumps(tree)) == tree
