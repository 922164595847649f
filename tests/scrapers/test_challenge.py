"""A wall is seen for what it is; a page that only writes about walls, or has a captcha in its form, is a page."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.reading.challenge import challenge_of

HTML = {"content-type": "text/html; charset=utf-8"}


def page(body: str, title: str = "", head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


WALLS: dict[str, tuple[str, int, dict[str, str], bytes]] = {
    "cloudflare header": ("cloudflare", 403, {"cf-mitigated": "challenge"}, b""),
    "cloudflare": (
        "cloudflare",
        403,
        {"server": "cloudflare"},
        page(
            "<noscript><div id='challenge-error-text'>Enable JavaScript and cookies to continue</div></noscript>"
            "<script>(function(){window._cf_chl_opt = {cvId: '3', cZone: 'zinas.example'};}());</script>",
            "Just a moment...",
        ),
    ),
    "cloudflare as 200": ("cloudflare", 200, {}, page("<script>window._cf_chl_opt={};</script>", "Just a moment...")),
    "cloudflare old": ("cloudflare", 503, {}, page("<div class='cf-browser-verification'>Checking your browser</div>", "Just a moment...")),
    "cloudflare refusal": ("cloudflare", 403, {}, page("<p>Sorry, you have been blocked</p>", "Attention Required! | Cloudflare")),
    "cloudflare rule": ("cloudflare", 403, {}, page("<h1>Error 1020</h1>", "Access denied | zinas.example used Cloudflare to restrict access")),
    "ddos-guard": ("ddos-guard", 403, {"server": "ddos-guard"}, page("<script src='/.well-known/ddos-guard/js-challenge/index.js'></script>", "DDoS-Guard")),
    "ddos-guard server": ("ddos-guard", 403, {"server": "ddos-guard"}, page("<p>403</p>")),
    "imperva": (
        "imperva",
        200,
        {"x-iinfo": "1-2"},
        page('<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=1">Request unsuccessful. Incapsula incident ID: 1-2</iframe>'),
    ),
    "imperva title": ("imperva", 403, {}, page("<p>As you were browsing something made us think you might be a bot.</p>", "Pardon Our Interruption")),
    "akamai": (
        "akamai",
        403,
        {"server": "AkamaiGHost"},
        page("<h1>Access Denied</h1>You don't have permission to access this. <p>Reference #18.1 <p>https://errors.edgesuite.net/18.1", "Access Denied"),
    ),
    "akamai challenge": ("akamai", 200, {}, page("<div id='sec-if-cpt-container'></div><script src='/_sec/cp_challenge/crypto_message-4-3.htm'></script>")),
    "perimeterx": ("perimeterx", 403, {}, page("<div id='px-captcha'></div><p>Press &amp; Hold to confirm you are a human</p>", "Access to this page has been denied")),
    "sucuri": ("sucuri", 200, {}, page("<script>sucuri_cloudproxy_js='';</script>", "You are being redirected...")),
    "sucuri header": ("sucuri", 403, {"x-sucuri-block": "1"}, b""),
    "datadome": ("datadome", 403, {"x-datadome": "protected"}, page("<script src='https://ct.captcha-delivery.com/c.js'></script>")),
    "anubis": (
        "anubis",
        200,
        {},
        page('<p>Making sure you\'re not a bot!</p><script id="anubis_challenge" type="application/json">{}</script>', "Making sure you're not a bot!"),
    ),
    "aws": ("aws-waf", 202, {"x-amzn-waf-action": "challenge"}, b""),
    "captcha": ("captcha", 200, {}, page("<p>Please confirm that you are not a robot</p><div class='g-recaptcha'></div>")),
    "captcha in latvian": ("captcha", 403, {}, page("<p>Apstipriniet, ka neesat robots</p><div class='h-captcha'></div>")),
    "captcha in russian": ("captcha", 429, {}, page("<p>Подтвердите, что вы не робот</p><div class='smartcaptcha'></div>")),
    "unknown": ("javascript", 200, {}, page("<p>Enable JavaScript and cookies to continue</p>")),
    "unknown check": ("javascript", 503, {}, page("<h1>Checking your browser before accessing zinas.example</h1>")),
}  # fmt: skip

LONG = "<p>" + "Ludzas pašvaldība aicina ģimenes, kas domā par atgriešanos, uz tikšanos ar vietējiem uzņēmējiem. " * 20 + "</p>"
ABOUT = (
    "<p>Lapa rādīja: Just a moment... Enable JavaScript and cookies to continue. Verify you are human.</p>"
    "<pre>&lt;script&gt;window._cf_chl_opt = {}; /.within.website/x/cmd/anubis px-captcha Incapsula incident ID&lt;/script&gt;</pre>"
)
PAGES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "article": (200, {"server": "cloudflare", "cf-ray": "1"}, page(LONG, "Ziņas")),
    "article about walls": (200, {}, page(LONG + ABOUT, "Just a moment... ko nozīmē šī lapa")),
    "short article about walls": (200, {}, page(f"<article>{ABOUT}</article>", "Just a moment...")),
    "short note about walls": (200, {}, page("<p>Kā raksta, &lt;div id=px-captcha&gt; ir robotu pārbaude." + " Vairāk drīz." * 30 + "</p>")),
    "guarded page": (200, {}, page("<h1>Kontakti</h1><p>Tālrunis 60000000</p><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>")),
    "guarded by imperva": (200, {}, page("<h1>Kontakti</h1><script src='/_Incapsula_Resource?SWJIYLWA=719d'></script>")),
    "form with captcha": (200, {}, page("<h1>Rakstiet mums</h1><form><textarea></textarea><div class='g-recaptcha'></div> I am human</form>")),
    "application": (200, {}, page("<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>")),
    "plain refusal": (403, {"server": "nginx"}, page("<center><h1>403 Forbidden</h1></center>")),
    "outage": (522, {"server": "cloudflare"}, page("<div id='cf-error-details'>Connection timed out</div>", "zinas.example | 522")),
    "feed about walls": (200, {}, b"<rss><channel><item><title>Just a moment... _cf_chl_opt</title></item></channel></rss>"),
    "json": (200, {"content-type": "application/json"}, b'{"items": ["_cf_chl_opt"]}'),
    "nothing": (200, {}, b""),
    "not found": (404, {}, page("<h1>404</h1>")),
}  # fmt: skip


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_called_by_its_name(name: str) -> None:
    expected, status, headers, body = WALLS[name]
    assert challenge_of(status, {**HTML, **headers}, body) == expected


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_no_wall_whatever_it_writes_about(name: str) -> None:
    status, headers, body = PAGES[name]
    assert challenge_of(status, {**HTML, **headers}, body) is None


@given(st.integers(100, 599), st.binary(max_size=400))
def test_any_answer_is_judged(status: int, rest: bytes) -> None:
    name = challenge_of(status, HTML, b"<html>" + rest)
    assert name is None or name


@pytest.mark.parametrize("piece", [b"<script>", b"<!--", b"<", b"<svg><style>", b"<p", b"g-recaptcha "])
def test_hostile_markup_takes_no_more_than_its_length(piece: bytes) -> None:
    def cost(size: int) -> float:
        body = b"<html>" + piece * (size // len(piece))
        times = []
        for _ in range(3):
            start = time.process_time()
            challenge_of(403, HTML, body)
            times.append(time.process_time() - start)
        return min(times)

    # Eight times the length, and far from sixty-four times the work.
    assert cost(100_000) < 40 * cost(12_500) + 0.05
