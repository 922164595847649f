"""What a release's page tells programs and what people pass on: schema.org's NewsArticle, a text to share. Pure."""

from collections.abc import Sequence
from datetime import datetime

from outreach.pressroom.texts import Said

_LONGEST = 300


def article(
    said: Said, *, url: str, home: str, office: str, out_at: datetime, changed_at: datetime, pictures: Sequence[str]
) -> dict[str, object]:
    """The release as a NewsArticle: plain values that JSON knows; addresses are whole ones."""
    publisher = {"@type": "Organization", "name": office, "url": home}
    told: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": said.headline,
        "inLanguage": said.language,
        "datePublished": out_at.isoformat(),
        "dateModified": changed_at.isoformat(),
        "mainEntityOfPage": url,
        "url": url,
        "author": publisher,
        "publisher": publisher,
    }
    if said.lead:
        told["description"] = said.lead
    if pictures:
        told["image"] = list(pictures)
    return told


def share(said: Said, url: str) -> str:
    """A few lines to pass on: headline, the beginning of the lead, the address."""
    lead = said.lead if len(said.lead) <= _LONGEST else said.lead[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
    return "\n\n".join(one for one in (said.headline, lead, url) if one)
