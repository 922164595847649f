"""Settings of an office whose data lie in a test's own folder."""

from pathlib import Path

from outreach.core.settings import Settings


def told_in(folder: Path, **parts: dict[str, object]) -> Settings:
    """Default settings with another data folder; `parts` changes whole sections, `web={"port": 8123}`."""
    parts.setdefault("store", {"folder": folder / "data"})
    parts.setdefault("collect", {"host_seconds": 0})
    parts.setdefault("http", {"allow_private": True})
    return Settings(**parts, base=folder)  # type: ignore[arg-type]
