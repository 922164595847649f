"""A digest said in one sentence, in a subject, and in the line that lists of mail show beside it. Pure."""

from collections.abc import Sequence

from outreach.core.text import Words
from outreach.digest.facts import Digest, Telling
from scrapers.queries import SourceState

# Small numbers are written as words where they stand inside a sentence.
_IN_WORDS = 10
_MOST_SILENT = 3
# A headline inside the sentence; the line beside a subject, of which a phone shows less.
_TITLE, _LINE = 70, 140


def sentence(digest: Digest, words: Words) -> str:
    """How much was written and what of it matters most; of an empty day, what the silence rests on.

    A mail that is late, or covers days without one, says so in a sentence of its own.
    """
    told = [f"{_told(digest, words)}."]
    if digest.late:
        told.append(words("digest.sentence.late"))
    if digest.missed:
        told.append(words("digest.sentence.missed", count=digest.missed))
    return " ".join(told)


def subject(digest: Digest, words: Words) -> str:
    """The mail's subject, shorter than 78 characters: the day, the mentions, and how many are critical."""
    told = [words("digest.mentions", count=digest.mentions)]
    if digest.critical:
        told.append(words("digest.sentence.critical", count=digest.critical, number=words.number(digest.critical)))
    elif not digest.mentions and digest.doubtful:
        told.append(words("digest.silence.look", count=_doubtful(digest)))
    return words("digest.subject", day=words.short_day(digest.day), told=", ".join(told))


def preheader(digest: Digest, words: Words) -> str:
    """What stands beside the subject in a list of mails: what matters most, then headlines; at most 140 characters."""
    if not digest.mentions:
        told = "; ".join(_silence(digest, words))
        return _cut(told[:1].upper() + told[1:], _LINE)
    highlight = _highlight(digest, words)
    lines = [highlight[:1].upper() + highlight[1:]] if highlight else []
    for story in digest.stories:
        title = _plain(story.shown.title)
        # The first of them is mostly named in what matters most.
        if title and not any(_cut(title, _TITLE) in line for line in lines):
            lines.append(title)
        if sum(map(len, lines)) > _LINE:
            break
    return _cut(" · ".join(lines) or _outlets(_tellings(digest), words), _LINE)


def _told(digest: Digest, words: Words) -> str:
    mentions = words("digest.mentions", count=digest.mentions)
    if not digest.mentions:
        return "; ".join([mentions, *_silence(digest, words)])
    # One mention is always in one story.
    counts = mentions if digest.mentions == 1 else f"{mentions} {words('digest.in_stories', count=len(digest.stories))}"
    told = ", ".join([counts, *_critical(digest, words)])
    if digest.critical == digest.mentions and not any(one.names_us for one in _tellings(digest)):
        # That they are critical is said already.
        return f"{told}: {_outlets(_tellings(digest), words)}"
    highlight = _highlight(digest, words)
    return f"{told}; {highlight}" if highlight else told


def _critical(digest: Digest, words: Words) -> list[str]:
    count = digest.critical
    if not count:
        return []
    if count == digest.mentions:
        return [words("digest.sentence.critical_one" if count == 1 else "digest.sentence.critical_all")]
    number = words(f"digest.sentence.number.{count}") if count <= _IN_WORDS else words.number(count)
    return [words("digest.sentence.critical", count=count, number=number)]


def _highlight(digest: Digest, words: Words) -> str:
    """The one thing to know: who is critical, else who names us, who writes of a campaign, what most outlets tell, or
    what weighs most; nothing where no headline is left to name.
    """
    tellings = _tellings(digest)
    critical = [one for one in tellings if one.tone == "critical"]
    if of_us := [one for one in critical if one.names_us]:
        return words("digest.sentence.critical_of_us", outlets=_outlets(of_us, words))
    if critical:
        return words("digest.sentence.critical_by", outlets=_outlets(critical, words))
    if of_us := [one for one in tellings if one.names_us]:
        return words("digest.sentence.names_us", outlets=_outlets(of_us, words))
    if digest.printed:
        first, *others = digest.printed[0].outlets
        campaign = _cut(_plain(digest.printed[0].title), _TITLE)
        return words("digest.sentence.campaign", outlets=_names(first, others, words), campaign=campaign)
    return _widest(digest, words)


def _widest(digest: Digest, words: Words) -> str:
    story = max(digest.stories, key=lambda one: len(one.outlets))  # of equals the first: the weightiest
    title = _cut(_plain(story.title or story.shown.title), _TITLE)
    outlet = _name(story.outlets[0], words)
    if not title:
        return ""
    if len(story.outlets) > 1:
        return words("digest.sentence.widest", title=title, count=len(story.outlets), outlet=outlet)
    return words("digest.sentence.only" if digest.mentions == 1 else "digest.sentence.top", title=title, outlet=outlet)


def _tellings(digest: Digest) -> list[Telling]:
    return [one for story in digest.stories for one in story.tellings]


def _outlets(tellings: Sequence[Telling], words: Words) -> str:
    first, *others = dict.fromkeys(one.outlet for one in tellings)
    return _names(first, others, words)


def _names(first: str, others: Sequence[str], words: Words) -> str:
    if not others:
        return _name(first, words)
    if len(others) == 1:
        return words("digest.sentence.two_outlets", first=_name(first, words), second=_name(others[0], words))
    return words("digest.sentence.more_outlets", first=_name(first, words), count=len(others))


def _name(outlet: str, words: Words) -> str:
    return words("digest.sentence.outlet", name=_plain(outlet))


def _silence(digest: Digest, words: Words) -> list[str]:
    """What the silence of a day rests on: who was asked and answered, who has been silent for longer than usual."""
    parts = [words("digest.silence.look", count=_doubtful(digest))] if digest.doubtful else []
    if digest.sources:
        parts.append(words("digest.silence", answered=digest.answered, count=digest.sources))
    else:
        parts.append(words("digest.silence.no_sources"))
    shown = ", ".join(_silent(one, words) for one in digest.silent[:_MOST_SILENT])
    more = len(digest.silent) - _MOST_SILENT
    if more > 0:
        parts.append(words("digest.silence.more", silent=shown, count=more))
    elif shown:
        parts.append(shown)
    return parts


def _silent(source: SourceState, words: Words) -> str:
    key = {"scrapers.silent_usual": "digest.silence.usual", "scrapers.silent_daily": "digest.silence.daily"}.get(
        source.reason_key or "", "digest.silence.source"
    )
    days = source.reason_facts.get("count", 0)
    gap = source.reason_facts.get("gap", 1)
    return words(key, name=_name(source.name, words), count=days, gap=gap)


def _doubtful(digest: Digest) -> int:
    return sum(len(story.tellings) for story in digest.doubtful)


def _plain(text: str) -> str:
    """On one line, whatever an outlet's headline holds."""
    return " ".join(text.split())


def _cut(text: str, most: int) -> str:
    """At most so many characters, cut between words where there is a place to."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    head = kept.rpartition(" ")[0]
    return f"{(head if len(head) > most // 2 else kept).rstrip(' ·,;:–-')}…"
