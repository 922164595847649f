"""The room of mentions by keys alone: reading beside the list, verdicts, ticks, taking back."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import update
from werkzeug.serving import make_server

from outreach import wiring
from outreach.core.app import App
from outreach.core.clock import SystemClock
from outreach.people.models import User
from outreach.web.app import make
from scrapers import verdicts
from scrapers.models import Mention
from tests.browser.serving import LIMIT
from tests.support import mentions
from tests.support.offices import told_in
from tests.support.people import COOKIE, Visitor
from tests.support.ports import free_port


class Desk:
    """An office that is served, an officer's browser on it, and how its mentions stand."""

    def __init__(self, app: App, page: Page, base: str, ids: list[int], errors: list[str]) -> None:
        self.app, self.page, self.base, self.ids, self.errors = app, page, base, ids, errors

    def stands(self) -> list[str | None]:
        """The verdicts, the newest mention first."""
        with self.app.store.reading() as session:
            return [one.verdict for one in verdicts.states(session, self.ids)]

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def closed(self) -> None:
        """A form that was sent closes once its answer is there: until then keys are letters in it."""
        expect(self.page.locator("dialog[open]")).to_have_count(0)


@pytest.fixture
def desk(tmp_path: Path, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Desk]:
    width, height = getattr(request, "param", (1440, 900))
    port = free_port()
    told = told_in(tmp_path, web={"port": port, "public_url": f"http://127.0.0.1:{port}"})
    with wiring.open_app(told, create=True, clock=SystemClock()) as app:
        now = app.clock.now()
        with app.store.transaction() as session:
            ids = [mentions.mention(session, now - timedelta(hours=9 - n), f"Ziņa numur {n}") for n in range(6)]
        site = make(app)
        visitor = Visitor(app, site.test_client(), "comms")
        server = make_server("127.0.0.1", port, site, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        base = f"http://127.0.0.1:{port}"
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="lv-LV")
        context.add_cookies([{"name": COOKIE, "value": visitor.token, "url": base}])
        page = context.new_page()
        page.set_default_timeout(LIMIT)
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield Desk(app, page, base, ids, errors)
        context.close()
        server.shutdown()
        thread.join()


def test_keys_alone_read_judge_tick_and_take_back(desk: Desk) -> None:
    page, toast = desk.page, desk.page.locator(".toast")
    page.goto(f"{desk.base}/mentions")
    reading = page.locator("#reading article")
    expect(reading).to_contain_text("Ziņa numur 5")  # the newest is opened beside the list
    expect(page.locator("tr[data-item] [data-unread]")).to_have_count(6)  # a glance is no reading
    desk.keys("j", "j", "Enter")
    expect(reading).to_contain_text("Ziņa numur 3")
    expect(page.locator("tr[data-item] [data-unread]")).to_have_count(5)
    assert page.url == f"{desk.base}/mentions"
    desk.keys("n")
    expect(toast).to_have_count(1)
    expect(reading).to_contain_text("Ziņa numur 2")  # the next one is opened
    assert desk.stands() == [None, None, "irrelevant", None, None, None]
    expect(page.locator(f"#mention-{desk.ids[3]} .standing")).not_to_be_empty()
    desk.keys("u")
    expect(page.locator(f"#mention-{desk.ids[3]} .standing")).to_be_empty()
    assert desk.stands() == [None] * 6
    desk.keys("x", "ArrowDown", "x")
    expect(page.locator("[data-count]")).to_have_text("2")
    desk.keys("c")
    expect(page.locator(".pick input:checked")).to_have_count(0)
    assert desk.stands() == [None, None, None, "critical", "critical", None]
    assert desk.errors == []


def test_the_right_sense_is_one_more_key(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/mentions")
    expect(page.locator("tr.at")).to_have_count(1)
    desk.keys("o")
    expect(page.locator("#reading article")).to_contain_text("Ziņa numur 5")
    desk.keys("w")
    expect(page.locator("#which-sense")).to_be_visible()
    desk.keys("3")
    expect(page.locator("#which-sense")).not_to_be_visible()
    expect(page.locator("#reading article")).to_contain_text("Ziņa numur 4")
    with desk.app.store.reading() as session:
        row = session.get_one(Mention, desk.ids[5])
        assert (row.verdict, row.sense) == ("wrong_sense", "expulsion")
    assert desk.errors == []


def test_star_handled_tag_note_and_assignment_by_keys_and_their_undoing(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/mentions")
    row = page.locator(f"#mention-{desk.ids[5]}")
    expect(page.locator("tr.at")).to_have_count(1)
    desk.keys("Enter", "s")
    expect(row).to_contain_text("zvaigzne")
    desk.keys("t")
    expect(page.locator("#tag-word")).to_be_focused()
    page.keyboard.type("balva, sunx")  # letters in a field are letters
    desk.keys("Enter")
    expect(row).to_contain_text("#balva sunx")
    desk.closed()
    desk.keys("m")
    page.locator("#note-words").fill("Jāatbild.")
    desk.keys("Control+Enter")
    expect(page.locator("#reading .notes")).to_contain_text("Jāatbild.")
    desk.closed()
    desk.keys("a", "1")
    expect(row).to_contain_text("Vārds comms")
    assert desk.stands() == [None] * 6
    for gone in ("Vārds comms",):
        desk.keys("u")
        expect(row).not_to_contain_text(gone)
    desk.keys("u")  # the note
    expect(page.locator(".toast").last).to_contain_text("Atsaukts")
    desk.keys("u")
    expect(row).not_to_contain_text("#balva")
    desk.keys("h")
    expect(row).not_to_be_visible()  # done with: it leaves the inbox, and the next one is opened
    expect(page.locator("#reading article")).to_contain_text("Ziņa numur 4")
    desk.keys("u")
    expect(row).to_be_visible()
    assert desk.errors == []


def test_a_late_glance_does_not_cover_what_was_opened(desk: Desk) -> None:
    page = desk.page
    held: list[Route] = []
    page.route(re.compile("glance=1"), lambda route: held.append(route))
    page.goto(f"{desk.base}/mentions")
    expect(page.locator("tr[data-item] [data-unread]")).to_have_count(6)
    while not held:
        page.wait_for_timeout(20)
    desk.keys("j", "j", "Enter")
    expect(page.locator("#reading article")).to_contain_text("Ziņa numur 4")
    with page.expect_response(re.compile("glance=1")) as late:
        held[0].continue_()
    late.value.finished()
    page.wait_for_timeout(200)
    expect(page.locator("#reading article")).to_contain_text("Ziņa numur 4")
    expect(page.locator(f"#mention-{desk.ids[4]} [data-unread]")).to_have_count(0)
    assert desk.errors == []


def test_why_opens_in_a_drawer(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/mentions")
    expect(page.locator("tr.at")).to_have_count(1)
    desk.keys("Enter")
    expect(page.locator(f"#mention-{desk.ids[5]} [data-unread]")).to_have_count(0)  # opened, not glanced at
    expect(page.locator("#reading")).not_to_have_class(re.compile("htmx"))
    desk.keys("y")
    expect(page.locator("#drawer")).to_be_visible()
    expect(page.locator("#drawer-body h1")).to_have_text("Kāpēc tas ir šeit?")
    expect(page.locator("#drawer-body #model")).to_contain_text("Kas to mainītu")
    desk.keys("Escape")
    expect(page.locator("#drawer")).not_to_be_visible()
    assert desk.errors == []


def test_keys_that_are_off_do_nothing(desk: Desk) -> None:
    with desk.app.store.transaction() as session:
        session.execute(update(User).values(shortcuts=False))
    page = desk.page
    page.goto(f"{desk.base}/mentions")
    expect(page.locator("#reading article")).to_contain_text("Ziņa numur 5")
    desk.keys("j", "n", "s", "h", "w", "x")
    expect(page.locator("tr.at .standing")).to_be_empty()
    expect(page.locator("#which-sense")).not_to_be_visible()
    expect(page.locator(".toast")).to_have_count(0)
    assert desk.stands() == [None] * 6


def test_ticked_mentions_become_one_story(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/mentions")
    expect(page.locator("tr.at")).to_have_count(1)  # the first one is shown by itself, and the keys stand on it then
    desk.keys("x", "j", "x")
    page.get_by_role("button", name="Tā ir viena ziņa").click()
    expect(page.locator(".toast")).to_have_count(1)
    with desk.app.store.reading() as session:
        assert session.get_one(Mention, desk.ids[5]).story_id == session.get_one(Mention, desk.ids[4]).story_id
    desk.keys("u")
    expect(page.locator(".toast").last).to_contain_text("Atsaukts")
    with desk.app.store.reading() as session:
        assert session.get_one(Mention, desk.ids[5]).story_id != session.get_one(Mention, desk.ids[4]).story_id
    assert desk.errors == []


def test_enter_on_a_tick_judges_nothing(desk: Desk) -> None:
    desk.page.goto(f"{desk.base}/mentions")
    desk.page.locator("tbody .pick input").first.focus()
    desk.keys("Space", "Enter")
    expect(desk.page.locator(".toast.tone-person")).to_have_count(1)
    assert desk.stands() == [None] * 6


def test_a_filter_changes_list_chips_and_address_without_leaving(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/mentions")
    page.evaluate("document.body.dataset.same = 'yes'")
    page.get_by_label("Vārdi tekstā", exact=False).fill("numur 4")
    desk.keys("Enter")
    expect(page.locator("tr[data-item]")).to_have_count(1)
    expect(page.locator(".chip")).to_contain_text(["“numur 4”"])
    assert "q=numur%204" in page.url
    assert page.evaluate("document.body.dataset.same") == "yes"
    page.go_back()
    expect(page.locator("tr[data-item]")).to_have_count(6)
    assert desk.errors == []


@pytest.mark.parametrize("desk", [(390, 844)], indirect=True)
def test_on_a_telephone_a_mention_is_a_page_of_its_own(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/mentions")
    page.locator("a.headline").nth(1).click()
    page.wait_for_url(f"**/mentions/{desk.ids[4]}")
    page.locator("button[value='relevant']").click()
    expect(page.locator(".toast")).to_have_count(1)
    assert desk.stands()[1] == "relevant"
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_search_page_answers_while_one_writes(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.base}/search")
    desk.keys("/")
    page.keyboard.type("numur 2")
    expect(page.locator("#found .story")).to_have_count(1)
    assert page.url.endswith("/search?q=numur+2")
    assert desk.errors == []
