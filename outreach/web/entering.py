"""What the doors and one's own account share: the browser before us, and the cookies of whoever comes in."""

import segno
from flask import Response, g, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from outreach.people import devices
from outreach.people.entry import Browser, Entered
from outreach.web import access
from outreach.web.visit import address, device, half, here, is_secure, session_cookie, who

FAMILIES = access.SEES_FAMILIES


def browser() -> Browser:
    """The browser of this visit."""
    held = who() or half()
    known = devices.read(here().seal, request.cookies.get(_device_cookie()))
    return Browser(address(), device(), known, held.session_id if held is not None else None)


def admit(target: str, entered: Entered) -> AnyResponse:
    """Sends whoever came in to `target`, with the new session's cookie; a whole session makes the browser known."""
    answer = redirect(target, 303)
    hand_over(answer, entered)
    return answer


def hand_over(answer: AnyResponse | Response, entered: Entered) -> None:
    """Puts the new session's cookie, and the browser's own, into an answer."""
    g.pop("person", None)
    answer.set_cookie(session_cookie(), entered.token, httponly=True, samesite="Lax", secure=is_secure(), path="/")
    if entered.full:
        seal = here().seal
        known = devices.read(seal, request.cookies.get(_device_cookie()))
        answer.set_cookie(
            _device_cookie(),
            devices.cookie(seal, known, entered.user_id),
            max_age=devices.SECONDS,
            httponly=True,
            samesite="Lax",
            secure=is_secure(),
            path="/",
        )


def show_out(answer: AnyResponse) -> AnyResponse:
    """Takes the session's cookie away."""
    g.pop("person", None)
    answer.delete_cookie(session_cookie(), httponly=True, samesite="Lax", secure=is_secure(), path="/")
    return answer


def qr(told: str) -> Markup:
    """A QR picture as SVG without styles."""
    code = segno.make(told, micro=False)
    return Markup(code.svg_inline(scale=5, border=3, dark="#000", light="#fff"))  # noqa: S704  (segno's own drawing)


def _device_cookie() -> str:
    return f"{session_cookie()}-known"
