"""One article under two addresses: known by what its page says of itself, and folded into the older row.

The page may name its own address (`rel=canonical`), its address may have moved, or it was a short link. Only the same
site is believed, and where the address is another article's already, only if both say the same: there are sites whose
every page names one and the same address.

The newer row stays, as a summary with the reason `scrapers.same_as`: what its feed shows is known by it and does not
come back. Its mention goes to the older article, or goes away where that has one.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scrapers import fulltext
from scrapers.canonical import canonical
from scrapers.decide import title_key
from scrapers.extract import Extracted
from scrapers.models import Article, ArticleRevision, Evidence, Mention, Story

SAME_AS = "scrapers.same_as"
_BEGINNING = 300


def settle(session: Session, article: Article, page: Extracted, led_to: str) -> Article | None:
    """Gives the article the address that is its own, or tells the article that has it already.

    `led_to` is where its short link led, empty where it is none.
    """
    for address, sure in _addresses(article, page, led_to):
        held = session.scalar(select(Article).where(Article.canonical_url == address, Article.id != article.id))
        if held is None:
            _rename(session, article, address)
            return None
        if sure or _says_the_same(article, page, held):
            return None if _is_spoken_for(session, article, held) else held
    return None


def _addresses(article: Article, page: Extracted, led_to: str) -> Iterator[tuple[str, bool]]:
    """Addresses that may be the article's, with whether they are for sure."""
    if led_to:
        address = canonical(led_to)
        if not _is_home(address):
            yield address, True
    own = canonical(led_to or article.url)
    for told in (page.declared, page.asked):
        address = canonical(told) if told else ""
        if address and address not in {own, article.canonical_url} and is_own(address, own):
            yield address, False


def is_own(address: str, own: str) -> bool:
    """Whether an address can be that of the page at `own`: of the same site, and neither its front page nor a section
    that the page lies in. Both canonical.
    """
    there, here = urlsplit(address), urlsplit(own)
    if there.netloc != here.netloc or _is_home(address):
        return False
    return bool(there.query) or not f"{here.path}/".startswith(f"{there.path}/") or here.path == there.path


def _is_home(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.path.strip("/") and not parts.query and not parts.fragment


def _rename(session: Session, article: Article, address: str) -> None:
    before = article.canonical_url
    try:
        with session.begin_nested():
            article.canonical_url = address
            session.flush()
    except IntegrityError:
        # Another collector has stored the address in this moment: both stay, the next look may fold them.
        article.canonical_url = before


def _says_the_same(article: Article, page: Extracted, held: Article) -> bool:
    headlines = {title_key(page.title), title_key(article.title)} - {""}
    if title_key(held.title) in headlines:
        return True
    beginning = " ".join(page.text[: 2 * _BEGINNING].split())[:_BEGINNING]
    return len(beginning) == _BEGINNING and " ".join(held.text[: 4 * _BEGINNING].split()).startswith(beginning)


def _is_spoken_for(session: Session, one: Article, other: Article) -> bool:
    """Whether a person has said something of both, or of the newer while the older is a mention too: nothing that
    people did is undone by us.
    """
    newer = max(one, other, key=lambda article: article.id)
    held = {mention.article_id: mention for mention in _mentions(session, one, other)}
    mine = held.get(newer.id)
    return mine is not None and mine.verdict is not None and len(held) == 2


def _mentions(session: Session, *articles: Article) -> list[Mention]:
    ids = [article.id for article in articles]
    return list(session.scalars(select(Mention).where(Mention.article_id.in_(ids))))


def fold(session: Session, one: Article, other: Article) -> Article:
    """Folds the newer of the two into the older, and tells that. Where one was deleted, the other is too, unless it is
    a mention that a person has spoken of.
    """
    older, newer = sorted((one, other), key=lambda article: article.id)
    held = {mention.article_id: mention for mention in _mentions(session, older, newer)}
    if "deleted" in {older.text_state, newer.text_state}:
        gone, left = (older, newer) if older.text_state == "deleted" else (newer, older)
        _bury(session, left, gone, held.get(left.id))
        return older
    mention = held.get(newer.id)
    if mention is not None:
        if older.id in held:
            _drop(session, mention)
        else:
            mention.article_id, mention.source_id = older.id, older.source_id
    session.execute(update(Evidence).where(Evidence.article_id == newer.id).values(article_id=older.id))
    newer.text_state = "summary"
    newer.text_next_at = None
    newer.text_reason_key, newer.text_reason_facts = SAME_AS, {"url": older.url[:500]}
    older.published_at = older.published_at or newer.published_at
    session.flush()
    return older


def _bury(session: Session, left: Article, gone: Article, mention: Mention | None) -> None:
    """Nothing of what was deleted is to come back by another address; its files are tidied away
    (`scrapers.evidence`).
    """
    if left.text_state == "deleted" or (mention is not None and mention.verdict is not None):
        return
    if mention is not None:
        _drop(session, mention)
    for kind in (Evidence, ArticleRevision):
        session.execute(delete(kind).where(kind.article_id == left.id))
    left.text_state, left.summary, left.text, left.author, left.agency = "deleted", "", "", None, None
    left.title = left.title and gone.title
    left.text_next_at = left.text_reason_key = None
    left.text_reason_facts = dict(gone.text_reason_facts)
    session.flush()


def _drop(session: Session, mention: Mention) -> None:
    story_id, number = mention.story_id, mention.id
    session.execute(delete(Mention).where(Mention.id == number))
    session.expunge(mention)
    if session.get_bind().dialect.name == "sqlite":
        block = number // fulltext.BLOCK
        session.execute(text(fulltext.making(block)))
        session.execute(text(f"DELETE FROM {fulltext.block_table(block)} WHERE rowid = :id"), {"id": number})  # noqa: S608
    left = session.scalar(select(Mention.id).where(Mention.story_id == story_id).limit(1))
    if left is None:
        session.execute(delete(Story).where(Story.id == story_id))
