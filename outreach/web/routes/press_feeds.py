"""The public press room for programs: RSS and Atom in each language, a map for search engines, what robots may do."""

from flask import Blueprint, Response, abort, url_for

from outreach.core.clock import local_day
from outreach.core.text import PUBLIC_LANGUAGES
from outreach.pressroom.public import feed, reading, shown
from outreach.pressroom.public.feed import Feed, Item, Place
from outreach.pressroom.public.reading import Public
from outreach.pressroom.texts import Said
from outreach.web import publicpage
from outreach.web.publicpage import whole
from outreach.web.visit import here, now

pages = Blueprint("press_feeds", __name__)

_ITEMS, _PLACES = 30, 1_000
_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml"}


@pages.get("/prese/feed/<language>.<kind>")
def releases(language: str, kind: str) -> Response:
    """The latest releases in one language with their whole texts; of a withdrawn one the note."""
    if language not in PUBLIC_LANGUAGES or kind not in feed.KINDS:
        abort(404)
    app = here()
    with app.store.reading() as session:
        found = reading.latest(session, now(), language, _ITEMS)
        day = local_day(now(), app.settings.zone)
        said = shown.many(session, [one.release_id for one in found], language, day)
    t, office = app.texts.in_language(language), publicpage.office_name(language)
    made = Feed(
        title=t("pressroom.feed.title", office=office),
        about=t("pressroom.lead", office=office),
        author=office,
        language=language,
        home=whole(url_for("press_public.index", lang=language)),
        own=whole(url_for(".releases", language=language, kind=kind)),
        tag=feed.own_tag(app.settings.web.public_url, language),
        items=tuple(_item(one, said[one.release_id]) for one in found if one.release_id in said),
    )
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    return publicpage.kept(feed.written(made, kind, midnight), _TYPES[kind], marked=True)


@pages.get("/prese/sitemap.xml")
def sitemap() -> Response:
    """Every release that stands, in each of its languages, and the list itself."""
    with here().store.reading() as session:
        found = reading.standing(session, now(), _PLACES)
    places = [
        Place(tuple((code, whole(_address(one, code))) for code in one.languages), one.changed_at or now())
        for one in found
    ]
    newest = max((place.changed_at for place in places), default=None)
    home = [Place((("x-default", whole(url_for("press_public.index"))),), newest)] if newest is not None else []
    return publicpage.kept(feed.sitemap([*home, *places]), "application/xml", marked=True)


@pages.get("/robots.txt")
def robots() -> Response:
    """Robots may look at what is public; where the map is."""
    told = f"User-agent: *\nDisallow:\n\nSitemap: {whole(url_for('.sitemap'))}\n"
    return publicpage.kept(told, "text/plain")


def _item(public: Public, said: Said) -> Item:
    t, out_at = publicpage.spoken(said.language), public.out_at
    assert out_at is not None
    url = whole(_address(public, said.language))
    gone = public.withdrawn_at is not None
    note = t("pressroom.withdrawn.text")
    return Item(
        tag=feed.tag(here().settings.web.public_url, public.release_id, said.language, out_at),
        title=t("pressroom.feed.withdrawn", headline=said.headline) if gone else said.headline,
        lead=note if gone else said.lead,
        html=note if gone else feed.html(said, t),
        url=url,
        out_at=out_at,
        changed_at=public.changed_at or out_at,
    )


def _address(public: Public, language: str) -> str:
    return url_for("press_public.one", slug=public.slug, lang=None if language == public.languages[0] else language)
