"""What the pages of the public press room share: whose words they speak, whole addresses, how long they are kept."""

import hashlib
from dataclasses import dataclass

from flask import Response, make_response, request

from outreach.core.text import PUBLIC_LANGUAGES, Words
from outreach.web.visit import here, who, words

_SECONDS = 300  # not for long: a release may be withdrawn, and so may a consent


@dataclass(frozen=True)
class Tongue:
    """A language a release is there in: its name, and the address of that page."""

    code: str
    name: str
    url: str


def whole(path: str) -> str:
    """The address under which the outside finds a path of ours."""
    return here().settings.web.public_url + path


def frame(language: str) -> Words:
    """The words of a page about a text in that language: those that were asked for, else the text's own."""
    asked = request.args.get("lang", "")
    if asked in PUBLIC_LANGUAGES:
        return here().texts.in_language(asked)
    return here().texts.in_language(language if language in PUBLIC_LANGUAGES else "en")


def spoken(language: str) -> Words:
    """The catalogue of a text's own language; English for those that no catalogue is there for."""
    return here().texts.in_language(language if language in PUBLIC_LANGUAGES else "en")


def name_of(code: str, t: Words | None = None) -> str:
    """What a language is called; its code where nobody says."""
    told, key = t or words(), f"public.language.{code}"
    return told(key) if told.knows(key) else code


def office_name(language: str) -> str:
    """The office's name in that language, else its first one."""
    name = here().office.name
    return name.get(language) or name["lv"]


def kept(body: str | bytes, mimetype: str = "text/html", *, marked: bool = False) -> Response:
    """An answer that others may keep for some minutes, as long as nobody is signed in.

    `marked`: it says what it holds by an ETag, and is sent only to who has another.
    """
    answer = make_response(body)
    answer.content_type = f"{mimetype}; charset=utf-8" if "text" in mimetype or "xml" in mimetype else mimetype
    if who() is None:
        answer.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    else:
        answer.headers["Cache-Control"] = "private, no-cache" if marked else "no-store"
    answer.vary.update(["Accept-Language", "Cookie"])
    if marked:
        answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
        answer.make_conditional(request)
    return answer


def secretly(answer: Response) -> Response:
    """An answer that nobody keeps, lists or hands on: its address is the key."""
    answer.headers["X-Robots-Tag"] = "noindex, noarchive"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
