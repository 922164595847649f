"""Plug-ins: found by their file, built from named settings, refused with a sentence."""

import pytest

from outreach.core import registry
from outreach.core.errors import OutreachError


def test_kinds_are_found_by_their_files() -> None:
    assert {"feed", "listing"} <= set(registry.kinds("scrapers.sources"))
    assert {"folder", "mastodon"} <= set(registry.kinds("campaigns.channels"))
    assert {"results", "outreach", "stages"} <= set(registry.kinds("outreach.reports"))


@pytest.mark.parametrize(
    ("kind", "settings", "key"),
    [
        ("fax", {}, "registry.kind"),
        ("feed", {}, "registry.missing"),
        ("feed", {"url": "https://a.lv/rss", "colour": "red"}, "registry.field"),
        ("feed", {"url": 7}, "registry.value"),
    ],
)
def test_what_does_not_fit_is_one_sentence(kind: str, settings: dict[str, object], key: str) -> None:
    with pytest.raises(OutreachError) as caught:
        registry.build("scrapers.sources", kind, settings)
    assert caught.value.key == key


def test_built_from_its_fields() -> None:
    assert registry.build("scrapers.sources", "feed", {"url": "https://a.lv/rss"}).url == "https://a.lv/rss"
