"""The morning mail leads a reader only where a browser can go: what somebody typed has no address."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from outreach.core.text import Texts
from outreach.morning import Digest, compose
from scrapers.queries import MentionRow, Story

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
TYPED = "urn:outreach:paste:0123456789abcdef0123456789abcdef"


def story(url: str, title: str) -> Story:
    row = MentionRow(
        id=1, title=title, url=url, outlet="Pievienots ar roku", tier="social", published_at=NOW, first_seen_at=NOW,
        sense="return", score=1.0, relevant=True, sentence="Par atgriešanos.", matched=(), forms=(), places=(),
        story_id=1, agency=None, lang="lv", owner="earned", canonical_url=url,
    )  # fmt: skip
    return Story(1, title, (row,))


@pytest.mark.parametrize("url", [TYPED, "javascript:alert(1)", "mid:1@pasts.example"])
def test_what_has_no_web_address_is_told_without_a_link(url: str, texts: Texts) -> None:
    told = (story(url, "Grupā raksta"), story("https://avize.example/raksts", "Avīze raksta"))
    digest = Digest(date(2026, 11, 26), NOW, NOW, told, told, 0, (), (), (), (), 1, 1)
    composed = compose(digest, texts.in_language("lv"), ZoneInfo("Europe/Riga"), "https://birojs.example/")
    for mail in (composed.text, composed.html):
        assert url not in mail
        assert mail.count("Grupā raksta") == 2
        assert mail.count("https://avize.example/raksts") == 2
