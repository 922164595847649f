"""A query's text to its tree, and back.

The grammar stands in `grammar.lark`. Trees are built while the text is read, from left to right and without recursion,
so that no query takes long; how deep one may go is limited. Each fault says where it is and what would be right.
"""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from scrapers.query.faults import QueryError
from scrapers.query.tree import And, Fact, How, In, Is, Listed, Near, Node, Not, Or, Phrase, Where, Word
from scrapers.query.unparse import unparse
from scrapers.values import TIERS
from scrapers.watch.language import LANGUAGES
from scrapers.watch.words import words

__all__ = ["FARTHEST", "LONGEST", "QueryError", "parse", "unparse"]

LONGEST = 4000  # characters of a query
DEEPEST = 40  # parentheses, NOT, fields and NEAR within each other
FARTHEST = 100  # words between the two sides of NEAR
LETTERS = 3  # before a wildcard
FIELDS = ("title", "text", "source", "tier", "lang", "place")
_SIGNS: dict[str, How] = {"=": "exact", "~": "forms"}
_CORE = re.compile(r"#?[^\W_](?:.*[^\W_])?", re.DOTALL)
_OPENING = "\"“„«"


@dataclass(frozen=True)
class _Made:
    """A node, the characters it was read from, and how many levels it has."""

    node: Node
    start: int
    end: int
    depth: int = 1

    @property
    def place(self) -> dict[str, int]:
        return {"at": self.start, "length": self.end - self.start}


def parse(text: str) -> Node:
    """The tree of a query as it was typed.

    Raises QueryError for anything that is not a query: it has at most 4,000 characters, and something in it must be
    looked for, not only ruled out. Whether a named list exists is found out by `expand`.
    """
    if len(text) > LONGEST:
        raise QueryError("query.error.long", at=LONGEST, length=len(text) - LONGEST, most=LONGEST, count=len(text))
    if not text.strip():
        raise QueryError("query.error.empty", at=0, length=len(text))
    try:
        made = cast(_Made, _reader().parse(text))
    except UnexpectedToken as error:
        _unexpected(error, text)
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise QueryError(
            "query.error.expected", at=at, expected_key="query.expects.term", found=text[at : at + 1]
        ) from None
    if not positive(made.node):
        raise QueryError("query.error.only_not", **made.place)
    return made.node


def positive(node: Node) -> bool:
    """Whether every document that matches holds something that was asked for."""
    match node:
        case And(parts):
            return any(map(positive, parts))
        case Or(parts):
            return all(map(positive, parts))
        case In(_, inner):
            return positive(inner)
        case Not():
            return False
        case _:
            return True


def stands(node: Node) -> bool:
    """Whether it is found at words of the text, so that something can be near it."""
    match node:
        case Word() | Listed() | Phrase() | Near():
            return True
        case Or(parts):
            return all(map(stands, parts))
        case _:
            return False


@cache
def _reader() -> Lark:
    grammar = files("scrapers.query").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer="basic",
        transformer=_Build(),
        lexer_callbacks={
            "BAD_CLOSE": _bad_close,
            "BAD_FIELD": _bad_field,
            "BAD_QUOTE": _bad_quote,
            "BAD_BRACE": _bad_brace,
        },
    )


@v_args(inline=True)
class _Build(Transformer[Token, Any]):
    """Called for each rule as soon as it is read."""

    def start(self, made: _Made) -> _Made:
        return made

    def any(self, *parts: _Made) -> _Made:
        return _joined(Or, parts)

    def all(self, *parts: _Made) -> _Made:
        return _joined(And, parts)

    def close(self, left: _Made, sign: Token, right: _Made) -> _Made:
        name, _, number = sign.partition("/")
        if len(number) > len(str(FARTHEST)) or int(number) > FARTHEST:
            raise QueryError("query.error.near_far", **_place(sign), most=FARTHEST)
        for side in (left, right):
            if not stands(side.node):
                raise QueryError("query.error.near_side", **side.place, name=name)
        node = Near(left.node, right.node, int(number), name == "BEFORE", left.start)
        return _deeper(node, left.start, right.end, max(left.depth, right.depth))

    def without(self, sign: Token, inner: _Made) -> _Made:
        start = _start(sign)
        return _deeper(Not(inner.node, start), start, inner.end, inner.depth)

    def inside(self, field: Token, inner: _Made) -> _Made:
        where = cast(Where, field[:-1].lower())
        if _has_field(inner.node):
            raise QueryError("query.error.field_in_field", at=_start(field), length=inner.end - _start(field))
        return _deeper(In(where, inner.node, _start(field)), _start(field), inner.end, inner.depth)

    def group(self, opening: Token, inner: _Made, closing: Token) -> _Made:
        return _deeper(inner.node, _start(opening), _end(closing), inner.depth)

    def fact(self, field: Token, value: Token) -> _Made:
        fact = cast(Fact, field[:-1].lower())
        told = " ".join(unicodedata.normalize("NFC", value).strip("=~\"“”„«»").split())
        if not any(char.isalnum() for char in told):
            raise QueryError("query.error.no_letters", **_place(value))
        if fact in ("tier", "lang"):
            told = told.lower()
            known = TIERS if fact == "tier" else LANGUAGES
            if told not in known:
                key = "query.error.tier" if fact == "tier" else "query.error.lang"
                raise QueryError(key, **_place(value), found=told, known=", ".join(known))
        return _Made(Is(fact, told, _start(field)), _start(field), _end(value))

    def listed(self, token: Token) -> _Made:
        name = " ".join(unicodedata.normalize("NFC", token[1:-1]).lower().split())
        if not name:
            raise QueryError("query.error.no_name", **_place(token))
        return _Made(Listed(name, _start(token)), _start(token), _end(token))

    def word(self, token: Token) -> _Made:
        if re.match(r"-+[^\W_]", token):
            raise QueryError("query.error.minus", **_place(token), word=token.lstrip("-"))
        made = _word(str(token), _start(token))
        if made is None:
            raise QueryError("query.error.no_letters", **_place(token))
        return _Made(made, _start(token), _end(token))

    def quoted(self, token: Token) -> _Made:
        at = _start(token)
        how = _SIGNS.get(token[0])
        skip = 1 if how is None else 2
        inner = token[skip:-1]
        found = [
            made
            for piece in re.finditer(r"\S+", inner)
            if (made := _word(piece.group(), at + skip + piece.start(), how)) is not None
        ]
        if not found:
            raise QueryError("query.error.no_letters", **_place(token))
        if how == "forms":
            # The words of a phrase are inflected together.
            return _Made(Word(" ".join(one.text for one in found), how, at), at, _end(token))
        node = found[0] if len(found) == 1 else Phrase(tuple(found), at)
        return _Made(node, at, _end(token))


def _word(piece: str, at: int, how: How | None = None) -> Word | None:
    """One word with its sign; None where there is no letter or figure in it. `how`: what the whole quote is."""
    own = _SIGNS.get(piece[0])
    body = piece if own is None else piece[1:]
    prefix = body.endswith("*")
    body = body[:-1] if prefix else body
    if "*" in body:
        raise QueryError("query.error.wildcard_inside", at=at + piece.index("*"))
    if sum((own is not None, how is not None, prefix)) > 1:
        raise QueryError("query.error.two_ways", at=at, length=len(piece))
    core = _CORE.search(unicodedata.normalize("NFC", body))
    told = words(core.group()).lower if core is not None else []
    if core is None or not told:
        if prefix:
            raise QueryError("query.error.wildcard_short", at=at, length=len(piece), least=LETTERS)
        return None
    if prefix and (len(told[-1]) < LETTERS or not body[-1].isalnum()):
        raise QueryError("query.error.wildcard_short", at=at, length=len(piece), least=LETTERS)
    return Word(core.group(), "prefix" if prefix else own or how or "plain", at)


def _joined(kind: type[And] | type[Or], parts: tuple[_Made, ...]) -> _Made:
    if len(parts) == 1:
        return parts[0]
    inner: list[Node] = []
    for part in parts:
        # (a b) c is a b c
        inner.extend(part.node.parts if isinstance(part.node, kind) else (part.node,))
    return _deeper(kind(tuple(inner)), parts[0].start, parts[-1].end, max(part.depth for part in parts))


def _deeper(node: Node, start: int, end: int, depth: int) -> _Made:
    if depth >= DEEPEST:
        raise QueryError("query.error.deep", at=start, length=end - start, most=DEEPEST)
    return _Made(node, start, end, depth + 1)


def _has_field(node: Node) -> bool:
    match node:
        case In():
            return True
        case And(parts) | Or(parts):
            return any(map(_has_field, parts))
        case Not(inner):
            return _has_field(inner)
        case _:
            return False


def _start(token: Token) -> int:
    return token.start_pos or 0


def _end(token: Token) -> int:
    return _start(token) + len(token)


def _place(token: Token) -> dict[str, int]:
    return {"at": _start(token), "length": len(token)}


def _bad_close(token: Token) -> NoReturn:
    raise QueryError("query.error.near_number", **_place(token), found=str(token), most=FARTHEST)


def _bad_field(token: Token) -> NoReturn:
    name = token[:-1]
    near = get_close_matches(name.lower(), FIELDS, 1, 0.5)
    key = "query.error.field_near" if near else "query.error.field"
    raise QueryError(
        key, **_place(token), found=name, known=", ".join(FIELDS), near=near[0] if near else ""
    )


def _bad_quote(token: Token) -> NoReturn:
    key = "query.error.quote_open" if token[-1] in _OPENING else "query.error.quote_close"
    raise QueryError(key, **_place(token), found=token[-1])


def _bad_brace(brace: Token) -> NoReturn:
    raise QueryError("query.error.brace_open" if brace == "{" else "query.error.brace_close", **_place(brace))


def _unexpected(error: UnexpectedToken, text: str) -> NoReturn:
    accepts = {str(name) for name in error.accepts or error.expected}
    token = error.token
    at = len(text.rstrip()) if token.type == "$END" else _start(token)
    if token.type == "$END" and "RPAR" in accepts:
        raise QueryError("query.error.parenthesis_open", at=_last_open(text)) from None
    if token.type == "RPAR" and "$END" in accepts:
        raise QueryError("query.error.parenthesis_close", at=at) from None
    if accepts <= {"WORD", "QUOTED"}:
        expected = "query.expects.value"
    elif "NOT" in accepts:
        expected = "query.expects.term"
    else:
        expected = "query.expects.atom"
    if token.type == "$END":
        raise QueryError("query.error.ends", at=at, length=0, expected_key=expected) from None
    raise QueryError("query.error.expected", **_place(token), expected_key=expected, found=str(token)) from None


def _last_open(text: str) -> int:
    """Where the last parenthesis that nothing closes is opened."""
    opened: list[int] = []
    for token in _reader().lex(text):
        if token.type == "LPAR":
            opened.append(_start(token))
        elif token.type == "RPAR" and opened:
            opened.pop()
    return opened[-1] if opened else 0
