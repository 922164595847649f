"""A tree to the query that a person would type for it."""

import re

from scrapers.query.tree import And, In, Is, Listed, Near, Node, Not, Or, Phrase, Word

_BARE = re.compile(r"""[^\s()"“”„«»{}*:=~-][^\s()"“”„«»{}*:=~]*""")
_OPERATOR = re.compile(r"AND|OR|NOT|(?:NEAR|BEFORE)(?:/.*)?|(?i:near|before)/.*", re.DOTALL)
_SIGN = {"plain": "", "exact": "=", "forms": "~", "prefix": ""}


def unparse(node: Node) -> str:
    """The query of a tree in its plainest spelling: ``parse(unparse(node))`` equals `node` up to positions."""
    return _told(node, 0)


def _told(node: Node, level: int) -> str:
    """`level`: how tightly what stands around it binds: 0 nothing, 1 OR, 2 AND, 3 NEAR, 4 NOT or a field, or the right
    side of NEAR.
    """
    match node:
        case Or(parts):
            return _bound(" OR ".join(_told(part, 1) for part in parts), level > 0)
        case And(parts):
            return _bound(" AND ".join(_told(part, 2) for part in parts), level > 1)
        case Near(left, right, distance, ordered):
            sign = f"{'BEFORE' if ordered else 'NEAR'}/{distance}"
            return _bound(f"{_told(left, 3)} {sign} {_told(right, 4)}", level > 3)
        case Not(inner):
            return _bound(f"NOT {_told(inner, 4)}", level > 4)
        case In(where, inner):
            return f"{where}:{_told(inner, 5)}"
        case Is(fact, value):
            return f"{fact}:{value if _is_bare(value) else _quoted(value)}"
        case Listed(name):
            return f"{{{name}}}"
        case Phrase(parts):
            return _quoted(" ".join(_signed(part) for part in parts))
        case Word(text, how):
            if _is_bare(text):
                return _signed(node)
            return f"~{_quoted(text)}" if how == "forms" else _quoted(_signed(node))


def _signed(word: Word) -> str:
    return f"{_SIGN[word.how]}{word.text}{'*' if word.how == 'prefix' else ''}"


def _is_bare(text: str) -> bool:
    return _BARE.fullmatch(text) is not None and _OPERATOR.fullmatch(text) is None


def _quoted(text: str) -> str:
    return f'"{text}"'


def _bound(text: str, needed: bool) -> str:
    return f"({text})" if needed else text
