"""OPML: the list of feeds that readers exchange."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from lxml import etree

from outreach.core.errors import OutreachError
from scrapers.models import TIERS
from scrapers.reading.plain import clean, link_of, one_line
from scrapers.sheet import SourceFacts, check, refused_row

_MOST = 20_000


def read(data: bytes) -> tuple[list[SourceFacts], list[OutreachError]]:
    """The feeds of an OPML file, each address once, and one error a bad line.

    A `category` that names a tier is taken as such, else the feed is national. OutreachError
    `scrapers.opml` for what is no OPML or declares entities.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    # Entities are the only thing a list of feeds could need a document type for, and what attacks are made
    # of.
    if b"<!ENTITY" in data.replace(b"\x00", b"").upper():
        raise OutreachError("scrapers.opml")
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise OutreachError("scrapers.opml") from error
    if etree.QName(root).localname.lower() != "opml":
        raise OutreachError("scrapers.opml")
    sources: dict[str, SourceFacts] = {}
    refused: list[OutreachError] = []
    for node in list(root.iter("outline"))[:_MOST]:
        url = node.get("xmlUrl") or node.get("xmlurl") or ""
        if not url:
            continue
        name = one_line(node.get("title") or node.get("text") or url, 180)
        tier = next(
            (part for part in (node.get("category") or "").replace("/", ",").split(",") if part in TIERS),
            "national",
        )
        facts = SourceFacts(
            name=name,
            tier=tier,
            language=clean(node.get("language") or "")[:20],
            region="",
            site=link_of(node.get("htmlUrl") or "", "") or "",
            medium="",
            owner="earned",
            kind="feed",
            settings={"url": clean(url.strip())},
            enabled=True,
            note="",
            line=node.sourceline or 0,
        )
        try:
            check(facts)
        except OutreachError as error:
            refused.append(refused_row(facts.line, name, error))
            continue
        sources.setdefault(facts.address, facts)
    return list(sources.values()), refused


def renamed(facts: SourceFacts, taken: Collection[str]) -> SourceFacts:
    """The same feed under a name that is free: two outlets may call their feed "News"."""
    name, number = facts.name, 1
    while name in taken:
        number += 1
        name = f"{facts.name} ({number})"
    return replace(facts, name=name)


def write(sources: Sequence[SourceFacts], title: str) -> bytes:
    """OPML 2.0 with one outline a feed."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = clean(title)
    body = etree.SubElement(root, "body")
    for one in sources:
        told = {
            "type": "rss",
            "text": one.name,
            "title": one.name,
            "xmlUrl": str(one.settings["url"]),
            "htmlUrl": one.site,
            "language": one.language,
            "category": one.tier,
        }
        etree.SubElement(body, "outline", {name: clean(value) for name, value in told.items() if value})
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
