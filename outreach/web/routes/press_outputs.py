"""What goes out of a release, for the office: each recipient's mail as they will see it, and the files."""

import base64
from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, render_template, request, url_for

from campaigns.pictures import file_of
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.pressroom import texts
from outreach.pressroom.outputs import mail as mails
from outreach.pressroom.outputs import merging, plain, previewing, wording
from outreach.pressroom.outputs.docx import docx
from outreach.pressroom.outputs.mail import Letter, Links
from outreach.pressroom.outputs.pdf import pdf
from outreach.pressroom.outputs.pictures import showable
from outreach.pressroom.outputs.tidy import cleaned
from outreach.pressroom.texts import Said, blocks
from outreach.web import mailpage, uploads
from outreach.web.visit import HIGHEST, here, now, number_in, words

pages = Blueprint("press_outputs", __name__)

_VIEWS = ("html", "text", "files")
_KINDS = frozenset({"pdf", "docx", "txt", "html"})
_PHONE, _DESKTOP = 360, 600  # pixels
_LONGEST = 500
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HELD = "https://picture.invalid/"  # stands for a picture's address until its bytes are put in


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the release with what may be shown, its language's words, whose copy, the greeting."""

    said: Said
    languages: tuple[str, ...]
    t: Words
    recipient: previewing.Looked | None
    typed: str
    hello: str
    trouble: str

    @property
    def whose(self) -> merging.Addressed:
        """Whom the fields speak of."""
        return self.recipient or previewing.Nobody()


@pages.get("/press/releases/<int:release_id>/preview")
def preview(release_id: int) -> str:
    """A recipient's copy: the mail wide and narrow, as plain text, and the files that may go with it."""
    asked, app = _asked(release_id), here()
    view = request.args.get("view", "")
    told = cleaned(asked.said)
    zone = app.settings.zone
    return render_template(
        "pages/press_outputs/preview.html",
        asked=asked,
        said=told,
        own=asked.t,
        view=view if view in _VIEWS else _VIEWS[0],
        views=_VIEWS,
        tongues=[(code, _language(code)) for code in asked.languages],
        list_id=number_in("list"),
        subject=wording.subject(told, zone, now(), asked.t),
        embargo=wording.embargo(told, zone, now(), asked.t),
        kind_said=wording.kind(told, asked.t),
        office_said=wording.office_name(app.office, told.language),
        blocks=blocks(told.body),
        quotes=[(wording.quoted(one.words, told.language), wording.speaker(one)) for one in told.quotes],
        pictures=[(one, wording.credit(one, asked.t)) for one in told.pictures],
        text=_letter(asked).text if view == "text" else "",
        fields=merging.listed(asked.whose, asked.t, words()),
        widths=(_DESKTOP, _PHONE),
    )


@pages.get("/press/releases/<int:release_id>/preview/mail")
def mail(release_id: int) -> Response:
    """The mail itself, as a document of its own; `width=360` shows it as narrow as a telephone."""
    asked = _asked(release_id)
    html = _letter(asked).html
    for number, picture in enumerate(asked.said.pictures):
        html = html.replace(f"{_HELD}{number}.", _inside(picture.name))
    if request.args.get("width") == str(_PHONE):
        html = html.replace("</head>", f"<style>body{{max-width:{_PHONE}px;margin:0 auto!important}}</style></head>", 1)
    return mailpage.shown(html, ())


@pages.get("/press/releases/<int:release_id>/<language>.<kind>")
def file(release_id: int, language: str, kind: str) -> Response:
    """The release in one language as a file."""
    app = here()
    if release_id > HIGHEST or kind not in _KINDS:
        abort(404)
    with app.store.reading() as session:
        said = texts.said(session, release_id, language)
        said = showable(session, said, local_day(now(), app.settings.zone)) if said is not None else None
    if said is None:
        abort(404)
    body, mimetype = _made(said, kind)
    answer = Response(body, mimetype=mimetype)
    name = words()("pressout.file", number=str(release_id), language=language)
    answer.headers["Content-Disposition"] = f'{"inline" if kind == "pdf" else "attachment"}; filename="{name}.{kind}"'
    return answer


def _made(said: Said, kind: str) -> tuple[bytes, str]:
    app = here()
    t, zone, media = app.texts.in_language(said.language), app.settings.zone, uploads.media(app.settings)
    office = wording.office_name(app.office, said.language)
    if kind == "pdf":
        return pdf(said, office, zone, t, now=now(), media=media), "application/pdf"
    if kind == "docx":
        return docx(said, office, zone, t, now=now(), media=media), _WORD
    if kind == "txt":
        return plain.text(said, office, zone, t, now=now()).encode(), "text/plain"
    return mails.letter(said, "", Links(), t, app.office, zone=zone, now=now()).html.encode(), "text/html"


def _asked(release_id: int) -> Asked:
    app = here()
    if release_id > HIGHEST:
        abort(404)
    today = local_day(now(), app.settings.zone)
    with app.store.reading() as session:
        languages = texts.languages(session, release_id)
        wanted = request.args.get("language", "")
        language = wanted if wanted in languages else next(iter(languages), "")
        said = texts.said(session, release_id, language) if language else None
        said = showable(session, said, today) if said is not None else None
        recipient = previewing.looked_at(session, number_in("contact"), number_in("list"), today)
    if said is None:
        abort(404)
    t = app.texts.in_language(said.language)
    typed = request.args.get("hello", t("pressout.out.hello"))[:_LONGEST].replace("\r\n", "\n")
    asked = Asked(said, tuple(languages), t, recipient, typed, "", "")
    try:
        return replace(asked, hello=merging.merge(typed, merging.fields(asked.whose, t)))
    except OutreachError as error:
        return replace(asked, trouble=words().error(error))


def _letter(asked: Asked) -> Letter:
    app, said = here(), asked.said
    public = app.settings.web.public_url
    links = Links(
        page="",
        pdf=public + url_for(".file", release_id=said.release_id, language=said.language, kind="pdf"),
        docx=public + url_for(".file", release_id=said.release_id, language=said.language, kind="docx"),
        pictures=tuple(f"{_HELD}{number}." for number in range(len(said.pictures))),
    )
    return mails.letter(said, asked.hello, links, asked.t, app.office, zone=app.settings.zone, now=now())


def _inside(name: str) -> str:
    """A picture as an address that holds it: a page in a sandbox is not told who asks."""
    found = file_of(uploads.media(here().settings), name)
    try:
        body = found.read_bytes() if found is not None else b""
    except OSError:
        body = b""
    return f"data:image/webp;base64,{base64.b64encode(body).decode()}"


def _language(code: str) -> str:
    t, key = words(), f"public.language.{code}"
    return t(key) if t.knows(key) else code
