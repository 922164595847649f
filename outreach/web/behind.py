"""The records behind a report's numbers: which page shows one of each kind, and who may open it."""

from outreach.web import access

PAGES = {
    "household": ("families.one", "household_id"),
    "inquiry": ("inquiries.one", "inquiry_id"),
    "mention": ("mentions.one", "mention_id"),
    "story": ("stories.one", "story_id"),
    "event": ("campaigns.one", "campaign_id"),
    "release": ("press_releases.one", "release_id"),
    "post": ("posts.one", "post_id"),
}


def opens(role: str, kind: str | None) -> bool:
    """Whether a role may see which records of this kind a number stands on; an entry of a stage is a family's."""
    if kind in {"household", "stage", "inquiry"}:
        return role in access.SEES_FAMILIES
    return kind in PAGES and access.may(role, PAGES[kind][0])
