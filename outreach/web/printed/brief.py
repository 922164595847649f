"""A campaign's brief in words, as its template sets it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from campaigns.campaign_links import CampaignLink
from campaigns.overview import CampaignWhole, PostSeen
from campaigns.planning.reading import Spent, StepSeen
from campaigns.queries import DeliverySeen
from outreach.core.clock import local_day
from outreach.core.text import Words
from outreach.web.planned import language_name
from outreach.web.printed import notes
from outreach.web.printed.money import euro, spent_time
from outreach.web.printed.sheet import period, there, tone, whole_day

_POSTS = 60  # more would be a book
_TEXT = 600  # letters of a post's text


@dataclass(frozen=True)
class Known:
    """All that a brief is made of. `texts`: posts' own words may stand in it; `spent` None: no money may.

    `owner` is the name of who answers for it, `reached` how much of its goal there is so far (None: not to be told),
    `picture` a JPEG. `address` is where tracked links begin.
    """

    campaign: CampaignWhole
    steps: Sequence[StepSeen]
    posts: Sequence[PostSeen]
    deliveries: Sequence[DeliverySeen]
    links: Sequence[CampaignLink]
    reached: int | None
    spent: Spent | None
    owner: str
    picture: bytes | None
    texts: bool
    address: str


def with_picture(known: Known, picture: bytes | None) -> Known:
    """The same with the campaign's picture."""
    return replace(known, picture=picture)


def told(t: Words, known: Known, now: datetime, zone: ZoneInfo) -> dict[str, object]:
    """The brief as data of words alone."""
    campaign, today = known.campaign, local_day(now, zone)
    picture = campaign.picture
    return {
        "kind": t("brief.template") if campaign.is_template else t("brief.title"),
        "name": campaign.name,
        "period": period(t, campaign.starts_on, campaign.ends_on),
        "goal": campaign.goal,
        "picture": {"body": known.picture, "alt": picture.alt} if picture is not None and known.picture else None,
        "progress": progress(t, known),
        "facts": [{"label": label, "value": value} for label, value in _facts(t, known) if value],
        "plan": {
            "title": t("brief.plan"),
            "none": t("brief.plan.none"),
            "head": [t(f"brief.plan.{name}") for name in ("day", "away", "what", "kind", "state")],
            "rows": [_step(t, step, today) for step in known.steps],
        },
        "posts": _posts(t, known, zone),
        "links": {
            "title": t("brief.links"),
            "head": [t(f"brief.links.{name}") for name in ("where", "link", "followed")],
            "rows": [
                {
                    "what": link.label,
                    **_address(known.address, link.code),
                    "followed": t.number(link.followers.people),
                }
                for link in known.links
                if link.withdrawn_at is None
            ],
        },
        "note": {"title": t("brief.note"), "blocks": [asdict(block) for block in notes.blocks(campaign.note)]},
    }


def progress(t: Words, known: Known) -> dict[str, object] | None:
    """How far the campaign is on its way to what it is measured by; None where nothing is measured."""
    kind, target, reached = known.campaign.goal_kind, known.campaign.goal_target, known.reached
    if kind is None or not target:
        return None
    if reached is None:
        return {"told": t(f"brief.target.{kind}", target=target), "share": None, "percent": "", "note": ""}
    return {
        "told": t(f"brief.progress.{kind}", so_far=reached, target=target),
        "share": min(reached / target, 1.0),
        "percent": t.percent(reached / target),
        "note": t(f"brief.means.{kind}"),
    }


def _facts(t: Words, known: Known) -> list[tuple[str, str]]:
    campaign, spent = known.campaign, known.spent
    readers = [
        ", ".join(t.country(code) for code in campaign.countries),
        language_name(t, campaign.language) if campaign.language else "",
        ", ".join(t(f"brief.family.{family}") for family in campaign.families),
    ]
    facts = [
        (t("brief.audience"), " · ".join(part for part in readers if part)),
        (t("brief.municipalities"), ", ".join(campaign.municipalities)),
        (t("brief.owner"), known.owner),
        (t("brief.partners"), ", ".join(campaign.partners)),
    ]
    if spent is not None:
        if campaign.budget_cents is not None:
            facts.append((t("brief.budget"), euro(t, campaign.budget_cents)))
        facts.append((t("brief.spent"), _spent(t, spent, campaign.budget_cents)))
    return facts


def _spent(t: Words, spent: Spent, budget: int | None) -> str:
    if not spent.lines and budget is None:
        return ""
    parts = [euro(t, spent.cents)]
    if spent.minutes:
        parts.append(spent_time(t, spent.minutes))
    if budget is not None and spent.cents > budget:
        parts.append(t("brief.over", amount=euro(t, spent.cents - budget)))
    return " · ".join(parts)


def _step(t: Words, step: StepSeen, today: date) -> dict[str, str]:
    if step.done_at is not None:
        state = ("done", t("brief.step.done"))
    elif step.due_on < today:
        state = ("person", t("brief.step.late"))
    else:
        state = ("quiet", t("brief.step.open"))
    return {
        "day": whole_day(t, step.due_on),
        "away": _away(t, step.days),
        "title": step.title,
        "kind": t(f"brief.step.{step.kind}"),
        "tone": state[0],
        "state": state[1],
    }


def _away(t: Words, days: int | None) -> str:
    if days is None:
        return ""
    if days == 0:
        return t("brief.step.day")
    return t("brief.step.before" if days < 0 else "brief.step.after", count=abs(days))


def _posts(t: Words, known: Known, zone: ZoneInfo) -> dict[str, object]:
    own = known.campaign.language
    ordered = sorted(known.posts, key=lambda post: (post.language != own, post.language, post.post_id))
    by_post: dict[int, list[DeliverySeen]] = {}
    for row in known.deliveries:
        by_post.setdefault(row.post_id, []).append(row)
    left = len(ordered) - _POSTS
    return {
        "title": t("brief.posts"),
        "none": t("brief.posts.none"),
        "unscheduled": t("brief.posts.unscheduled"),
        "more": t("brief.posts.more", count=left) if left > 0 else "",
        "rows": [_post(t, post, by_post.get(post.post_id, ()), known, zone) for post in ordered[:_POSTS]],
    }


def _post(
    t: Words, post: PostSeen, deliveries: Sequence[DeliverySeen], known: Known, zone: ZoneInfo
) -> Mapping[str, object]:
    approved = post.approved_at is not None
    return {
        "language": post.language.upper(),
        "title": post.title,
        "tone": "done" if approved else "person",
        "state": t("brief.post.approved") if approved else t("brief.post.unapproved"),
        "text": _shortened(post.text.replace("{link}", t("brief.post.link"))) if known.texts else "",
        "deliveries": [_delivery(t, row, known.address, zone) for row in deliveries],
    }


def _delivery(t: Words, row: DeliverySeen, address: str, zone: ZoneInfo) -> dict[str, str]:
    return {
        "moment": f"{whole_day(t, local_day(row.due_at, zone))} {t.clock(row.due_at, zone)}",
        "there": there(t, row),
        "channel": row.channel,
        "tone": tone(row.status),
        "state": t(f"campaigns.status.{row.status}"),
        **_address(address, row.code),
    }


def _address(begins: str, code: str) -> dict[str, str]:
    """A tracked link to press, and as it is read."""
    whole = f"{begins}/{code}"
    return {"link": whole, "shown": whole.partition("://")[2]}


def _shortened(text: str) -> str:
    return text if len(text) <= _TEXT else f"{text[:_TEXT].rstrip()}…"
