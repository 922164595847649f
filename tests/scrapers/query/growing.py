"""Queries and documents that grow by chance, over few words so that they meet."""

from hypothesis import strategies as st

from scrapers.query.tree import (
    All,
    And,
    Any,
    Close,
    Facts,
    Fits,
    Form,
    Forms,
    In,
    Inside,
    Is,
    Listed,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Row,
    Sought,
    Without,
    Word,
)

WORDS = ("an", "ans", "balvi", "balvos", "bals", "māja", "maja", "ņem", "мама", "мамы", "2024", "re")
WEIGHTS = (1.0, 0.9, 0.75)
FACTS = (("source", "avots"), ("tier", "local"), ("lang", "lv"), ("place", "balvi"))


@st.composite
def forms(draw: st.DrawFn) -> Form:
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
    weight = draw(st.sampled_from(WEIGHTS))
    special = draw(st.sampled_from(("", "", "", "prefix", "exact", "capital", "upper", "begun", "any")))
    if special == "prefix":
        return Form((*words[:-1], words[-1][:2]), weight, prefix=True)
    if special == "exact":
        first = draw(st.sampled_from((words[0], words[0].capitalize(), words[0].upper())))
        return Form(tuple(words), weight, exact=draw(st.sampled_from((" ", "-"))).join((first, *words[1:])))
    if special == "capital":
        return Form(tuple(words), weight, capital=True)
    if special == "upper":
        return Form(tuple(words), weight, upper=(draw(st.integers(0, len(words) - 1)),))
    if special == "begun":
        return Form((*(f"{word[:2]}*" for word in words[:-1]), words[-1]), weight)
    if special == "any" and len(words) > 1:
        return Form((words[0], *("*" for _ in words[2:]), words[-1]), weight)
    return Form(tuple(words), weight)


@st.composite
def leaves(draw: st.DrawFn) -> Forms:
    return Forms(tuple(draw(st.lists(forms(), min_size=0 if draw(st.integers(0, 9)) == 0 else 1, max_size=4))), 0)


rows = st.builds(lambda parts: Row(tuple(parts), 0), st.lists(leaves(), min_size=2, max_size=3))
somewhere: st.SearchStrategy[Sought] = st.recursive(
    leaves() | rows,
    lambda inner: (
        st.builds(Close, inner, inner, st.integers(0, 4), st.booleans(), st.just(0))
        | st.builds(lambda parts: Any(tuple(parts)), st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=4,
)
fits = st.sampled_from([Fits(fact, value) for fact, value in FACTS])  # type: ignore[arg-type]
sought: st.SearchStrategy[Sought] = st.recursive(
    somewhere | fits,
    lambda inner: (
        st.builds(lambda parts: All(tuple(parts)), st.lists(inner, min_size=2, max_size=3))
        | st.builds(lambda parts: Any(tuple(parts)), st.lists(inner, min_size=2, max_size=3))
        | st.builds(Without, inner)
        | st.builds(Inside, st.sampled_from(("title", "text")), inner)
    ),
    max_leaves=6,
)


@st.composite
def texts(draw: st.DrawFn, most: int = 14) -> str:
    """Words with what may stand between and within them."""
    pieces = []
    for word in draw(st.lists(st.sampled_from(WORDS), max_size=most)):
        shape = draw(st.sampled_from(("", "", "", "capital", "upper", "soft", "broken", "alike", "marks", "long", "tag")))
        if shape == "capital":
            word = word.capitalize()
        elif shape == "upper":
            word = word.upper()
        elif shape == "soft":
            word = f"{word[:1]}\u00ad{word[1:]}"
        elif shape == "broken":
            word = f"{word[:2]}-\n{word[2:]}"
        elif shape == "alike":
            word = word.replace("a", "а", 1)
        elif shape == "marks":
            word = word.replace("ā", "a\u0304").replace("ņ", "n\u0327")
        elif shape == "long":
            word = f"{word}{draw(st.sampled_from(('s', 'x', '1', '_', 'é', '²')))}"
        elif shape == "tag":
            word = f"#{word.capitalize()}{draw(st.sampled_from(WORDS)).capitalize()}"
        pieces.append(word)
        pieces.append(draw(st.sampled_from((" ", " ", " ", "\u00a0", "-", ", ", "\n", " – ", ".\n\n", "“ ", "×", "‑\n", " 😀 "))))
    return "".join(pieces)


facts = st.builds(
    Facts,
    st.sampled_from(("", "Avots")),
    st.sampled_from(("", "local")),
    st.sampled_from(("", "lv")),
    st.sampled_from(((), ("Balvi", "Balvu novads"))),
)

# What a person types, in the shape in which it is read.
_typed = st.sampled_from(("remigrācija", "AND", "near/3", "Balvi", "12:30", "re-emigrācija", "a=b", "#Latgale", "x-y", "NEAR"))
_how = st.sampled_from(("plain", "exact", "forms"))
words = st.builds(Word, _typed, _how, st.just(0)) | st.builds(
    Word, st.sampled_from(("remig", "Balv", "AND")), st.just("prefix"), st.just(0)
)
_phrases = st.builds(lambda parts: Phrase(tuple(parts), 0), st.lists(words, min_size=2, max_size=3))
_placed: st.SearchStrategy[Node] = st.recursive(
    words
    | _phrases
    | st.builds(Listed, st.sampled_from(("vietas", "host countries")), st.just(0))
    | st.just(Word("remigrācijas koordinators", "forms", 0)),
    lambda inner: (
        st.builds(Near, inner, inner, st.integers(0, 100), st.booleans(), st.just(0))
        | st.builds(lambda parts: Or(flat(Or, parts)), st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=4,
)
_is = st.sampled_from(
    (Is("source", "Latgales Laiks", 0), Is("tier", "regional", 0), Is("lang", "lv", 0), Is("place", "AND", 0))
)


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return (
        st.builds(lambda parts: And(flat(And, parts)), st.lists(inner, min_size=2, max_size=3))
        | st.builds(lambda parts: Or(flat(Or, parts)), st.lists(inner, min_size=2, max_size=3))
        | st.builds(Not, inner, st.just(0))
    )


_within = st.recursive(_placed | _is, _grown, max_leaves=4)
nodes: st.SearchStrategy[Node] = st.recursive(
    _within | st.builds(In, st.sampled_from(("title", "text")), _within, st.just(0)), _grown, max_leaves=6
)


def flat(kind: type, parts: list[Node]) -> tuple[Node, ...]:
    """As the parser gives it: no AND directly within an AND."""
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))  # type: ignore[attr-defined,union-attr]
