"""WordPress: what is asked, in which order, and what its answers mean. What it really does: `python -m tests.campaigns.real.wordpress`."""

import base64
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channel import Busy, Outgoing, Receipt
from campaigns.channels.wordpress import Wordpress, paragraphs, slug_of
from outreach.core.errors import WireError
from outreach.core.http import Answer, Request
from tests.campaigns.platforms import (
    AFTER,
    AT,
    BEFORE,
    FORBIDDEN,
    LINK,
    Kept,
    Turns,
    answer,
    failed,
    form_of,
    image,
    json_of,
    kind_of,
    outgoing,
    receipt_of,
)

ENV = "OUTREACH_SITE_PASSWORD"
SECRETS = {ENV: "abcd efgh ijkl mnop qrst uvwx"}
CHANNEL = Wordpress("https://site.example/", "birojs", ENV)
NONE = answer(200, [])
MADE = answer(201, {"id": 12, "link": "https://site.example/2026/nac/", "slug": "nac", "status": "publish"})
RECEIPT = Receipt("https://site.example/2026/nac/", "12")
UPLOADED = answer(201, {"id": 5, "source_url": "https://site.example/u/a.jpg"})
SECOND = answer(201, {"id": 6, "source_url": "https://site.example/u/b.jpg"})


def route(request: Request) -> str:
    return parse_qs(urlsplit(request.url).query)["rest_route"][0].removeprefix("/wp/v2/")


def asked(wire: Turns) -> list[str]:
    return [f"{request.method} {route(request)}" for request in wire.asked]


def test_a_post_is_looked_for_before_it_is_made() -> None:
    wire = Turns([NONE, MADE])
    assert receipt_of(CHANNEL, wire, SECRETS) == RECEIPT
    assert asked(wire) == ["GET posts", "POST posts"]
    look, make = wire.asked
    query = parse_qs(urlsplit(look.url).query)
    assert look.url.startswith("https://site.example/?rest_route=/wp/v2/posts&")
    assert (query["slug"], query["status"]) == ([slug_of(outgoing())], ["any"])
    sent = json_of(make)
    assert (sent["slug"], sent["title"], sent["status"]) == (slug_of(outgoing()), "Nāc", "publish")
    assert f'<a href="{LINK}">{LINK}</a>' in sent["content"] and "date_gmt" not in sent
    secret = base64.b64encode(f"birojs:{SECRETS[ENV]}".encode()).decode()
    assert {request.headers["Authorization"] for request in wire.asked} == {f"Basic {secret}"}


def test_what_is_there_is_not_made_again() -> None:
    there = answer(200, [{"id": 12, "link": RECEIPT.url, "slug": slug_of(outgoing())}])
    wire = Turns([there])
    assert receipt_of(CHANNEL, wire, SECRETS) == RECEIPT
    assert CHANNEL.find(outgoing(), Turns([there]), SECRETS.get, AT).receipt == RECEIPT
    assert CHANNEL.find(outgoing(), Turns([NONE]), SECRETS.get, AT).state == "absent"


def test_pictures_are_put_into_the_library_once() -> None:
    kept, images = Kept(), [image("a.jpg", "Mežs “A” & <b>"), image("b.jpg", "Pļava")]
    found = answer(200, [{"id": 6, "source_url": "https://site.example/u/b.jpg"}])
    wire = Turns([NONE, NONE, UPLOADED, found, MADE])
    assert receipt_of(CHANNEL, wire, SECRETS, outgoing(images, kept)) == RECEIPT
    assert asked(wire) == ["GET posts", "GET media", "POST media", "GET media", "POST posts"]
    form = form_of(wire.asked[2])
    assert (form["alt_text"], form["file"]) == (images[0].alt, "JPEG a.jpg") and re.fullmatch(r"picture-[0-9a-f]{24}", form["slug"])
    sent = json_of(wire.asked[-1])
    assert sent["featured_media"] == 5 and 'src="https://site.example/u/b.jpg" alt="Pļava"' in sent["content"]
    # The next try has both.
    again = Turns([NONE, MADE])
    receipt_of(replace(CHANNEL, featured=False), again, SECRETS, outgoing(images, kept))
    sent = json_of(again.asked[-1])
    assert sent["featured_media"] == 0 and 'alt="Mežs “A” &amp; &lt;b&gt;"' in sent["content"]


def test_categories_must_be_there_and_tags_are_made() -> None:
    channel = replace(CHANNEL, categories="Jaunumi & ziņas", tags="Latgale, mājas,")
    rows = answer(200, [{"id": 3, "name": "Jaunumi &amp; ziņas"}, {"id": 4, "name": "Jaunumi"}])
    twin = answer(400, {"code": "term_exists", "data": {"status": 400, "term_id": 9}})
    wire = Turns([NONE, rows, NONE, answer(201, {"id": 8}), NONE, twin, MADE])
    receipt_of(channel, wire, SECRETS)
    sent = json_of(wire.asked[-1])
    assert (sent["categories"], sent["tags"]) == ([3], [8, 9])
    assert parse_qs(urlsplit(wire.asked[1].url).query)["search"] == ["Jaunumi &amp; ziņas"]
    error = failed(channel, Turns([NONE, NONE]), SECRETS)
    assert (error.key, kind_of(error), error.facts["name"]) == ("wordpress.category", "settings", "Jaunumi & ziņas")


@pytest.mark.parametrize(
    ("settings", "status", "date"),
    [
        ({"status": "draft"}, "draft", None),
        ({"status": "pending", "minutes_ahead": 10}, "pending", None),
        ({"minutes_ahead": 10}, "future", "2026-03-02T08:10:00"),
    ],
)
def test_it_may_wait_there_for_somebody_or_for_its_time(settings: dict[str, object], status: str, date: str | None) -> None:
    wire = Turns([NONE, MADE])
    receipt_of(replace(CHANNEL, **settings), wire, SECRETS)  # type: ignore[arg-type]
    sent = json_of(wire.asked[-1])
    assert (sent["status"], sent.get("date_gmt")) == (status, date)


@pytest.mark.parametrize("settings", [{"status": "private"}, {"status": ""}, {"minutes_ahead": 1}, {"minutes_ahead": -5}])
def test_settings_that_wordpress_does_not_know_pause_the_channel(settings: dict[str, object]) -> None:
    wire = Turns([])
    assert kind_of(failed(replace(CHANNEL, **settings), wire, SECRETS)) == "settings"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "site", ["", "site.example", "http://site.example", "https://a@b.example", "https://site.example/?x", "ftp://x"]
)
def test_a_password_never_goes_to_an_unfit_address(site: str) -> None:
    wire = Turns([])
    assert failed(replace(CHANNEL, site=site), wire, SECRETS).key == "campaigns.channel.address"
    assert failed(CHANNEL, wire, {}).key == "campaigns.channel.no_secret" and wire.asked == []


TABLE = [
    (answer(400, {"code": "rest_invalid_param", "message": "Invalid"}), "permanent", "permanent"),
    (answer(401, {"code": "incorrect_password", "message": "<strong>Error:</strong> no"}), "denied", "denied"),
    (answer(403, {"code": "rest_forbidden"}), "denied", "denied"),
    (answer(404, {"code": "rest_no_route"}), "settings", "settings"),
    (answer(301), "settings", "settings"),
    (answer(413), "permanent", "permanent"),
    (answer(429, b"", {"Retry-After": "90"}), "busy", "busy"),
    (answer(500, {"code": "internal_server_error"}), "ambiguous", "later"),
    (answer(503, b"", {"Retry-After": "600"}), "ambiguous", "busy"),
    (answer(504, b"<h1>504</h1>"), "ambiguous", "later"),
    (answer(200, b"<h1>Sveiki</h1>"), "ambiguous", "later"),
    (answer(200, {"id": 7}), "ambiguous", "later"),
    (BEFORE, "later", "later"),
    (AFTER, "ambiguous", "later"),
    (FORBIDDEN, "settings", "settings"),
]


@pytest.mark.parametrize(("came", "of_the_post", "_before"), TABLE)
def test_what_each_answer_to_the_post_means(came: Answer | WireError, of_the_post: str, _before: str) -> None:
    assert kind_of(failed(CHANNEL, Turns([NONE, came]), SECRETS)) == of_the_post


@pytest.mark.parametrize(("came", "_of_the_post", "before"), TABLE)
def test_before_the_post_nothing_can_be_out(came: Answer | WireError, _of_the_post: str, before: str) -> None:
    """Neither after the look, nor after a picture."""
    error = failed(CHANNEL, Turns([NONE, NONE, came]), SECRETS, outgoing([image()]))
    assert kind_of(error) == before
    if isinstance(error, Busy):
        assert error.wait in (timedelta(seconds=90), timedelta(seconds=600))
    if isinstance(came, Answer) and came.status == 200 and came.body.startswith(b"<"):
        return  # a look that is no list is an error of the wire, told as it is
    with pytest.raises(WireError) as told:
        CHANNEL.find(outgoing(), Turns([came]), SECRETS.get, AT)
    assert not told.value.ambiguous


def test_a_stranger_is_told_apart_from_a_bad_post() -> None:
    """WordPress tells whom it does not know that there is no such status to look for."""
    stranger = answer(400, {"code": "rest_invalid_param", "message": "status", "data": {"params": {"status": "x"}}})
    assert kind_of(failed(CHANNEL, Turns([stranger]), SECRETS)) == "denied"


def test_the_site_s_own_words_are_kept_plain() -> None:
    came = answer(400, {"message": "<strong>Error:</strong> it&#8217;s\n too long " + SECRETS[ENV]})
    assert failed(CHANNEL, Turns([NONE, came]), SECRETS).facts["words"] == "Error: it’s too long ***"


def test_how_the_account_is() -> None:
    may = answer(200, {"name": "Birojs", "capabilities": {"publish_posts": True, "edit_posts": True}})
    may_not = answer(200, {"name": "Birojs", "capabilities": {"edit_posts": True}})
    assert CHANNEL.health(Turns([may]), SECRETS.get, AT).account == "Birojs"
    assert replace(CHANNEL, status="draft").health(Turns([may_not]), SECRETS.get, AT).account == "Birojs"
    for wire in (Turns([may_not]), Turns([answer(401, {"code": "rest_not_logged_in"})])):
        with pytest.raises(WireError) as told:
            CHANNEL.health(wire, SECRETS.get, AT)
        assert kind_of(told.value) == "denied"


def test_a_site_whose_clock_does_not_run_is_told() -> None:
    may = answer(200, {"name": "Birojs", "capabilities": {"publish_posts": True}})
    channel = replace(CHANNEL, minutes_ahead=5)
    for due, late in (("2026-03-02T07:30:00", True), ("2026-03-02T07:55:00", False), ("2026-03-02T09:00:00", False)):
        wire = Turns([may, answer(200, [{"date_gmt": due}])])
        if not late:
            assert channel.health(wire, SECRETS.get, AT).account == "Birojs"
            continue
        with pytest.raises(WireError) as told:
            channel.health(wire, SECRETS.get, AT)
        assert told.value.key == "wordpress.overdue"


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Nāc mājās & ģimene!", "nac-majas-gimene-"), ("Возвращение", ""), ("a" * 90, "a" * 40 + "-")],
)
def test_a_slug_has_words_and_its_key(title: str, slug: str) -> None:
    made = slug_of(Outgoing("x", "lv", "k" * 32, title, AT))
    assert re.fullmatch(re.escape(slug) + "[0-9a-f]{12}", made)
    assert made != slug_of(Outgoing("x", "lv", "l" * 32, title, AT))


@given(st.text(alphabet=st.sampled_from("a<>&\"'\n /:hptsx.\t!-"), max_size=60))
def test_nothing_of_a_text_is_markup(text: str) -> None:
    made = "\n".join(paragraphs(text))
    bare = re.sub(r'<!-- /?wp:paragraph -->|</?p>|<br>|<a href="https?://[^"<>]*">|</a>', "", made)
    assert "<" not in bare and ">" not in bare and not re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;)", bare)


def test_lines_and_paragraphs_stay() -> None:
    made = list(paragraphs("\nViens\ndivi (https://a.example/?x=1&y=2).\n \nTrīs\n"))
    assert [re.sub(r"<!--.*?-->\n?", "", one).strip() for one in made] == [
        '<p>Viens<br>divi (<a href="https://a.example/?x=1&amp;y=2">https://a.example/?x=1&amp;y=2</a>).</p>',
        "<p>Trīs</p>",
    ]
