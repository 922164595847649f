"""What a link's target is told of where its visitor came from: the four names that every counter of visits reads."""

import unicodedata
from collections.abc import Mapping
from urllib.parse import quote, unquote_plus, urlsplit

# How a kind of channel is called in reports of visits; one that is not named here is a referral like any other.
_SOCIAL = ("bluesky", "facebook", "instagram", "linkedin", "manual", "mastodon", "telegram", "x")
_MEDIUM = {**dict.fromkeys(_SOCIAL, "social"), "wordpress": "web"}
_LONGEST = 60


def tags(kind: str, campaign: str, post_id: int, language: str) -> dict[str, str]:
    """Of one delivery: its channel's kind, that kind's medium, the campaign's slug, the post's number and language."""
    return {
        "utm_source": kind,
        "utm_medium": _MEDIUM.get(kind, "referral"),
        "utm_campaign": slug(campaign),
        "utm_content": f"{post_id}-{language}",
    }


def of_campaign(campaign: str, label: str) -> dict[str, str]:
    """Of a link that stands on paper or was said aloud: `label` says where."""
    return {"utm_source": slug(label) or "print", "utm_medium": "offline", "utm_campaign": slug(campaign)}


def slug(name: str) -> str:
    """A name in small letters without accents, its words joined by hyphens; letters of other scripts stay."""
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one)
    )
    words = "".join(one if one.isalnum() else " " for one in plain).split()
    return "-".join(words)[:_LONGEST].strip("-")


def tagged(target: str, told: Mapping[str, str]) -> str:
    """The address with those of the values that it does not carry yet; everything else stays as it is written."""
    if urlsplit(target).scheme not in {"http", "https"}:
        return target
    rest, hash_sign, fragment = target.partition("#")
    page, _, query = rest.partition("?")
    there = {unquote_plus(pair.partition("=")[0]) for pair in query.split("&")}
    more = [f"{name}={quote(value, safe='-')}" for name, value in told.items() if value and name not in there]
    whole = "&".join([query.strip("&")] * bool(query.strip("&")) + more)
    return page + ("?" if whole else "") + whole + hash_sign + fragment


def towards(target: str, form: str, code: str, told: Mapping[str, str], scanned: str = "") -> str:
    """Where a followed link leads: to our own inquiry form with the link's code, to any other page with its tags.

    `form` is the form's own address without a query; `scanned` goes with the code, where its square was scanned.
    """
    if target.partition("#")[0].partition("?")[0].rstrip("/") != form.rstrip("/"):
        return tagged(target, told)
    query = target.partition("#")[0].partition("?")[2]
    kept = [pair for pair in query.split("&") if pair and pair.partition("=")[0] not in {"k", "q"}]
    return form.rstrip("/") + "?" + "&".join([*kept, f"k={code}", *([scanned] if scanned else [])])
