"""Pictures of every page for the documents: `python -m tests.browser.screens docs/screens`.

The office is that of the demo, with a few more things on its desk; nobody in it exists.
"""

import io
import sys
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import delete, func, select, update

from campaigns import dispatch, editing
from campaigns.models import Campaign, ChannelRow, Delivery
from outreach import daemon, wiring
from outreach.core.app import App
from outreach.demo import day
from outreach.people import sessions
from outreach.people.jobs import limits_of
from outreach.tracker import families, intake
from outreach.tracker import jobs as tracked
from outreach.tracker.phone_note import parse_line
from outreach.tracker.places import read_places
from outreach.web.app import make
from scrapers.models import Source, SourceAnswer, SourceDay
from tests.benchmarks import archive_sources
from tests.browser import casework, familywork, letters, offerwork, plannedwork, presswork, trendpast
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.support.offices import told_in
from tests.support.people import COOKIE, account
from tests.support.ports import free_port

SIZES = {"1440": (1440, 900), "390": (390, 844)}
# Name of the picture: role and address.
PAGES = {
    "sign-in": ("", "/sign-in"),
    "question": ("", "/jautajums"),
    "today": ("comms", "/"),
    "today-coordinator": ("coordinator", "/"),
    "attention": ("comms", "/attention"),
    "search": ("comms", "/search?q=prei%C4%BCi"),
    "mentions": ("comms", "/mentions"),
    "mention": ("comms", "/mentions/{mention}"),
    "why": ("comms", "/mentions/{mention}/why?model=1"),
    "story": ("comms", "/stories/{story}"),
    "topics": ("comms", "/topics"),
    "topic": ("comms", "/topics/1"),
    "topic-new": ("comms", "/topics/new"),
    "campaigns": ("comms", "/campaigns"),
    "campaign": ("comms", "/campaigns/{campaign}"),
    "post": ("comms", "/posts/{post}"),
    "post-edit": ("comms", "/posts/{written}/edit"),
    "post-written": ("comms", "/posts/{written}"),
    "post-set": ("comms", "/posts/{english}/edit"),
    "post-looks": ("comms", "/posts/{written}/looks"),
    "post-when": ("comms", "/posts/{written}/when"),
    "post-channels": ("comms", "/posts/{written}/channels"),
    "post-wordings": ("comms", "/posts/{written}/wordings"),
    "series-new": ("comms", "/posts/{written}/series/new"),
    "campaign-edit": ("comms", "/campaigns/{campaign}/edit"),
    "campaign-links": ("comms", "/campaigns/{campaign}/links"),
    "campaign-link": ("comms", "/campaigns/{campaign}/links/{link}"),
    "campaign-again": ("comms", "/campaigns/{campaign}/again"),
    "moments": ("comms", "/campaigns/moments"),
    "moment": ("comms", "/campaigns/moments/{moment}/{moment_day}"),
    "plan-table": ("comms", "/campaigns/plan"),
    "stories": ("comms", "/media/stories"),
    "replies": ("comms", "/replies"),
    "queue": ("comms", "/channels/{group}/queue"),
    "hours": ("comms", "/channels/{group}/hours"),
    "channel": ("comms", "/settings/channels/{group}"),
    "channel-new": ("administrator", "/settings/channels/new"),
    "feeds": ("comms", "/me/calendars"),
    "press": ("comms", "/press"),
    "press-releases": ("comms", "/press/releases"),
    "press-release": ("comms", "/press/releases/{release}"),
    "press-release-edit": ("comms", "/press/releases/{unfinished}"),
    "press-results": ("comms", "/press/releases/{release}/results"),
    "press-prints": ("comms", "/press/releases/{release}/prints"),
    "press-send": ("comms", "/press/releases/{release}/send"),
    "press-confirm": ("comms", "/press/sendings/{draft}/confirm"),
    "press-sending": ("comms", "/press/sendings/{sending}"),
    "press-sendings": ("comms", "/press/sendings"),
    "press-replies": ("comms", "/press/replies"),
    "press-contacts": ("comms", "/press/contacts"),
    "press-contact": ("comms", "/press/contacts/{contact}"),
    "press-lists": ("comms", "/press/lists"),
    "press-list": ("comms", "/press/lists/{list}"),
    "press-public": ("comms", "/press/public"),
    "press-subscribers": ("comms", "/press/subscribers"),
    "prese": ("", "/prese"),
    "prese-one": ("", "/prese/{slug}"),
    "deliveries": ("comms", "/deliveries"),
    "delivery": ("comms", "/deliveries/{delivery}"),
    "calendar": ("comms", "/calendar"),
    "calendar-hours": ("comms", "/calendar?view=hours"),
    "calendar-month": ("comms", "/calendar?view=month"),
    "calendar-audience": ("comms", "/calendar?view=audience"),
    "inquiries": ("coordinator", "/inquiries"),
    "inquiries-figures": ("comms", "/inquiries"),
    "inquiries-import": ("coordinator", "/inquiries/import"),
    "inquiries-event": ("coordinator", "/inquiries/event"),
    "inquiry": ("coordinator", "/inquiries/{inquiry}"),
    "phone-note": ("coordinator", "/inquiries/new"),
    "families": ("coordinator", "/families"),
    "family": ("coordinator", "/families/{household}"),
    "family-privacy": ("coordinator", "/families/{household}/privacy"),
    "inquiry-privacy": ("coordinator", "/inquiries/{inquiry}/privacy"),
    "retention": ("coordinator", "/settings/retention"),
    "processing": ("reader", "/privacy/processing"),
    "family-same": ("coordinator", "/families/{twice}"),
    "families-same": ("coordinator", "/families/same"),
    "families-find": ("coordinator", "/families/find"),
    "families-list": ("coordinator", "/families/list"),
    "families-stage": ("coordinator", "/families?stage=contacted"),
    "family-new": ("coordinator", "/families/new"),
    "family-case": ("coordinator", "/families/{case}"),
    "family-step": ("coordinator", "/families/{case}/steps/{case_step}"),
    "family-facts": ("coordinator", "/families/{case}/facts"),
    "family-line": ("coordinator", "/families/{case}/line"),
    "family-consents": ("coordinator", "/families/{case}/consents"),
    "family-papers": ("coordinator", "/families/{case}/papers"),
    "offers": ("coordinator", "/families/offers"),
    "offers-family": ("coordinator", "/families/{offered}/offers"),
    "offer-new": ("coordinator", "/families/{offered}/offers/new"),
    "offer": ("coordinator", "/families/{offered}/offers/{offer}"),
    "offer-edit": ("coordinator", "/families/{offered}/offers/{offer}/edit"),
    "offer-letter": ("coordinator", "/inquiries/{offer_talk}/letters?offer={offer}"),
    "offer-sent": ("coordinator", "/families/{offered}/offers/{offer_sent}"),
    "municipalities": ("coordinator", "/settings/municipalities"),
    "municipality": ("coordinator", "/settings/municipalities/Ludzas novads"),
    "municipality-edit": ("coordinator", "/settings/municipalities/Ludzas novads/school"),
    "heard": ("coordinator", "/inquiries/heard"),
    "worked": ("coordinator", "/reports/worked"),
    "statements": ("coordinator", "/reports/statements"),
    "regions": ("coordinator", "/reports/regions"),
    "handover": ("coordinator", "/families/handover"),
    "handover-ready": ("coordinator", "/families/{ready}/handover"),
    "handover-under-way": ("coordinator", "/families/{under_way}/handover"),
    "handover-came": ("coordinator", "/families/{came}/handover"),
    "handover-receive": ("coordinator", "/families/receive"),
    "handover-parcel": ("coordinator", "/families/receive/{parcel}"),
    "statement": ("coordinator", "/reports/statements/{statement}"),
    "report-publicity": ("coordinator", "/reports/publicity"),
    "report-quarterly": ("coordinator", "/reports/quarterly"),
    "reports": ("reader", "/reports"),
    "report-results": ("reader", "/reports/results"),
    "report-outreach": ("reader", "/reports/outreach"),
    "settings": ("administrator", "/settings"),
    "digests": ("comms", "/digests"),
    "digest-mine": ("comms", "/digests/mine"),
    "digest-preview": ("comms", "/digests/preview"),
    "readers": ("comms", "/settings/readers"),
    "reader-new": ("comms", "/settings/readers/new"),
    "alerts": ("comms", "/alerts"),
    "alert-hooks": ("administrator", "/alerts/hooks"),
    "users": ("administrator", "/settings/users"),
    "audit": ("administrator", "/settings/audit"),
    "sources": ("comms", "/settings/sources"),
    "source": ("comms", "/settings/sources/{source}"),
    "source-new": ("comms", "/settings/sources/new"),
    "recall": ("comms", "/settings/recall"),
    "recall-known": ("comms", "/settings/recall/canaries"),
    "channels": ("comms", "/settings/channels"),
    "pictures": ("comms", "/media"),
    "components": ("administrator", "/settings/components"),
    "work": ("comms", "/work"),
    "me": ("comms", "/me"),
    "api": ("comms", "/api"),
    # After all others: these bring a past of their own.
    "trends": ("comms", "/trends"),
    "trends-days": ("comms", "/trends?period=30&by=day"),
    "trends-voice": ("comms", "/trends/voice"),
    "trends-term": ("comms", "/trends/term"),
    "quality": ("comms", "/quality"),
}
_NOTES = (
    "Anna, 3 cilvēki, Īrija -> Preiļi, darbs, dzirdēja radio",
    "Pēteris, 2 cilvēki, Lielbritānija -> Rēzekne, skola, no draugiem",
    "Ilze, 4 cilvēki, Vācija -> Ludza, mājoklis",
    "Jānis, 1 cilvēks, Norvēģija -> Daugavpils, darbs, Facebook",
    "Marija, 5 cilvēki, Īrija -> Krāslava, dokumenti, vēstniecība",
)


def main(target: Path, only: str = "") -> None:
    """Makes the office, serves it and writes two pictures of each page, four of Today and the mentions; last the morning mail."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        told = told_in(Path(folder), web={"port": free_port()})
        words = wiring.texts().in_language("lv")
        assert day.run(told, words, once=True)
        port = free_port()
        page = f"http://127.0.0.1:{port}"
        told = wiring.in_folder(told, told.folder / "demo").model_copy(
            update={"web": told.web.model_copy(update={"port": port, "public_url": page})}
        )
        app = stack.enter_context(wiring.open_app(told, create=True))
        ids = furnish(app)
        server = daemon.PageServer(make(app), "127.0.0.1", port)
        server.start()
        stack.callback(server.stop)
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        for name, (role, address) in PAGES.items():
            if only and not name.startswith(tuple(only.split(","))):
                continue
            if name.startswith(("trends", "quality")):
                trendpast.put(app)
            dark = name in {"today", "mentions", "calendar", "inquiries", "trends", "trends-term", "quality", "campaign", "post-written", "press", "press-results", "press-sending", "prese-one", "worked", "statement"}
            for size in SIZES:
                for theme in ("light", "dark") if dark else ("light",):
                    file = target / f"{name}-{size}{'-dark' if theme == 'dark' else ''}.png"
                    take(browser, app, page + address.format(**ids), role, size, theme, file)
                    print(file)
        if any("mail".startswith(one) for one in only.split(",")):
            letters.draw(browser, target)
        browser.close()


def take(browser: Browser, app: App, address: str, role: str, size: str, theme: str, file: Path) -> None:
    """One picture, of the first screen and what follows to three screens."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="lv-LV", color_scheme=theme, reduced_motion="reduce"  # type: ignore[arg-type]
    )
    if role:
        with app.store.transaction() as session:
            token = sessions.begin(
                session, app.clock.now(), limits_of(app), _accounts[role], full=True,
                device="Chrome, Linux", address="127.0.0.1",
            )  # fmt: skip
        context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    shown = context.new_page()
    shown.goto(address, wait_until="networkidle")
    tall = min(int(shown.evaluate("document.documentElement.scrollHeight")), 3 * height)
    shown.set_viewport_size({"width": width, "height": max(height, tall)})
    small = Image.open(io.BytesIO(shown.screenshot())).convert("RGB").quantize(96, dither=Image.Dither.NONE)
    small.save(file, optimize=True)
    context.close()


_accounts: dict[str, int] = {}


def furnish(app: App) -> dict[str, str | int]:
    """More on the desk than the demo's day leaves; the numbers of one thing of each kind."""
    names = {"administrator": "Ieva Ozola", "comms": "Laura Bērziņa", "coordinator": "Astrīda Leja", "reader": "Juris Kalns"}
    for role, name in names.items():
        _accounts[role] = _account(app, role, name)
    now = app.clock.now()
    noon = now.astimezone(app.settings.zone).replace(minute=30, second=0, microsecond=0)
    with app.store.transaction() as session:
        channel = session.scalars(select(ChannelRow)).first()
        assert channel is not None
        folder = dispatch.add_channel(session, "Preses mape", "folder", {"folder": str(app.settings.folder / "prese")})
        homes = session.scalars(select(Campaign)).first()
        assert homes is not None
        homes.goal, homes.municipalities = "40 jautājumi no ģimenēm Īrijā un Lielbritānijā", ["Preiļu novads", "Rēzekne"]
        homes.note = "<p>Satiekamies <strong>Preiļos</strong>, tiešraide vakarā.</p><ul><li>uzaicināt divas atgriezušās ģimenes</li><li>tulks angliski</li></ul>"
        award = editing.start(session, now, "Gada uzņēmīgākais remigrants Latgalē", noon.date() + timedelta(days=3), noon.date() + timedelta(days=40), "lv")
        spring = editing.start(session, now, "Home for good: Dublin", noon.date() - timedelta(days=2), noon.date() + timedelta(days=12), "en")
        plan = (
            (homes.id, "lv", "Kā pieteikties atbalstam", 2, True), (homes.id, "ru", "Как подать заявку", 26, False),
            (award.id, "lv", "Nomināciju var pieteikt līdz janvārim", 74, True), (spring.id, "en", "Meet us in Dublin on Saturday", 28, True),
            (spring.id, "en", "Three families, three towns", 50, False), (homes.id, "lv", "Darba vietas Ludzā šonedēļ", -3, True),
        )  # fmt: skip
        for campaign, language, title, hours, approved in plan:
            post = editing.write(session, now, campaign, language=language, title=title, text=f"{title}. {{link}}", target_url="https://paps.lv/")
            if approved:
                editing.approve(session, now, post.id)
            dispatch.schedule(session, now, post.id, (folder if hours > 0 else channel).id, noon + timedelta(hours=hours))
        late = session.scalars(select(Delivery).where(Delivery.due_at < now, Delivery.status == "scheduled")).one()
        late.status, late.error_key, late.error_facts = "unconfirmed", "campaigns.delivery.interrupted", {}
        places = read_places(app.office.places)
        for number, line in enumerate(_NOTES):
            intake.receive(session, now - timedelta(hours=5 * number), app.seal, parse_line(line, places))
        family = families.add(session, now, app.seal, families.Family(2, 2, "Preiļu novads", ("IE",), None, "Ģimene no Dublinas", "Bērni runā latviski."))
        for stage, back in (("contacted", 60), ("offer_sent", 20), ("planning", 3)):
            families.enter(session, now, family, stage, (now - timedelta(days=back)).date())
        families.tie(session, 2, family)
        quiet = session.scalars(select(Source).order_by(Source.id).limit(2)).all()
        quiet[1].state, quiet[1].reason_key, quiet[1].reason_facts, quiet[1].failures = "erring", "http.timeout", {"host": "avize.example", "seconds": 30}, 4
        session.execute(update(Source).where(Source.id == quiet[0].id).values(last_new_at=now - timedelta(days=19), usual_gap_seconds=2 * 86_400))
        session.execute(delete(SourceDay))
        session.execute(delete(SourceAnswer))
        archive_sources.put_past(session.connection(), len(session.scalars(select(Source.id)).all()), 7, now)
        since = now - timedelta(days=19)
        session.execute(delete(SourceDay).where(SourceDay.source_id == quiet[0].id, SourceDay.day > since.date()))
        session.execute(delete(SourceAnswer).where(SourceAnswer.source_id == quiet[0].id, SourceAnswer.at > since))
    tracked.link_new(app)
    planned = plannedwork.put(app, "comms@latgale.example", 1) | presswork.put(app, "comms@latgale.example", 1) | familywork.put(app, "coordinator@latgale.example") | familywork.hand_over(app, "coordinator@latgale.example") | familywork.regions(app, "coordinator@latgale.example") | casework.put(app, "coordinator@latgale.example") | offerwork.put(app, "coordinator@latgale.example")
    familywork.grow_old(app, "coordinator@latgale.example")
    with app.store.reading() as session:
        from scrapers.models import Mention

        mention = session.scalars(select(Mention.id).where(Mention.relevant).order_by(Mention.id.desc())).first()
        story = session.scalars(select(Mention.story_id).group_by(Mention.story_id).order_by(func.count().desc())).first()
    return {"mention": mention or 1, "story": story or 1, "campaign": 1, "post": 2, "delivery": 7, "inquiry": 2, "household": family, "source": 2, **planned}


def _account(app: App, role: str, name: str) -> int:
    from outreach.people.models import User

    number = account(app, role)
    with app.store.transaction() as session:
        session.execute(update(User).where(User.id == number).values(name=name, mail=f"{role}@latgale.example"))
    return number


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
