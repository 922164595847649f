"""Text as signs of speech are sought in it: small letters without marks, one kind of dash, single spaces. Pure.

Many write Latvian and German without their marks, and a sign is then the same letters.
"""

import re
import unicodedata

# Where a paragraph ends: signs of one never reach into the next.
PARAGRAPH = "¶"
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def plain(text: str) -> str:
    """`Līdz 5. janvārim` becomes `lidz 5. janvarim`; Cyrillic loses its marks too (`й` is `и`)."""
    parted = re.sub(r"\r?\n[ \t]*\r?\n\s*", f" {PARAGRAPH} ", text)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", parted) if not unicodedata.combining(sign))
    return " ".join(_DASHES.sub("-", bare).casefold().split())
