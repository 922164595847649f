"""Letters as families, machines and we ourselves write them."""

import base64
from email.message import EmailMessage
from email.utils import format_datetime

from outreach.tracker.letters.reading import Said, read
from tests.outreach.rooms import NOW

OURS = "jautajumi@birojs.example"
ANNA = "Anna Bērziņa <anna@pasts.example>"
CANARY = "Zeltkanārijs"
PNG = b"\x89PNG\r\n\x1a\n" + b"bilde" * 20


def letter(
    number: str = "a",
    text: str = "Gribam atgriezties Rēzeknē.\n",
    *,
    subject: str = "Jautājums",
    sender: str = ANNA,
    follows: tuple[str, ...] = (),
    files: tuple[tuple[str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """A letter with the Message-ID `<number@pasts.example>`; `follows` are ids, the first of the talk first."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, OURS, subject
    mail["Date"] = format_datetime(NOW)
    if number:
        mail["Message-ID"] = f"<{number}@pasts.example>"
    if follows:
        mail["In-Reply-To"], mail["References"] = follows[-1], " ".join(follows)
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def said(*args: str, **more: object) -> Said:
    return read(letter(*args, **more), "birojs.example")  # type: ignore[arg-type]


def packed(text: str, charset: str, told: str, kind: str = "plain") -> bytes:
    """A letter whose text is in one character set and says that it is in another."""
    head = (
        f"From: Anna <anna@pasts.example>\r\nSubject: x\r\nMessage-ID: <p@pasts.example>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/{kind}; charset={told}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.b64encode(text.encode(charset)) + b"\r\n"
