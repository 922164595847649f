"""How X weighs a text: pure functions.

Source: twitter-text's published configuration, version 3 (`config/v3.json`), and its README: a text is normalised
(NFC); letters of most alphabets, digits and the usual punctuation weigh one, everything else two; an emoji weighs two,
however many code points it has; an address weighs 23, also one without a scheme.
"""

import re
import unicodedata
from collections.abc import Iterator

from campaigns.clusters import clusters

LIMIT = 280
ADDRESS = 23

_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_JOINER, _EMOJI_SIGN, _KEYCAP = "\u200d", "\ufe0f", "\u20e3"
# The national ones, and those others that texts of an office name without "https://". One that is missing counts as
# it is written: X would count it as 23, and the post be refused instead of held back.
_NATIONAL = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc"
    " cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga"
    " gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo"
    " jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr"
    " ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re"
    " ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to"
    " tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_OTHER = (
    "academy aero agency app art asia berlin biz blog business cafe care careers cat center chat church city cloud club"
    " com community company coop design dev digital directory earth education email events expert family fm foundation"
    " fun fund gallery games gmbh gov edu group guide guru hamburg help host house info institute int international io"
    " irish jobs life link live london ltd media mil mobi museum name net network news ngo one ong online org page"
    " party photo photos pics plus post press pro project pub radio review rocks run sale school science scot service"
    " services shop site social software solutions space store stream studio support systems team tech tel theater"
    " tips today tools top tours training travel tube university video vision wiki win work works world xyz zone"
)
_ENDS = frozenset(_NATIONAL.split()) | frozenset(_OTHER.split())
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
# What may stand before one: not a letter, an @ or # or $, and not a sign that makes it part of something longer.
_FOUND = re.compile(
    rf"""https?://[^\s<>"]+
    | (?<![\w@\#$./-]) (?P<bare>(?:{_LABEL}\.)+(?P<end>[A-Za-z]{{2,20}})) (?![\w@]) (?:/[^\s<>"]*)?""",
    re.VERBOSE | re.IGNORECASE,
)
_ROW = re.compile(r"[\x00-\x0c\x0e-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u201f]{3,}")
# What ends a sentence does not belong to the address before it.
AFTER_ADDRESS = ".,;:!?)]}'\u00bb\u201d\u2019"


def weight(text: str, per_url: int | None = ADDRESS) -> int:
    """How long X finds a text; `per_url` is what an address weighs, None: as it is written."""
    text = unicodedata.normalize("NFC", text)
    if per_url is None:
        return _plain(text)
    weighed, rest = 0, 0
    for start, end in addresses(text):
        weighed += _plain(text[rest:start]) + per_url
        rest = end
    return weighed + _plain(text[rest:])


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses of the web stand in a text, also such without a scheme: where each begins and ends."""
    for found in _FOUND.finditer(text):
        if not found["bare"] or found["end"].lower() in _ENDS:
            yield found.start(), found.start() + len(found.group().rstrip(AFTER_ADDRESS))


def _plain(text: str) -> int:
    # Within a row of such signs each is seen by itself and weighs one; only its ends may belong to what stands beside.
    thin = _ROW.sub(_ends, text)
    return len(text) - len(thin) + sum(2 if _is_emoji(seen) else sum(map(_weight, seen)) for seen in clusters(thin))


def _ends(row: re.Match[str]) -> str:
    return row[0][0] + row[0][-1]


def _weight(char: str) -> int:
    code = ord(char)
    return 1 if any(first <= code <= last for first, last in _LIGHT) else 2


def _is_emoji(seen: str) -> bool:
    if len(seen) == 1:
        return False  # one code point weighs one or two by its range, emoji or not
    flag = 0x1F1E6 <= ord(seen[0]) <= 0x1F1FF
    return flag or _KEYCAP in seen or _EMOJI_SIGN in seen or (_is_picture(seen[0]) and set(seen) != {seen[0]})


def _is_picture(char: str) -> bool:
    return ord(char) >= 0x2190 and unicodedata.category(char) in ("So", "Sk", "Sm")
