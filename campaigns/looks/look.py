"""A post as one channel will show it: a pure function of its words, its pictures and the channel's manners."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from campaigns.channel import Terms, Unit
from campaigns.cropping import MIDDLE, Focus, Size
from campaigns.looks.cutting import Cut, cuts
from campaigns.looks.folding import fold_at, over_at
from campaigns.looks.grammar import MEANT, grammar_of, links
from campaigns.looks.limits import Known
from campaigns.looks.manners import Fold, Layout, Manners, manners_of
from campaigns.looks.runs import Run, runs, split
from campaigns.looks.whose import Whose
from campaigns.plan import length, render


@dataclass(frozen=True)
class Told:
    """A sentence about a post by its catalogue key and facts."""

    key: str
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Pictured:
    """A picture of a post before it is drawn for a channel: its file's name, its size, its words, its focus."""

    name: str
    width: int
    height: int
    alt: str
    focus: Focus = MIDDLE


@dataclass(frozen=True)
class Frame:
    """A picture as a channel will show it; `shape` is the crop that we make for it, None where it goes out whole."""

    picture: Pictured
    shape: Size | None = None


@dataclass(frozen=True)
class Count:
    """How long the text is in the channel's own `unit`, by how much it is too long, and whether the limit is sure."""

    length: int
    limit: int | None
    unit: Unit
    excess: int = 0
    surely: bool = True


@dataclass(frozen=True)
class Look:
    """A post in one channel.

    `text` is `shown`, then `folded` (what comes after the fold); of one that is too long `shown`, `over` (what no
    longer fits) and `tail` (the link below it). `fold` says where it was folded, None for a text that shows whole.
    `card` is the site whose own headline and picture the channel puts below the text; empty where it does not.
    `left_out`: how many pictures the channel does not take. `troubles` stop or spoil the post, `notes` only explain.
    `copied`: somebody, or another program, carries the text on as it stands.
    """

    kind: str
    whose: Whose
    title: str
    text: str
    shown: tuple[Run, ...]
    folded: tuple[Run, ...]
    over: tuple[Run, ...]
    tail: tuple[Run, ...]
    fold: Fold | None
    frames: tuple[Frame, ...]
    layout: Layout
    left_out: int
    card: str
    count: Count
    troubles: tuple[Told, ...]
    notes: tuple[Told, ...]
    cuts: tuple[Cut, ...]
    copied: bool

    @property
    def fits(self) -> bool:
        """Whether nothing stands in its way here."""
        return not self.count.excess and not self.troubles


def look(
    kind: str,
    whose: Whose,
    terms: Terms,
    known: Known,
    text: str,
    link: str,
    target: str,
    *,
    title: str = "",
    pictures: Sequence[Pictured] = (),
) -> Look:
    """How a text (its tracked link not yet in it) will look; `target` is where the link leads."""
    manners, grammar = manners_of(kind), grammar_of(kind)
    said = render(text, link)
    pieces = runs(said, grammar)
    taken = tuple(pictures[: terms.pictures])
    count = counted(said, known, has_pictures=bool(taken))
    at = None
    over: tuple[Run, ...] = ()
    tail: tuple[Run, ...] = ()
    if count.excess:
        body, ended = _apart(said, link)
        cut = over_at(body, lambda part: counted(part + ended, known, has_pictures=bool(taken)).excess)
        pieces, rest = split(pieces, cut)
        over, tail = split(rest, len(body) - cut)
    else:
        at = fold_at(pieces, manners.fold)
    shown, folded = (pieces, ()) if at is None else split(pieces, at)
    card = _host(target) if manners.has_card and not taken else ""
    return Look(
        kind=kind,
        whose=whose,
        title=title if manners.has_title else "",
        text=said,
        shown=shown,
        folded=folded,
        over=over,
        tail=tail,
        fold=manners.fold if folded else None,
        frames=tuple(Frame(one, terms.cropped) for one in taken),
        layout=manners.layout,
        left_out=len(pictures) - len(taken),
        card=card,
        count=count,
        troubles=tuple(_troubles(said, link, manners, terms, pictures, folded, at, bool(card))),
        notes=tuple(_notes(kind, said, manners, pieces, taken, terms)),
        cuts=cuts(text, lambda part: counted(render(part, link), known, has_pictures=bool(taken)).excess)
        if count.excess
        else (),
        copied=manners.is_copied,
    )


def counted(said: str, known: Known, *, has_pictures: bool = False) -> Count:
    """How long a text with its link is, by this limit; beside pictures there may be less room."""
    limit = known.limit
    if limit is None:
        return Count(length(said), None, "seen", surely=known.surely)
    most = limit.with_picture if has_pictures and limit.with_picture is not None else limit.characters
    size = length(said, limit.per_url, limit.unit)
    return Count(size, most, limit.unit, max(0, size - most), known.surely)


def _apart(said: str, link: str) -> tuple[str, str]:
    """The text and the link below it; a link within the text stays there."""
    ended = f"\n\n{link}"
    return (said.removesuffix(ended), ended) if said.endswith(ended) else (said, "")


def _troubles(
    said: str,
    link: str,
    manners: Manners,
    terms: Terms,
    pictures: Sequence[Pictured],
    folded: Sequence[Run],
    at: int | None,
    has_card: bool,
) -> Iterator[Told]:
    if terms.needs_picture and not pictures:
        yield Told("looks.trouble.needs_picture", {})
    if any(not one.alt.strip() for one in pictures[: terms.pictures]):
        yield Told("looks.trouble.alt", {})
    found = runs(said, MEANT)
    tags, names = (sum(one.piece == piece for one in found) for piece in ("tag", "mention"))
    if manners.most_tags is not None and tags > manners.most_tags:
        yield Told("looks.trouble.tags", {"found": tags, "most": manners.most_tags})
    if manners.most_names is not None and names > manners.most_names:
        yield Told("looks.trouble.names", {"found": names, "most": manners.most_names})
    size = len(said.encode("utf-8", "surrogatepass"))
    if manners.most_bytes is not None and size > manners.most_bytes:
        yield Told("bluesky.bytes", {"limit": manners.most_bytes, "excess": size - manners.most_bytes})
    if at is not None and not has_card and link not in said[:at] and any(one.piece == "link" for one in folded):
        yield Told("looks.trouble.link_folded", {})


def _notes(
    kind: str,
    said: str,
    manners: Manners,
    pieces: Sequence[Run],
    taken: Sequence[Pictured],
    terms: Terms,
) -> Iterator[Told]:
    grammar = grammar_of(kind)
    if terms.by_hand:
        yield Told("looks.note.by_hand", {})
    if not manners.is_copied and not grammar.links and any(links(said, grammar)):
        yield Told("looks.note.links_stay_plain", {})
    if not manners.is_copied and grammar.links and not manners.has_card and not manners.has_title and not taken:
        yield Told("looks.note.no_card", {})
    if manners.names_stay_plain and any(one.piece == "mention" for one in runs(said, MEANT)):
        yield Told("looks.note.names_stay_plain", {})
    if any(one.piece == "mention" for one in pieces):
        yield Told("looks.note.names_exist", {})
    if len(taken) > 1 and manners.layout == "grid":
        yield Told("looks.note.grid", {})
    if taken and terms.cropped is not None:
        yield Told("looks.note.cropped", {"width": terms.cropped[0], "height": terms.cropped[1]})


def _host(target: str) -> str:
    try:
        return (urlsplit(target).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
