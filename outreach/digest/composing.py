"""The mail of one edition: its words in their dress, its picture, and the links that each reader's tokens complete."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from outreach.core.mail_mould import Picture
from outreach.core.mail_words import cut_marked, render_mail
from outreach.core.text import Words
from outreach.digest import lines, strip
from outreach.digest.addresses import Addresses as Addresses
from outreach.digest.facts import ELSEWHERE, Digest, Story
from outreach.digest.lines import Speech
from outreach.digest.wording import preheader, sentence, subject
from scrapers.watch.marks import marked

# Three screens of a telephone: these many stories whole, then a line for each, then a number.
_WHOLE, _LINES, _DOUBTFUL, _PRINTED = 8, 8, 4, 5
_SENTENCE = 170  # characters, about four lines there


@dataclass(frozen=True)
class Composed:
    """A mail before it has a reader: slots stand in its links where tokens go.

    `sentence` is its first one; `mentions` are those it lets its reader judge.
    """

    subject: str
    sentence: str
    text: str
    html: str
    pictures: tuple[Picture, ...]
    mentions: tuple[int, ...]


def compose(digest: Digest, words: Words, zone: ZoneInfo, addresses: Addresses, may_judge: bool) -> Composed:
    """The mail in one language, its times in `zone`, with verdict links where the reader may judge; pure.

    Less than 100 kB of HTML whatever there is to tell.
    """
    speech = Speech(words, zone, addresses)
    whole, rest = digest.stories[:_WHOLE], digest.stories[_WHOLE : _WHOLE + _LINES]
    doubtful = digest.doubtful[:_DOUBTFUL]
    picture = strip.picture(digest.week, words)
    told = sentence(digest, words)
    html, text = render_mail(
        "digest",
        {
            "t": words,
            "digest": digest,
            "sentence": told,
            "preheader": preheader(digest, words),
            "addresses": addresses,
            "may_judge": may_judge,
            # Who has no account could not open the pages.
            "screens": may_judge or digest.business is not None,
            "stories": whole,
            "brief": rest,
            "left": len(digest.stories) - len(whole) - len(rest),
            "doubtful": doubtful,
            "doubtful_left": len(digest.doubtful) - len(doubtful),
            "printed": digest.printed[:_PRINTED],
            "waiting": lines.waiting(digest, speech),
            "posts": lines.posts(digest, speech),
            "inquiries": lines.inquiries(digest, words),
            "sources": lines.sources(digest, speech),
            "follows": lines.follows(digest, words),
            "elsewhere": ELSEWHERE,
            "picture": picture,
            "week": strip.summary(digest.week, words) if picture is not None else "",
            "tiers": strip.totals(digest.week),
            "marked": marked,
            "most": _SENTENCE,
            "spoken": _spoken,
            "repeats": _repeats,
            "few": lines.few,
        },
    )
    return Composed(
        subject=subject(digest, words),
        sentence=told,
        text=text,
        html=html,
        pictures=(picture,) if picture is not None else (),
        mentions=tuple(story.shown.mention_id for story in (*whole, *doubtful)) if may_judge else (),
    )


def _spoken(story: Story) -> str:
    """Its sentence as plain text, cut around the first word that decided; whose, if not the first one's."""
    told = "".join(piece for piece, _ in cut_marked(marked(story.shown.sentence, story.shown.forms), _SENTENCE))
    return told if story.shown.outlet == story.first.outlet else f"{story.shown.outlet}: {told}"


def _repeats(story: Story) -> bool:
    """Whether its sentence is its headline: of posts, and of many short pieces."""
    return story.shown.sentence == story.title
