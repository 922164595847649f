"""What a relay's refusal means for the address. Pure.

Sources: RFC 3463 (status codes), RFC 5248 (their registry), and what large providers write under which.
"""

import re

# The class of a status, then two numbers; and SMTP's own three digits, where a relay gives nothing better.
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_PLAIN = re.compile(r"(?<![\d.])([45])(\d\d)(?![\d.])")
_MAILBOX = re.compile(r"[^\s<>\"'(),;:@\[\]\\]{1,64}@[^\s<>\"'(),;:@\[\]\\]{1,255}")
_FULL = re.compile(r"quota|mailbox (?:is )?full|over ?quota|insufficient (?:system )?storage", re.IGNORECASE)
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_LONGEST = 300
_POLICY = re.compile(
    r"\bspam|block(?:ed|list)|black ?list|reputation|\bpolicy\b|\bspf\b|\bdkim\b|\bdmarc\b|unsolicited", re.IGNORECASE
)
# The address may be well: its mailbox is full, its machine rests or was not reached in time, or it is our sender or our
# mail that was not wanted (its name, its size).
_PASSING = {"1.7", "1.8", "2.2", "2.3", "3.2", "3.3", "3.4", "3.5", "4.2", "4.3", "4.5", "4.6", "4.7"}
# What keeps a reader from mail day after day, without the address being gone: a mailbox, a machine, a way to it.
_UNREACHED = re.compile(r"4\.[0-6]\.|5\.2\.[0-2]$|5\.4\.")


def code_of(*told: str) -> str:
    """The most telling status in these texts, the first one of the most telling; empty if there is none.

    `5.0.0` says less than `5.1.1`, and a bare `550` becomes `5.0.0`.
    """
    found = [f"{one[1]}.{int(one[2])}.{int(one[3])}" for text in told for one in _STATUS.finditer(text[:4_000])]
    if not found:
        found = [f"{one[1]}.0.0" for text in told for one in _PLAIN.finditer(text[:4_000])]
    same = [code for code in found if code[0] == found[0][0]]
    # `x.y.0` means "something else about y": a fuller word of the same class is the better one.
    return next((code for code in same if not code.endswith(".0")), same[0] if same else "")


def judged(code: str, answer: str, *, is_final: bool = True) -> tuple[str, str]:
    """What a refusal is, `hard` or `soft`, and its code: a relay that names no better one than `5.0.0` when it refuses
    our mail as spam gets `5.7.0`, and `5.2.2` when a mailbox is full.

    Hard is an address that is gone for good. A full mailbox is not, one whose relay refuses our mail is not, and none
    is while the relay still tries (`is_final` False).
    """
    if code.endswith(".0.0"):
        plainer = "2.2" if _FULL.search(answer) else "7.0" if _POLICY.search(answer) else "0.0"
        code = f"{code[0]}.{plainer}"
    if not is_final or not code.startswith("5."):
        return "soft", code
    _, subject, detail = code.split(".")
    passing = f"{subject}.{detail}" in _PASSING or subject == "7" or (subject in {"5", "6"} and detail != "0")
    return ("soft" if passing or (subject != "1" and _FULL.search(answer)) else "hard"), code


def is_unreached(code: str) -> bool:
    """Whether a soft refusal says that the reader gets no mail at present. What a relay refuses for
    our mail's sake (policy, size, form) does not, and nor does what is said about an address behind the reader's own.
    """
    return not code or _UNREACHED.match(code) is not None


def hushed(answer: str, *mails: str) -> str:
    """A relay's words on one line without anybody's address, not even the part of `mails` before the @."""
    said = _MAILBOX.sub("***", _UNFIT.sub(" ", answer[: 4 * _LONGEST]))
    for mail in mails:
        local = mail.rpartition("@")[0]
        if len(local) > 2:
            said = re.sub(re.escape(local), "***", said, flags=re.IGNORECASE)
    said = " ".join(said.split())
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
