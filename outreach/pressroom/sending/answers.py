"""What an automatic answer means: somebody is away, has another address, is there no more. Pure: text in, a value out.

In Latvian, English, Russian and German, with and without their marks. What is not understood is `nothing`: an answer
that says only that our mail has come asks nothing of anybody.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from outreach.postbox.plainwords import PARAGRAPH, plain
from outreach.pressroom.sending import answerdates

Kind = Literal["away", "moved", "gone", "nothing"]

LONGEST = 20_000
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
# In place of addresses stand signs that no letter uses: the dots of an address end no sentence.
_FIRST_SIGN, _MOST_SIGNS = 0xE000, 200
_SIGN = re.compile("[\ue000-\ue0c7]")
_SENTENCE = re.compile(rf"[.!?;](?:\s|$)|{PARAGRAPH}")

_AWAY = re.compile(
    r"\b(?:prombutn\w*|atvalinajum\w*|komandejum\w*|arpus biroja|slimib\w*|slimoj\w*|dekret\w*|berna kopsan\w*"
    r"|ne(?:esmu|busu|atrodos|stradaju) (?:\w+ )?(?:biroj\w*|darb\w*|uz vietas|sasniedz\w*|pieejam\w*)"
    r"|atgriez\w+|bus\w* (?:atpakal|darba)|darba busu|(?<!vairs )nestradaj\w*"
    r"|out[ -]of[ -](?:the[ -])?office|ooo|away|vacation|holidays?|on leave|(?:annual|maternity|parental|sick) leave"
    r"|business trip|travell?ing|not in the office|be back|returning|return on|limited access|out until"
    r"|отпуск\w*|отсутств\w*|командировк\w*|больничн\w*|не в офисе|вне офиса|верну\w*|декрет\w*"
    r"|nicht (?:im (?:buro|haus)\w*|am arbeitsplatz)|abwesen\w*|urlaub\w*|dienstreise\w*|krank\w*|elternzeit"
    r"|mutterschutz|ausser haus|zuruck|nicht erreichbar)\b"
)
_GONE = re.compile(
    r"\bvairs (?:\w+ ){0,2}?nestrad\w+|\bnestrad\w+ vairs\b|\bvairs neesmu\b"
    r"|\bvairs nav (?:mus\w* )?(?:darbiniek|kolektiv)\w*"
    r"|\b(?:beid\w+|partrauc\w+|izbeig\w+) (?:darbu|darba (?:attiecib\w+|gait\w+))"
    r"|\bdarba (?:tiesisk\w+ )?attiecib\w+[^.¶]{0,40}\b(?:izbeig|partrauk|beigu)\w+"
    r"|\b(?:adres|e-?past|pastkast)\w*[^.¶]{0,30}\bvairs (?:netiek|nav|nedarboj)\w*"
    r"|\bvairs netiek (?:lietot|izmantot|lasit|parbaudit)\w*"
    r"|\bno longer (?:with|at|work(?:s|ing)?(?! on)|employed|part of|in use|active|monitored|valid|used|in service|read"
    r"|checked)\b"
    r"|\b(?:has|have|i've) left (?!the office|for|my|on|early|a )"
    r"|\b(?:does not|doesn't|do not|don't) work (?:[^.¶]{0,30})?any ?(?:more|longer)\b"
    r"|\b(?:больше|уже) не (?:работа|явля|использу|действу|проверя|обслуж)\w*|\bуволи\w+|\bпокинул\w*"
    r"|\bне работает в (?:редакци|компани|издани|нашеи)\w*"
    r"|\bnicht (?:mehr|langer) (?:\w+ ){0,6}?(?:tatig|beschaftigt|aktiv|besetzt|gultig|abgerufen|gelesen"
    r"|verwendet|arbeit\w*)\b"
    r"|\barbeite\w* (?:\w+ ){0,3}?nicht mehr\b|\bausgeschieden\b|\b(?:unternehmen|redaktion|verlag|firma) verlassen\b"
)
_ADDRESS_LV = r"(?:e-?pasta? ?adres\w*|adres\w*|e-?past\w*|kontaktadres\w*)"
_ADDRESS_EN = r"(?:e-?mail(?: address)?|address|mailbox)"
_ADDRESS_RU = r"(?:адрес\w*|почт\w*|e-?mail\w*|имеил\w*|электронн\w+ (?:адрес|почт)\w*)"
_ADDRESS_DE = r"(?:e-?mail-?adresse|e-?mail|mail-?adresse|adresse)"
# The new address follows one of these, or stands right before one of the first.
_NEW = (
    rf"\bjaun\w+ {_ADDRESS_LV}|\bnew (?:work |office |personal )?{_ADDRESS_EN}"
    rf"|\bнов\w+ {_ADDRESS_RU}|\bneue\w* {_ADDRESS_DE}"
)
_CHANGED = (
    rf"\bmain\w+ (?:sav\w+ )?{_ADDRESS_LV}|\b{_ADDRESS_LV} (?:ir )?(?:no)?main\w+|\bparcel\w+ uz|\bpargaj\w+ uz"
    rf"|\bmov(?:ed|ing) to|\b{_ADDRESS_EN} (?:has |is |was )?(?:been )?chang(?:ed|ing)"
    rf"|\bchanged (?:my |our )?{_ADDRESS_EN}"
    r"|\bupdate your (?:records?|contacts?|address ?book|contact (?:details|list|information))"
    r"|\bnow be reached (?:at|on)"
    rf"|\b{_ADDRESS_RU} (?:из|по|с)менил\w*|\bсменил\w* {_ADDRESS_RU}|\bпереш\w+ на"
    r"|\bтеперь пишите|\bпишите (?:мне )?теперь"
    rf"|\b{_ADDRESS_DE} (?:hat sich|wurde) geandert|\b(?:ab sofort|kunftig|nunmehr) (?:\w+ ){{0,3}}unter"
)
# "Write to me at": a new address only where the text says that something has changed.
_TO_ME = r"\brakstiet man|\b(?:write to|reach|contact) me\b|\bпишите мне|\bсвязаться со мнои|\berreichen sie mich"
_MOVED = re.compile(f"{_NEW}|{_CHANGED}")
_NEW_AT_END = re.compile(rf"^[^\d.!?;¶]{{0,30}}(?:{_NEW})")
_ME = re.compile(_TO_ME)
_SUBSTITUTE = re.compile(
    r"\b(?:koleg\w*|steidzam\w*|aizviet\w*|aizstaj\w*|mana vieta|asistent\w*|colleague\w*|urgent\w*"
    r"|in my absence|assistant|deputy|коллег\w*|срочн\w*|замеща\w*|заместител\w*|вместо меня"
    r"|kolleg\w*|dringend\w*|vertret\w*|vertrit\w*"
    r"|meiner stelle)\b"
)
_NOT = re.compile(r"\b(?:not|nav|не|nicht|keine?)\b")
_FURTHEST = 70  # from the sign to the address


@dataclass(frozen=True)
class Meaning:
    """What an answer means. `until`: away until and with this day, where one is told; `moved_to`: the new address, in
    small letters. `gone`: no longer there, and no new address is told.
    """

    kind: Kind
    until: date | None = None
    moved_to: str | None = field(default=None, repr=False)


def meaning(subject: str, text: str, day: date, known: Collection[str] = ()) -> Meaning:
    """What an automatic answer of `day` says. `text` is without what it quotes; `known` are addresses, in small
    letters, that cannot be the new one: the old one and our own. Never raises.
    """
    told, addresses = _signed(f"{subject}\n\n{text[:LONGEST]}")
    moved_to = _moved_to(told, addresses, known)
    is_away = _AWAY.search(told) is not None
    until = answerdates.until(f"{subject}\n\n{text[:LONGEST]}", day) if is_away else None
    if moved_to is not None:
        return Meaning("moved", until, moved_to)
    if _GONE.search(told):
        return Meaning("gone")
    return Meaning("away", until) if is_away else Meaning("nothing")


def moved_to(text: str, known: Collection[str] = ()) -> str | None:
    """The new address that somebody tells of themselves; a substitute's is none."""
    told, addresses = _signed(text[:LONGEST])
    return _moved_to(told, addresses, known)


def _signed(text: str) -> tuple[str, list[str]]:
    """The text as signs are sought in it, and the addresses whose places are taken by signs of their own."""
    found: list[str] = []

    def sign(match: "re.Match[str]") -> str:
        mail = match[0].strip("'.").lower()
        if mail not in found:
            if len(found) == _MOST_SIGNS:
                return " "
            found.append(mail)
        return f" {chr(_FIRST_SIGN + found.index(mail))} "

    held = re.sub("[\ue000-\uf8ff]", " ", text)
    return plain(_MAILBOX.sub(sign, held)), found


def _moved_to(told: str, addresses: list[str], known: Collection[str]) -> str | None:
    old = {mail.lower() for mail in known}
    has_changed = bool(_GONE.search(told)) or (_AWAY.search(told) is None and bool(re.search(_CHANGED, told)))
    for sentence in _SENTENCE.split(told):
        if _SUBSTITUTE.search(sentence):
            continue
        signs = [match for match in _MOVED.finditer(sentence) if not _NOT.search(sentence[: match.start()][-14:])]
        if has_changed:
            signs += _ME.finditer(sentence)
        for one in _SIGN.finditer(sentence):
            mail = addresses[ord(one[0]) - _FIRST_SIGN]
            if mail in old:
                continue
            if any(_is_near(sentence[match.end() : one.start()]) for match in signs if match.end() <= one.start()):
                return mail
            after = _NEW_AT_END.match(sentence[one.end() :])
            if after is not None and not _NOT.search(after[0]):
                return mail
    return None


def _is_near(between: str) -> bool:
    """Whether what stands between the sign and the address leaves them together: no street, no telephone, no "not"."""
    return len(between) <= _FURTHEST and re.search(r"\d", between) is None and _NOT.search(between) is None
