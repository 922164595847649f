"""A campaign's note, which is clean HTML, as the blocks that a document is set from."""

from dataclasses import dataclass, replace
from html.parser import HTMLParser

from outreach.core.markup import cleaned

_BLOCKS = {"p": "par", "li": "par", "blockquote": "quote", "h3": "head", "h4": "head"}
_LISTS = ("ul", "ol")


@dataclass(frozen=True)
class Run:
    """Some words in one look; the text "\\n" alone is a break of the line."""

    text: str
    strong: bool = False
    em: bool = False
    url: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph (par), a heading (head), a quotation (quote), or a list (ul, ol) of as many items."""

    kind: str
    items: tuple[tuple[Run, ...], ...]


def blocks(html: str) -> tuple[Block, ...]:
    """What a note says, in order; a list within a list is told on in the outer one."""
    reader = _Reader()
    reader.feed(cleaned(html))
    reader.close()
    reader.end()
    return tuple(reader.blocks)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._kind = "par"
        self._look = Run("")
        self._runs: list[Run] = []
        self._list = ""
        self._depth = 0
        self._items: list[tuple[Run, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LISTS:
            self._flush()
            self._depth += 1
            if self._depth == 1:
                self._list, self._items = tag, []
        elif tag in _BLOCKS:
            self._flush()
            # A paragraph within a quotation is still the quotation's.
            if not (tag == "p" and self._kind == "quote"):
                self._kind = _BLOCKS[tag]
        elif tag == "br":
            self._runs.append(Run("\n"))
        elif tag == "strong":
            self._look = replace(self._look, strong=True)
        elif tag == "em":
            self._look = replace(self._look, em=True)
        elif tag == "a":
            self._look = replace(self._look, url=dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LISTS:
            self._flush()
            self._depth -= 1
            if self._depth == 0:
                self.end()
        elif tag in _BLOCKS:
            self._flush()
            if not (tag == "p" and self._kind == "quote"):
                self._kind = "par"
        elif tag == "strong":
            self._look = replace(self._look, strong=False)
        elif tag == "em":
            self._look = replace(self._look, em=False)
        elif tag == "a":
            self._look = replace(self._look, url="")

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not words:
            # Spaces between two looks part their words; between two blocks they are nothing.
            if self._runs and self._runs[-1].text not in {"\n", " "}:
                self._runs.append(Run(" "))
            return
        before = " " if data[0].isspace() and self._runs else ""
        after = " " if data[-1].isspace() else ""
        self._runs.append(replace(self._look, text=f"{before}{words}{after}"))

    def end(self) -> None:
        """Writes down what is still open."""
        self._flush()
        if self._items:
            self.blocks.append(Block(self._list, tuple(self._items)))
        self._list, self._items, self._depth = "", [], 0

    def _flush(self) -> None:
        runs = tuple(self._runs)
        self._runs = []
        if not any(run.text.strip() for run in runs):
            return
        if self._depth:
            self._items.append(runs)
        else:
            self.blocks.append(Block(self._kind, (runs,)))
