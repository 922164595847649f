"""What a source needs of the environment: its token or key, by the name of its variable."""

from outreach.core.errors import WireError
from outreach.core.settings import secret


def held(name: str) -> str:
    """The secret of this name; WireError `scrapers.secret_missing` where it is not set, OutreachError
    `settings.secret_file` where its file cannot be read.
    """
    told = (secret(name) or "").strip()
    if not told or not told.isascii() or not told.isprintable():
        raise WireError("scrapers.secret_missing", name=name, permanent=False)
    return told
