"""Where a link may lead: a page of the web, nothing else."""

import re

from outreach.core.errors import OutreachError

_WEB = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#]\S*)?")


def check_target(url: str) -> None:
    """OutreachError `campaigns.post.target` for what is no address of a page."""
    if not _WEB.fullmatch(url.strip()):
        raise OutreachError("campaigns.post.target", url=url)
