"""What somebody wrote, their signature, and the mail that they answer, kept apart. Pure."""

import re

from outreach.postbox.plainwords import plain
from outreach.postbox.quoted import own_words

_MARK = re.compile(r"^-- ?$", re.MULTILINE)
_LONGEST_SIGNATURE = 12
# What a telephone adds by itself.
_SENT_FROM = re.compile(
    r"^(?:sent from (?:my|outlook|yahoo|mail)|get outlook for|nosutits no (?:mana|manas|iphone|ipad|samsung)"
    r"|отправлено (?:с|из) |von meinem .{1,40} gesendet|gesendet (?:von|mit) )"
)


def apart(text: str) -> tuple[str, str, str]:
    """Own words, signature, quoted mail. Nothing gets lost: where the quoted part stands in between, all of it is told
    again as the third.
    """
    whole = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    own = own_words(whole)
    if not own and whole:
        return "", "", whole  # somebody wrote between the lines, or sent on a mail without a word
    quoted = whole[len(own) :].strip() if whole.startswith(own) else whole
    own, signature = _signed(own)
    return own, signature, quoted


def _signed(own: str) -> tuple[str, str]:
    marks = list(_MARK.finditer(own))
    if marks and own[marks[-1].end() :].count("\n") <= _LONGEST_SIGNATURE:
        return own[: marks[-1].start()].strip(), own[marks[-1].end() :].strip()
    before, _, last = own.rpartition("\n")
    if before and _SENT_FROM.match(plain(last)):
        return before.strip(), last.strip()
    return own, ""
