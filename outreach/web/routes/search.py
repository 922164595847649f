"""One search over everything that the role may see, in groups, each with the way to its whole list."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from campaigns import finding
from outreach.tracker.finding import Numbered, by_number
from outreach.web import access
from outreach.web.visit import here, only_place, role
from scrapers import fulltext, listing
from scrapers.wanting import Wanted

pages = Blueprint("search", __name__)

_SHOWN = 5
_LONGEST = 200
_NUMBER = re.compile(r"(?:#|nr\.?\s*)?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """What was found of each kind, at most `_SHOWN` of each; `more` names the kinds of which there are more."""

    mentions: tuple[listing.Line, ...] = ()
    campaigns: tuple[finding.CampaignFound, ...] = ()
    posts: tuple[finding.PostFound, ...] = ()
    sources: tuple[listing.Outlet, ...] = ()
    numbered: tuple[Numbered, ...] = ()
    more: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any((self.mentions, self.campaigns, self.posts, self.sources, self.numbered))


@pages.get("/search")
def show() -> str:
    """The answers to what stands in the search box; without words, what can be looked for."""
    asked = " ".join(request.args.get("q", "").split())[:_LONGEST]
    found = Found()
    if fulltext.words_of(asked):
        with here().store.reading() as session:
            found = _find(session, asked)
    return render_template("pages/search/show.html", asked=asked, found=found)


def _find(session: Session, asked: str) -> Found:
    place, says = only_place(), _says(asked)
    page = listing.page(session, Wanted(words=asked, only_place=place), limit=_SHOWN)
    campaigns = finding.campaigns(session, says, _SHOWN + 1, place) if _may("campaigns.one") else []
    posts = finding.posts(session, says, _SHOWN + 1) if _may("posts.one") else []
    sources = [one for one in listing.outlets(session) if says(one.name)] if _may("sources.one") else []
    number = _NUMBER.fullmatch(asked)
    held = by_number(session, int(number[1])) if number and _may("inquiries.one") else []
    long = {"mentions": page.older is not None} | {
        name: len(rows) > _SHOWN for name, rows in (("campaigns", campaigns), ("posts", posts), ("sources", sources))
    }
    return Found(
        page.lines,
        tuple(campaigns[:_SHOWN]),
        tuple(posts[:_SHOWN]),
        tuple(sources[:_SHOWN]),
        tuple(held),
        frozenset(name for name, is_long in long.items() if is_long),
    )


def _says(asked: str) -> Callable[[str], bool]:
    """Whether a name has every asked word at the beginning of one of its own, as the index of mentions has."""
    # All words in one pattern: two thousand titles are held against it.
    words = "".join(rf"(?=.*(?<!\w){re.escape(word)})" for word in fulltext.words_of(asked))
    has_all = re.compile(words, re.DOTALL).match
    return lambda name: has_all(_folded(name)) is not None


@lru_cache(maxsize=20_000)
def _folded(name: str) -> str:
    """The same few thousand titles are gone through at every key that is pressed."""
    return fulltext.folded(name)


def _may(endpoint: str) -> bool:
    return access.may(role(), endpoint)
