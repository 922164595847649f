"""What the feeds of a farm are like and what stands in them: drawn from a seed, the same every time."""

from dataclasses import dataclass
from email.utils import formatdate
from html import escape
from random import Random
from time import gmtime, strftime

from tests.benchmarks.archive_words import Lexicon, lexicon, name

# 2026-11-01, when the oldest entry was published; each further one came an hour later.
_BEGUN = 1_793_491_200
_NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
)
# Of a hundred entries so many hold a watched word.
_WATCHED = 2


@dataclass(frozen=True)
class Profile:
    """Shares of the feeds (0..1): with validators, packed, and with one of the troubles."""

    validators: float = 1.0
    packed: float = 1.0
    slow: float = 0.0
    failing: float = 0.0
    missing: float = 0.0
    broken: float = 0.0
    moved: float = 0.0


PROFILES = {
    "clean": Profile(),
    "mixed": Profile(0.7, 0.5, slow=0.02, failing=0.02, missing=0.01, broken=0.02, moved=0.01),
}
TROUBLES = ("slow", "failing", "missing", "broken", "moved")


@dataclass(frozen=True)
class Nature:
    """How one feed behaves; `trouble` is one of TROUBLES or empty."""

    trouble: str
    validators: bool
    packed: bool
    lang: str
    is_atom: bool
    entries: int
    whole: bool


@dataclass(frozen=True)
class Plan:
    """A farm: `per_host` feeds share an address of the loopback network."""

    feeds: int
    profile: str = "clean"
    per_host: int = 4
    seed: int = 11
    port: int = 0

    def host(self, number: int) -> str:
        """The address of a feed."""
        at = number // self.per_host
        return f"127.{10 + at // 50_000}.{at // 200 % 250}.{at % 200 + 1}"

    def url(self, number: int) -> str:
        return f"http://{self.host(number)}:{self.port}/zinas/{number}.xml"

    def hosts(self) -> list[str]:
        return [self.host(number) for number in range(0, self.feeds, self.per_host)]

    def natures(self) -> list[Nature]:
        return [_nature(Random(f"{self.seed}/{number}"), PROFILES[self.profile]) for number in range(self.feeds)]

    def changes(self, turn: int, share: float) -> list[int]:
        """The feeds that have something new in a turn."""
        return [number for number in range(self.feeds) if Random(f"{self.seed}/{number}/{turn}").random() < share]


def _nature(chance: Random, profile: Profile) -> Nature:
    drawn, trouble = chance.random(), ""
    for one in TROUBLES:
        share = getattr(profile, one)
        if 0 <= drawn < share:
            trouble = one
        drawn -= share
    return Nature(
        trouble,
        chance.random() < profile.validators,
        chance.random() < profile.packed,
        chance.choice(("lv",) * 7 + ("ru", "ru", "en")),
        chance.random() < 0.25,
        chance.randint(20, 50),
        chance.random() < 0.3,
    )


class Writer:
    """Writes feeds."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._words: Lexicon = lexicon(plan.seed)

    def feed(self, number: int, nature: Nature, version: int) -> bytes:
        """The feed after so many changes, each of which brought one to three entries."""
        chance = Random(f"{self._plan.seed}/{number}/news")
        oldest = sum(chance.randint(1, 3) for _ in range(version))
        shown = range(oldest + nature.entries - 1, oldest - 1, -1)
        write = self._atom if nature.is_atom else self._rss
        told = write(number, nature, shown)
        return (_harmed(told, number) if nature.trouble == "broken" else told).encode()

    def _entry(self, number: int, entry: int, nature: Nature) -> tuple[str, str, str]:
        """Headline, summary and text (paragraphs) of one entry."""
        chance = Random(f"{self._plan.seed}/{number}/{entry}")
        sentences = self._words.sentences[nature.lang]
        title = self._words.title(chance, nature.lang)
        summary = chance.choices(sentences, k=chance.randint(2, 5))
        if chance.randrange(100) < _WATCHED:
            summary.insert(1, self._words.watched(chance, nature.lang)[0])
        paragraphs = (" ".join(chance.choices(sentences, k=4)) for _ in range(chance.randint(3, 8)))
        return title, " ".join(summary), "".join(f"<p>{one}</p>" for one in paragraphs) if nature.whole else ""

    def _rss(self, number: int, nature: Nature, shown: range) -> str:
        site, chance = self._site(number), Random(number)
        told = [
            f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {_NAMESPACES}>\n<channel>\n'
            f"<title>Avots {number}</title>\n<link>{site}/</link>\n<description>Jaunākais</description>\n"
            f'<language>{nature.lang}</language>\n<atom:link rel="self" href="{self._plan.url(number)}"/>\n'
        ]
        for entry in shown:
            title, summary, text = self._entry(number, entry, nature)
            picture = f"{site}/bildes/{entry}.jpg"
            whole = f"<content:encoded><![CDATA[<figure><img src='{picture}'/></figure>{text}]]></content:encoded>\n"
            told.append(
                f"<item>\n<title>{escape(title)}</title>\n<link>{site}/raksts/{entry}?utm_medium=rss&amp;utm_source=f</link>\n"
                f'<guid isPermaLink="false">r-{number}-{entry}</guid>\n<pubDate>{formatdate(_moment(entry))}</pubDate>\n'
                f"<dc:creator>{name(chance, self._words.words)}</dc:creator>\n<category>Novados</category>\n"
                f'<description><![CDATA[<img src="{picture}" alt=""/><p>{summary}</p>]]></description>\n'
                f'{whole if text else ""}<media:content medium="image" url="{picture}"/>\n</item>\n'
            )
        return "".join(told) + "</channel>\n</rss>\n"

    def _atom(self, number: int, nature: Nature, shown: range) -> str:
        site, chance = self._site(number), Random(number)
        told = [
            f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{nature.lang}">\n'
            f'<id>{self._plan.url(number)}</id>\n<title>Avots {number}</title>\n<link href="{site}/"/>\n'
            f"<updated>{_iso(shown[0])}</updated>\n"
        ]
        for entry in shown:
            title, summary, text = self._entry(number, entry, nature)
            whole = f'<content type="html">{escape(text)}</content>\n' if text else ""
            told.append(
                f'<entry>\n<id>tag:avots-{number},2026:{entry}</id>\n<title>{escape(title)}</title>\n'
                f'<link rel="alternate" href="{site}/raksts/{entry}"/>\n<published>{_iso(entry)}</published>\n'
                f"<updated>{_iso(entry)}</updated>\n<author><name>{name(chance, self._words.words)}</name></author>\n"
                f'<summary type="html">{escape(f"<p>{summary}</p>")}</summary>\n{whole}</entry>\n'
            )
        return "".join(told) + "</feed>\n"

    def _site(self, number: int) -> str:
        return f"https://avots-{number}.example.org"


def _moment(entry: int) -> int:
    return _BEGUN + entry * 3600


def _iso(entry: int) -> str:
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(_moment(entry)))


def _harmed(told: str, number: int) -> str:
    match number % 4:
        case 0:
            return told[: len(told) * 3 // 4]
        case 1:
            return told.replace("</title>\n<link", "\n<link", 1)
        case 2:
            return told.replace("Avots", "A\x02vots &nbsp; & viss", 1)
    return f"\n\n{told}"
