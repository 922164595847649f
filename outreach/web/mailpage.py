"""A mail as a document of its own: what its readers got, so that nothing in it can do anything.

No script, no form, no frame, nothing fetched from anywhere: its pictures stand in it. In a sandbox it is of no origin;
what its links open is not in that sandbox any more.
"""

import base64
import re
from collections.abc import Sequence

from flask import Response, url_for

from outreach.core.mail_mould import Picture
from outreach.digest.editions import Slots

HEADERS = {
    "Content-Security-Policy": (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
        "style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-DNS-Prefetch-Control": "off",
    "X-Robots-Tag": "noindex, noarchive",
}
_PICTURE = re.compile(r"cid:([\w-]{1,40})@pictures")


def shown(html: str, pictures: Sequence[Picture]) -> Response:
    """The mail's HTML, its tokens or other addresses put in already, with its pictures inside."""
    held = {one.name: base64.b64encode(one.data).decode() for one in pictures}
    text = _PICTURE.sub(lambda found: f"data:image/png;base64,{held.get(found[1], '')}", html)
    answer = Response(text, content_type="text/html; charset=utf-8")
    answer.headers.update(HEADERS)
    return answer


def filled(html: str, slots: Slots, mail_token: str, reader_token: str) -> str:
    """As its reader got it: their own tokens where the slots are."""
    return html.replace(slots.mail, mail_token).replace(slots.reader, reader_token)


def indoors(html: str, slots: Slots, here: str) -> str:
    """As the office reads it: nobody's tokens. A verdict's link leads to the mention, the reader's to one's own
    settings, and the one to the mail itself to `here`.
    """
    mail, reader = f"/d/{re.escape(slots.mail)}", f"/subscription/{re.escape(slots.reader)}"
    html = re.sub(rf'href="[^"]*{mail}/judge/(\d{{1,9}})[^"]*"', _to_mention, html)
    html = re.sub(rf'href="[^"]*{mail}[^"]*"', f'href="{here}"', html)
    return re.sub(rf'href="[^"]*{reader}[^"]*"', f'href="{url_for("digests.mine")}"', html)


def _to_mention(found: re.Match[str]) -> str:
    return f'href="{url_for("mentions.one", mention_id=int(found[1]))}"'
