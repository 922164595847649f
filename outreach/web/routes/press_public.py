"""The public press room: the list, a release's page and its files; and the same of one that only a link opens yet."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.pictures import file_of
from outreach.core.clock import local_day
from outreach.core.text import PUBLIC_LANGUAGES
from outreach.pressroom.outputs import wording
from outreach.pressroom.outputs.docx import docx
from outreach.pressroom.outputs.pdf import pdf
from outreach.pressroom.public import prints, reading, shown, telling, tokens
from outreach.pressroom.public.reading import Public
from outreach.pressroom.texts import Pictured, Said, blocks
from outreach.web import publicpage, uploads
from outreach.web.publicpage import Tongue, whole
from outreach.web.visit import here, now, number_in, words

pages = Blueprint("press_public", __name__)

_KINDS = frozenset({"pdf", "docx"})
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PICTURE = re.compile(r"([0-9a-f]{64})(\.jpg|-small\.webp)")
_SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
_PAGES = 1_000


@dataclass(frozen=True)
class Ways:
    """Where a release's page and files are: under its address, or under the token of a link."""

    one: Callable[[str], str]
    file: Callable[[str, str], str]
    picture: Callable[[str], str]


@dataclass(frozen=True)
class Shot:
    """A picture as the page shows it, and where its print is."""

    picture: Pictured
    caption: str
    rights: str
    small: str
    print: str


@pages.get("/prese")
def index() -> Response:
    """The releases that are out, the latest first; of a year, or with words in them."""
    app, t = here(), words()
    year = request.args.get("year", type=int)
    sought = " ".join(request.args.get("q", "").split())[:100]
    page = min(number_in("page") or 1, _PAGES)
    with app.store.reading() as session:
        found = reading.listed(
            session, now(), t.language, app.settings.zone, year=year, words=sought, page=page
        )
    own = whole(url_for(".index"))
    body = render_template(
        "pages/press_public/index.html",
        found=found,
        year=year,
        sought=sought,
        page=page,
        own=own,
        tongues=[Tongue(code, "", f"{own}?lang={code}") for code in PUBLIC_LANGUAGES],
        named=lambda code: publicpage.name_of(code, t),
        year_of=lambda moment: local_day(moment, app.settings.zone).year,
        day_of=lambda moment: local_day(moment, app.settings.zone),
    )
    return publicpage.kept(body)


@pages.get("/prese/<slug>")
def one(slug: str) -> Response:
    """A release, in its own language or the one that is asked for; of a withdrawn one the note alone."""
    public, said = _asked(slug)
    return publicpage.kept(_page(public, said, _ways(slug)))


@pages.get("/prese/<slug>/files/<language>.<kind>")
def file(slug: str, language: str, kind: str) -> Response:
    """A public release as PDF or Word file."""
    public = _standing(slug)
    return publicpage.kept(*_file(public, language, kind), marked=True)


@pages.get("/prese/<slug>/pictures/<name>")
def picture(slug: str, name: str) -> Response:
    """A picture of a public release, to print from or to look at."""
    public = _standing(slug)
    return _envelope(publicpage.kept(*_picture(public, name), marked=True), name, slug)


@pages.get("/prese/t/<token>", endpoint="held")
def held_page(token: str) -> AnyResponse:
    """A release before it is public, for whoever holds its link; once it is public the link leads to its page."""
    public = _held(token)
    if public.out_at is not None:
        return redirect(url_for(".one", slug=public.slug, lang=request.args.get("lang")), 302)
    language = _language(public, request.args.get("lang", ""))
    return publicpage.secretly(make_response(_page(public, _said(public, language), _ways_by(token))))


@pages.get("/prese/t/<token>/files/<language>.<kind>")
def held_file(token: str, language: str, kind: str) -> Response:
    """The same release as PDF or Word file."""
    body, mimetype = _file(_held(token), language, kind)
    return publicpage.secretly(Response(body, mimetype=mimetype))


@pages.get("/prese/t/<token>/pictures/<name>")
def held_picture(token: str, name: str) -> Response:
    """A picture of the same release."""
    body, mimetype = _picture(_held(token), name)
    return publicpage.secretly(_envelope(Response(body, mimetype=mimetype), name, "t"))


def _asked(slug: str) -> tuple[Public, Said | None]:
    app = here()
    with app.store.reading() as session:
        public = reading.one(session, now(), slug)
        if public is None:
            abort(404)
        language = _language(public, request.args.get("lang", ""))
        said = shown.said(session, public.release_id, language, local_day(now(), app.settings.zone))
    return public, said


def _standing(slug: str) -> Public:
    """The public release at that address; the visit ends with 410 where it was withdrawn."""
    with here().store.reading() as session:
        public = reading.one(session, now(), slug)
    if public is None:
        abort(404)
    if public.withdrawn_at is not None:
        abort(410)
    return public


def _held(token: str) -> Public:
    """The release that a link opens; 404 once it has ended, unless the release is public by now."""
    app = here()
    with app.store.reading() as session:
        opened = tokens.read(session, now(), tokens.key_of(app.seal), token)
        public = reading.held(session, now(), opened[0]) if opened is not None else None
    if opened is None or public is None or not (opened[1] or public.out_at is not None):
        abort(404)
    return public


def _said(public: Public, language: str) -> Said:
    with here().store.reading() as session:
        said = shown.said(session, public.release_id, language, local_day(now(), here().settings.zone))
    if said is None:
        abort(404)
    return said


def _language(public: Public, asked: str) -> str:
    return asked if asked in public.languages else public.languages[0]


def _ways(slug: str) -> Ways:
    return Ways(
        lambda language: url_for(".one", slug=slug, lang=language or None),
        lambda language, kind: url_for(".file", slug=slug, language=language, kind=kind),
        lambda name: url_for(".picture", slug=slug, name=name),
    )


def _ways_by(token: str) -> Ways:
    return Ways(
        lambda language: url_for(".held", token=token, lang=language or None),
        lambda language, kind: url_for(".held_file", token=token, language=language, kind=kind),
        lambda name: url_for(".held_picture", token=token, name=name),
    )


def _page(public: Public, said: Said | None, ways: Ways) -> str:
    if said is None:
        abort(404)
    app, zone = here(), here().settings.zone
    t, own_t = publicpage.frame(said.language), publicpage.spoken(said.language)
    # The original's page has the plain address.
    addresses = {code: ways.one("" if code == public.languages[0] else code) for code in public.languages}
    url, stands = whole(addresses[said.language]), public.withdrawn_at is None
    shots = [_shot(one, ways) for one in said.pictures] if stands else []
    office = publicpage.office_name(said.language)
    article = None
    if public.out_at is not None and stands:
        article = telling.article(
            said, url=url, home=whole(url_for(".index")), office=office, out_at=public.out_at,
            changed_at=public.changed_at or public.out_at, pictures=[whole(one.small) for one in shots],
        )  # fmt: skip
    return render_template(
        "pages/press_public/one.html",
        t=t,
        own_t=own_t,
        public=public,
        said=said,
        stands=stands,
        body=blocks(said.body),
        quotes=[(wording.quoted(one.words, said.language), wording.speaker(one)) for one in said.quotes],
        embargo=wording.embargo(said, zone, now(), t),
        kind_said=wording.kind(said, t),
        shots=shots,
        files=[(kind, ways.file(said.language, kind)) for kind in ("pdf", "docx")] if stands else [],
        tongues=[Tongue(code, publicpage.name_of(code, t), addresses[code]) for code in public.languages],
        home=whole(""),
        url=url,
        office_said=office,
        article=article,
        share=telling.share(said, url),
        day_of=lambda moment: local_day(moment, app.settings.zone),
    )


def _shot(one: Pictured, ways: Ways) -> Shot:
    name = one.name.removesuffix(".webp")
    return Shot(one, one.caption, one.rights, ways.picture(f"{name}-small.webp"), ways.picture(f"{name}.jpg"))


def _file(public: Public, language: str, kind: str) -> tuple[bytes, str]:
    if kind not in _KINDS or language not in public.languages:
        abort(404)
    # A file tells when it was made: with the hour it stays the same for everybody who was sent the link.
    moment = public.out_at or now().replace(minute=0, second=0, microsecond=0)
    media = uploads.media(here().settings)
    body = _made(_said(public, language), kind, publicpage.office_name(language), moment, media)
    return body, "application/pdf" if kind == "pdf" else _WORD


@lru_cache(maxsize=32)
def _made(said: Said, kind: str, office: str, moment: datetime, media: Path) -> bytes:
    # Typesetting takes its time, and newsrooms ask in the same minute.
    make, zone = pdf if kind == "pdf" else docx, here().settings.zone
    return make(said, office, zone, publicpage.spoken(said.language), now=moment, media=media)


def _picture(public: Public, name: str) -> tuple[bytes, str]:
    asked = _PICTURE.fullmatch(name)
    if asked is None:
        abort(404)
    stored = f"{asked[1]}.webp"
    said = _said(public, public.languages[0])
    picture = next((one for one in said.pictures if one.name == stored), None)
    file = file_of(uploads.media(here().settings), stored) if picture is not None else None
    if picture is None or file is None:
        abort(404)
    try:
        if asked[2] == ".jpg":
            return _print(file, picture.caption or picture.alt, picture.rights), "image/jpeg"
        return _small(file), "image/webp"
    except OSError:
        abort(404)


@lru_cache(maxsize=8)
def _print(file: Path, caption: str, rights: str) -> bytes:
    return prints.printed(file.read_bytes(), caption, rights)


@lru_cache(maxsize=64)
def _small(file: Path) -> bytes:
    # What lies under a hash does not change.
    return prints.small(file.read_bytes())


def _envelope(answer: Response, name: str, slug: str) -> Response:
    answer.headers["Content-Security-Policy"] = _SANDBOX
    if name.endswith(".jpg"):
        answer.headers["Content-Disposition"] = f'attachment; filename="{slug[:60]}-{name[:8]}.jpg"'
    return answer
