"""What a kind of channel takes and promises, in words: length, pictures, how doubles are avoided, what it costs."""

from collections.abc import Mapping

from campaigns.channel import Channel, Terms
from campaigns.details import can_be_found, terms_of
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer, Request
from outreach.core.registry import build
from outreach.core.text import Words

Pairs = list[tuple[str, str]]  # what it is about, and the sentence


class _Silent:
    """A wire that asks nobody: a page that lists channels must not wait for any."""

    def send(self, request: Request) -> Answer:
        raise WireError("channels.terms.length.asked")


def said(t: Words, kind: str, settings: Mapping[str, object]) -> Pairs:
    """The terms of a channel with these settings; nothing for a kind that is not there any more."""
    terms = terms_of(kind)
    if terms is None:
        return []
    told = [
        (t("channels.terms.pictures"), _pictures(t, terms)),
        (t("channels.terms.doubles"), _doubles(t, kind, terms)),
    ]
    length = _length(t, kind, settings)
    if length:
        told.insert(0, (t("channels.terms.length"), length))
    told.append((t("channels.terms.faults"), _faults(t, kind, terms)))
    told.append((t("channels.terms.rate"), _rate(t, kind, terms)))
    cost = t("channels.terms.price.text", price=price(t, terms)) if terms.price else t("channels.terms.price.none")
    told.append((t("channels.terms.price"), cost))
    return told


def price(t: Words, terms: Terms, posts: int = 1) -> str:
    """What that many posts cost."""
    whole, cents = divmod(round(posts * terms.price / 10), 100)
    return t("channels.terms.sum", whole=t.number(whole), cents=f"{cents:02}", currency=terms.currency)


def unit(t: Words, name: str) -> str:
    """What a channel counts, as a word after a number."""
    return t(f"channels.terms.unit.{name}")


def _length(t: Words, kind: str, settings: Mapping[str, object]) -> str:
    try:
        channel: Channel = build("campaigns.channels", kind, settings)
        limit = channel.limit(_Silent())
    except WireError:
        return t("channels.terms.length.asked")
    except OutreachError:
        return ""  # these settings make no channel, or none yet
    if limit is None:
        return t("channels.terms.length.none")
    sentence = t("channels.terms.length.text", limit=t.number(limit.characters), unit=unit(t, limit.unit))
    if limit.per_url is None:
        return sentence
    return f"{sentence} {t('channels.terms.length.links', count=limit.per_url)}"


def _pictures(t: Words, terms: Terms) -> str:
    if not terms.pictures:
        return t("channels.terms.pictures.none")
    told = [t("channels.terms.pictures.most", count=terms.pictures)]
    if terms.needs_picture:
        told.append(t("channels.terms.pictures.needed"))
    if terms.cropped is not None:
        width, height = terms.cropped
        told.append(t("channels.terms.pictures.cropped", width=width, height=height))
    return " ".join(told)


def _faults(t: Words, kind: str, terms: Terms) -> str:
    """What follows from a refusal, from passing trouble, and from an answer that nobody understands."""
    if terms.by_hand:
        return t("channels.terms.faults.by_hand")
    if kind == "folder":
        return t("channels.terms.faults.folder")
    doubt = "found" if can_be_found(kind) else "asked"
    return f"{t('channels.terms.faults.text')} {t(f'channels.terms.faults.{doubt}')}"


def _rate(t: Words, kind: str, terms: Terms) -> str:
    if terms.by_hand or kind == "folder":
        return t("channels.terms.rate.none")
    told = [t("channels.terms.a_day.text", count=terms.a_day)] if terms.a_day is not None else []
    key = f"channels.terms.rate.{kind}"
    told += [t(key)] if t.knows(key) else []
    return " ".join([*told, t("channels.terms.rate.text")])


def _doubles(t: Words, kind: str, terms: Terms) -> str:
    if terms.by_hand:
        return t("channels.terms.by_hand")
    found = terms.findable if can_be_found(kind) else "none"
    return f"{t(f'channels.terms.same.{terms.same}')} {t(f'channels.terms.findable.{found}')}"
