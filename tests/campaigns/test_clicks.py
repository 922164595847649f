"""Whom a request is from, by what it says of itself."""

import pytest

from campaigns.clicks import kind_of, mark

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ANDROID = "Mozilla/5.0 (Linux; Android 14; {}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    "agent",
    [
        IPHONE,
        FIREFOX,
        ANDROID.format("SM-S918B"),
        ANDROID.format("CUBOT X70"),
        IPHONE + " [FBAN/FBIOS;FBAV/530.0.0.0;FBDV/iPhone15,2]",
        IPHONE + " Instagram 401.0.0.0",
        IPHONE + " [LinkedInApp]/9.31",
        ANDROID.format("Pixel 9") + " Snapchat/13.2",
        ANDROID.format("Pixel 9") + " QR Scanner/3.1",
    ],
)
def test_people(agent: str) -> None:
    assert kind_of("GET", {"User-Agent": agent}) == "person"


@pytest.mark.parametrize(
    "agent",
    [
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "WhatsApp/2.23.20.0 A",
        "TelegramBot (like TwitterBot)",
        "Twitterbot/1.0",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        "Mastodon/4.4.0 (http.rb/5.3.0; +https://mastodon.social/)",
        "http.rb/5.1.1 (Mastodon/4.2.0; +https://mastodon.social/)",
        "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "Viber",
        "Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_previews(agent: str, method: str) -> None:
    assert kind_of(method, {"User-Agent": agent}) == "preview"


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "   ",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (compatible; YandexBot/3.0)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0)",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/141.0.0.0 Safari/537.36",
        "curl/8.14.1",
        "python-requests/2.32.5",
        "Go-http-client/2.0",
        "Mozilla/5.0 (compatible; CensysInspect/1.1)",
        "Mozilla/5.0+(compatible; UptimeRobot/2.0)",
    ],
)
def test_robots(agent: str) -> None:
    assert kind_of("GET", {"User-Agent": agent}) == "bot"


def test_what_is_fetched_ahead_is_a_preview_and_a_question_whether_it_is_there_a_robots() -> None:
    for name, value in (("Purpose", "prefetch"), ("Sec-Purpose", "prefetch;prerender"), ("X-Purpose", "preview"), ("X-Moz", "prefetch")):
        assert kind_of("GET", {"User-Agent": FIREFOX, name: value}) == "preview"
    assert kind_of("HEAD", {"User-Agent": FIREFOX}) == "bot"
    assert kind_of("GET", {}) == "bot"


def test_what_stands_far_behind_in_an_endless_name_is_not_read() -> None:
    assert kind_of("GET", {"User-Agent": FIREFOX + " " * 100_000 + "bot"}) == "person"


def test_a_mark_is_of_one_key_link_address_and_browser() -> None:
    marks = {mark(key, link, address, agent) for key in (b"a", b"b") for link in (1, 2) for address in ("192.0.2.1", "192.0.2.2") for agent in ("x", "y\ud800")}
    assert len(marks) == 16
    assert all(len(one) == 32 for one in marks)
    assert mark(b"a", 1, "192.0.2.1", "x") in marks
