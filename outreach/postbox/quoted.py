"""What somebody wrote themselves: a letter without the mail that it answers. Pure."""

import re

from outreach.postbox.plainwords import plain

_LONGEST_LINE = 300
# "On Monday Anna wrote:", in the forms of common mail programs; it may be broken into two lines.
_WROTE = re.compile(
    r"(?:\b(?:wrote|rakstija|rakstijis|rakstijusi|написал\w*|писал\w*|пишет|schrieb)\b[^.]{0,60}:"
    r"|^(?:your (?:original )?(?:message|e-?mail)|jusu (?:vestule|zina|e-?pasts)|ваше (?:письмо|сообщение)"
    r"|ihre (?:nachricht|e-?mail)|original message|in reply to|atbildot uz)\b[^.]{0,60}:)$"
)
_LINE = re.compile(
    r"^-{2,} ?.{0,20}(?:message|zin[aou]|vestule|сообщение|письмо|nachricht)\b.{0,20}-{2,}$|^-{2,} ?forwarded\b"
)
_FROM = re.compile(r"^\*?(?:from|no|от|von|sutitajs|nosutitajs|отправитель)\*? ?:")
_THEN = re.compile(
    r"^\*?(?:sent|date|to|subject|nosutits|datums|kam|adresats|tema|temats"
    r"|отправлено|дата|кому|тема|gesendet|datum|an|betreff)\*? ?:"
)
_BRIEF = 4


def own_words(text: str) -> str:
    """The text up to where a quoted mail begins, without lines that are quoted by `>`; where somebody wrote under
    lines quoted so, what stands under them too.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begins = next((at for at in range(len(lines)) if _begins(lines, at)), len(lines))
    behind = lines[begins:]
    is_marked = any(line.lstrip().startswith(">") for line in behind[1:_BRIEF])
    kept = lines[:begins]
    if is_marked:
        # The line that says who wrote goes, or its two halves.
        first = next(at for at, line in enumerate(behind) if line.lstrip().startswith(">"))
        kept += behind[first:]
    own = "\n".join(line for line in kept if not line.lstrip().startswith(">"))
    return re.sub(r"[\s_-]*\Z", "", own).strip() if behind else own.strip()


def _begins(lines: list[str], at: int) -> bool:
    line = plain(lines[at][:_LONGEST_LINE])
    if not line:
        return False
    if _LINE.match(line) or _WROTE.search(line):
        return True
    following = [plain(one[:_LONGEST_LINE]) for one in lines[at + 1 : at + _BRIEF]]
    if _FROM.match(line):
        return any(_THEN.match(one) for one in following)
    return bool(following) and ("@" in line or bool(re.match(r"(?:on|am|le|pl|в|no|plkst)\b|\d", line))) and (
        not re.search(r"[.!?]$", line) and bool(following[0]) and bool(_WROTE.search(f"{line} {following[0]}"))
    )
