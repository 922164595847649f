"""WordPress: posts on the office's own site.

Source: developer.wordpress.org/rest-api/reference, posts, media, categories, tags, users; application passwords are
part of WordPress since 5.6. WordPress takes the same post twice and only bends its slug (`-2`): so the slug follows
from our key, and each try looks first whether a post of that slug is there.
"""

import base64
import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import quote, urlencode

from campaigns import asking
from campaigns.asking import Verdict
from campaigns.channel import (
    MOST_REPLIES,
    Denied,
    Health,
    Image,
    Limit,
    Looked,
    Outgoing,
    Receipt,
    Reply,
    Secrets,
    Terms,
)
from campaigns.weights import AFTER_ADDRESS
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request, retry_after

_SITE = re.compile(
    r"https://[^\s/?#@\\]+(?:/[^\s?#@\\]*)?|http://(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?(?:/[^\s?#@\\]*)?"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_WEB = re.compile(r"https?://")
_TAG = re.compile(r"<[^>]{0,200}>")
_STATUSES = ("publish", "draft", "pending")
_SLUG = 40
# WordPress publishes at once what is less than a minute ahead.
_LEAST_AHEAD = 2
_OVERDUE = timedelta(minutes=15)


@dataclass(frozen=True)
class Wordpress:
    """A user of one site (author or more), with an application password (Users, Profile)."""

    kind: ClassVar[str] = "wordpress"
    terms: ClassVar[Terms] = Terms(same="slug", findable="name", pictures=10)

    site: str  # https://example.org, or with the folder that WordPress lies in
    user: str
    password_env: str
    categories: str = ""  # their names, with commas between; they must be there
    tags: str = ""  # the same; those that are missing are made
    status: str = "publish"  # draft or pending: somebody there lets it out
    minutes_ahead: int = 0  # WordPress itself publishes it so much later
    featured: bool = True  # the first picture stands for the post; else it stands in it

    def limit(self, wire: Http) -> Limit | None:
        return None

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        if self.status not in _STATUSES or (self.minutes_ahead and self.minutes_ahead < _LEAST_AHEAD):
            facts = {"statuses": ", ".join(_STATUSES), "least": _LEAST_AHEAD}
            raise Denied("wordpress.status", pause="campaigns.paused.settings", **facts)
        asker = _Asker(self._root(), self.user, asking.needed(secrets, self.password_env), wire, outgoing.at)
        found = asker.post(slug_of(outgoing))
        if found is not None:
            return found
        terms = {
            "categories": [asker.category(name) for name in _names(self.categories)],
            "tags": [asker.tag(name) for name in _names(self.tags)],
        }
        media = [_medium(asker, outgoing, image) for image in outgoing.images[: self.terms.pictures]]
        lead = media[:1] if self.featured else []
        post: dict[str, object] = {
            "slug": slug_of(outgoing),
            "title": html.escape(outgoing.title, quote=False),
            "content": "\n\n".join((*paragraphs(outgoing.text), *map(_figure, media[len(lead) :]))),
            "status": self.status,
            "featured_media": lead[0].id if lead else 0,
            **{name: held for name, held in terms.items() if held},
        }
        if self.minutes_ahead and self.status == "publish":
            then = outgoing.at.astimezone(UTC) + timedelta(minutes=self.minutes_ahead)
            post |= {"status": "future", "date_gmt": then.strftime("%Y-%m-%dT%H:%M:%S")}
        answer = asking.post(wire, asker.request("posts", {}, asking.encoded(post)))
        receipt = _receipt(asking.told(answer)) if answer.status in (200, 201) else None
        if receipt is None:
            raise asker.trouble(answer)
        return receipt

    def find(self, outgoing: Outgoing, wire: Http, secrets: Secrets, since: datetime) -> Looked:
        """By its slug, whatever its status: a draft too, but not what was put into the bin."""
        asker = _Asker(self._root(), self.user, asking.needed(secrets, self.password_env), wire, since)
        found = asker.post(slug_of(outgoing))
        return Looked("absent") if found is None else Looked("there", found)

    def health(self, wire: Http, secrets: Secrets, now: datetime) -> Health:
        """Whether the user may publish, and whether WordPress's own clock runs: it does not where nobody calls it."""
        asker = _Asker(self._root(), self.user, asking.needed(secrets, self.password_env), wire, now)
        told = asking.told(asker.ask("users/me", context="edit", _fields="name,capabilities"))
        needed = "publish_posts" if self.status == "publish" else "edit_posts"
        if asking.inside(told, "capabilities", needed) is not True:
            raise Denied("wordpress.rights", site=self.site)
        if self.minutes_ahead:
            query = {"status": "future", "orderby": "date", "order": "asc", "per_page": "1", "_fields": "date_gmt"}
            for row in asking.rows(asker.ask("posts", **query).json()):
                due = asking.moment(row.get("date_gmt"))
                if due is not None and due < now - _OVERDUE:
                    raise WireError("wordpress.overdue", site=self.site)
        return Health(asking.words(told.get("name")) or self.user)

    def privacy(self) -> str | None:
        return "channels.trying.seen.wordpress"

    def attempt(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        """A draft: whoever signs in to the site sees it."""
        plain = replace(self, status="draft", minutes_ahead=0, categories="", tags="")
        return plain.publish(replace(outgoing, images=()), wire, secrets)

    def replies(
        self, receipt: Receipt, wire: Http, secrets: Secrets, now: datetime, since: datetime | None = None
    ) -> Sequence[Reply]:
        """The comments that the site shows."""
        asker = _Asker(self._root(), self.user, asking.needed(secrets, self.password_env), wire, now)
        if not receipt.id.isdigit():
            return []
        answer = asker.ask("users/me", _fields="id")
        ours = asking.number(asking.told(answer).get("id"))
        if ours is None:
            raise asker.trouble(answer, published=False)
        about = "id,author,author_name,date_gmt,content,link"
        answer = asker.ask("comments", post=receipt.id, per_page=str(MOST_REPLIES), order="desc", _fields=about)
        comments = answer.json()
        if not isinstance(comments, list):
            raise asker.trouble(answer, published=False)
        others = [one for one in asking.rows(comments) if asking.number(one.get("author")) != ours]
        return asking.replied(map(_reply, others), since)

    def _root(self) -> str:
        site = self.site.strip().rstrip("/")
        if not _SITE.fullmatch(site):
            # Without TLS the password could be read on the way.
            raise Denied("campaigns.channel.address", pause="campaigns.paused.settings", server=self.site)
        return site


@dataclass(frozen=True)
class _Medium:
    """A picture in the site's media library."""

    id: int
    url: str
    alt: str


@dataclass(frozen=True, repr=False)
class _Asker:
    """One site with its password, during one try: everything it asks but the post itself may be asked again."""

    root: str
    user: str
    password: str
    wire: Http
    now: datetime

    def request(
        self, path: str, query: Mapping[str, str], body: bytes | None = None, content_type: str = asking.JSON
    ) -> Request:
        """A question, or with a body a deed."""
        secret = base64.b64encode(f"{self.user.strip()}:{self.password}".encode()).decode("ascii")
        headers = {"Accept": asking.JSON, "Authorization": f"Basic {secret}"}
        headers |= {"Content-Type": content_type} if body is not None else {}
        # This form works whatever the site's addresses look like.
        url = f"{self.root}/?{urlencode({'rest_route': f'/wp/v2/{path}', **query}, quote_via=quote, safe='/,')}"
        return Request(url, "GET" if body is None else "POST", headers, body, follow=False)

    def ask(self, path: str, **query: str) -> Answer:
        """An answer of 200 or the WireError that it means."""
        answer = asking.prepare(self.wire, self.request(path, query))
        if answer.status != 200:
            raise self.trouble(answer, published=False)
        return answer

    def post(self, slug: str) -> Receipt | None:
        """The post of that slug; None if there surely is none."""
        answer = self.ask("posts", slug=slug, status="any", context="edit", _fields="id,link,slug")
        told = answer.json()
        if not isinstance(told, list):
            raise self.trouble(answer, published=False)
        return next((receipt for row in asking.rows(told) if (receipt := _receipt(row)) is not None), None)

    def category(self, name: str) -> int:
        found = self._term("categories", name)
        if found is None:
            raise Denied("wordpress.category", pause="campaigns.paused.settings", site=self.root, name=name)
        return found

    def tag(self, name: str) -> int:
        found = self._term("tags", name)
        if found is not None:
            return found
        answer = asking.prepare(self.wire, self.request("tags", {}, asking.encoded({"name": name})))
        told = asking.told(answer)
        # Somebody else may have made it in between: then its number stands in the refusal.
        made = asking.number(told.get("id") if answer.status == 201 else asking.inside(told, "data", "term_id"))
        if made is None:
            raise self.trouble(answer, published=False)
        return made

    def medium(self, image: Image) -> _Medium:
        """The picture in the library, put there if it is not yet."""
        slug = f"picture-{hashlib.sha256(f'{image.name} {image.alt}'.encode()).hexdigest()[:24]}"
        held = asking.rows(self.ask("media", slug=slug, _fields="id,source_url").json())
        if not held:
            fields = {"slug": slug, "title": image.alt, "alt_text": image.alt}
            content_type, body = asking.multipart(fields, [("file", f"{slug}.jpg", image.body)])
            answer = asking.prepare(self.wire, self.request("media", {}, body, content_type))
            held = [asking.told(answer)]
            if answer.status != 201:
                raise self.trouble(answer, published=False)
        number, url = asking.number(held[0].get("id")), held[0].get("source_url")
        if number is None or not isinstance(url, str):
            raise WireError("wordpress.later", site=self.root, status=200, words="")
        return _Medium(number, url, image.alt)

    def trouble(self, answer: Answer, *, published: bool = True) -> WireError:
        told, status = asking.told(answer), answer.status
        what = asking.of_status(status)
        if status == 503 and "Retry-After" in answer.headers and not published:
            what = "busy"  # WordPress is bringing itself up to date
        elif asking.inside(told, "data", "params", "status") is not None and not published:
            what = "denied"  # to somebody it does not know it says that there is no such status to look for
        what = what if published else asking.unpublished(what)
        # Of a site that has moved it helps to know where to.
        said = html.unescape(_TAG.sub("", str(told.get("message") or answer.headers.get("Location") or "")))
        facts = {"site": self.root, "status": status, "words": asking.words(said, self.password)}
        return asking.trouble(f"wordpress.{what}", Verdict(what, facts, retry_after(answer.headers, self.now)))

    def _term(self, kind: str, name: str) -> int | None:
        # WordPress keeps names as they stand in HTML, and looks for them so.
        sought = html.escape(name, quote=False)
        rows = asking.rows(self.ask(kind, search=sought, per_page="100", _fields="id,name").json())
        wanted = name.casefold()
        return next(
            (asking.number(row.get("id")) for row in rows if html.unescape(str(row.get("name"))).casefold() == wanted),
            None,
        )


def slug_of(outgoing: Outgoing) -> str:
    """What a delivery is called on the site: words of its title, and its key so that no other is called the same."""
    plain = unicodedata.normalize("NFKD", outgoing.title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG].strip("-")
    key = hashlib.sha256(outgoing.key.encode()).hexdigest()[:12]
    return f"{words}-{key}" if words else key


def paragraphs(text: str) -> Iterator[str]:
    """A plain text as the blocks that WordPress's editor knows; addresses become links, nothing else is markup."""
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = "<br>".join(_linked(line.strip()) for line in part.splitlines())
        yield f"<!-- wp:paragraph -->\n<p>{lines}</p>\n<!-- /wp:paragraph -->"


def _linked(line: str) -> str:
    made, rest = "", 0
    for found in _ADDRESS.finditer(line):
        address = found.group().rstrip(AFTER_ADDRESS)
        shown = html.escape(address)
        made += f'{html.escape(line[rest : found.start()], quote=False)}<a href="{shown}">{shown}</a>'
        rest = found.start() + len(address)
    return made + html.escape(line[rest:], quote=False)


def _figure(medium: _Medium) -> str:
    about = json.dumps({"id": medium.id})
    image = f'<img src="{html.escape(medium.url)}" alt="{html.escape(medium.alt)}" class="wp-image-{medium.id}"/>'
    return f'<!-- wp:image {about} -->\n<figure class="wp-block-image">{image}</figure>\n<!-- /wp:image -->'


def _medium(asker: _Asker, outgoing: Outgoing, image: Image) -> _Medium:
    held = outgoing.left.get(f"media {image.name}")
    if held is not None:
        number, url = json.loads(held)
        return _Medium(number, url, image.alt)
    medium = asker.medium(image)
    outgoing.keep(f"media {image.name}", json.dumps([medium.id, medium.url]))
    return medium


def _reply(comment: Mapping[str, object]) -> Reply | None:
    number, text = asking.number(comment.get("id")), asking.plain(asking.inside(comment, "content", "rendered"))
    at = asking.moment(comment.get("date_gmt"))  # without a zone: UTC
    return asking.reply(
        None if number is None else str(number), at, comment.get("author_name"), text, comment.get("link")
    )


def _receipt(told: Mapping[str, object]) -> Receipt | None:
    number, link = asking.number(told.get("id")), told.get("link")
    if number is None or not isinstance(link, str) or not _WEB.match(link):
        return None
    return Receipt(link, str(number))


def _names(told: str) -> list[str]:
    return [name for part in told.split(",") if (name := part.strip())]
