"""Mornings to compose mails from, without a store: an ordinary one, and those that are not. Nobody in them exists."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.queries import DeliverySeen
from outreach.digest.addresses import Addresses
from outreach.digest.facts import Business, Choice, DayCount, Digest, Printed, Story, Telling
from outreach.tracker.queries import SourceCount
from outreach.waiting import Thing, Waiting
from scrapers.queries import SourceState
from scrapers.values import TIERS

ZONE = ZoneInfo("Europe/Riga")
DAY = date(2026, 11, 26)
UNTIL = datetime(2026, 11, 26, 5, 30, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=1)
ADDRESSES = Addresses("https://ziemeli.example", "slot-of-the-mail-0001", "slot-of-the-reader-0001")


def telling(
    number: int, outlet: str, tier: str, title: str, sentence: str = "", forms: Sequence[str] = (), *,
    tone: str | None = None, places: Sequence[str] = (), agency: str | None = None, names_us: bool = False,
    lang: str = "lv", sense: str = "return", url: str | None = None,
) -> Telling:  # fmt: skip
    """One mention, found so many minutes before the mail as its number says."""
    at = UNTIL - timedelta(minutes=number)
    return Telling(
        number, number, title, f"https://avize{number}.example/raksts" if url is None else url, outlet, number, tier, lang,
        at, at, sense, sense == "return", sense == "ambiguous", tone, names_us, sentence, tuple(forms), tuple(places),
        agency, frozenset({1}), (),
    )  # fmt: skip


def story(*tellings: Telling, known: bool = False) -> Story:
    return Story(tellings[0].mention_id, tellings[0].title, tellings, known)


STORIES = (
    story(
        telling(1, "Rīta Avīze", "national", "Remigrantu atbalsts Latgalē nesasniedz ģimenes, secina revidenti",
                "Revīzijas ziņojumā teikts, ka remigrācijas koordinatore Latgalē gada laikā sazinājusies tikai ar trešdaļu ģimeņu, kas pieteikušās atbalstam, un naudas sadale nav izsekojama.",
                ["remigrācijas koordinatore"], tone="critical", places=["Rēzekne", "Ludza"], agency="ZIŅA", names_us=True),
        telling(2, "Portāls 24", "national", "Revidenti: nauda remigrantiem nav izsekojama", tone="critical"),
        telling(3, "Latgales Balss", "regional", "Revidenti par remigrantu atbalstu"),
        telling(4, "Rēzeknes Ļaudis", "local", "Revidenti par remigrantu atbalstu"),
        telling(5, "Ezeru Vēstis", "local", "Revidenti par remigrantu atbalstu"),
    ),
    story(
        telling(6, "Latgales Balss", "regional", "Preiļos atgriezušās četras ģimenes no Īrijas",
                "“Bērni jau runā latgaliski,” stāsta māte, kas ar reemigrācijas atbalstu šoruden pārcēlusies no Korkas uz Preiļiem un atvērusi maizes ceptuvi.",
                ["reemigrācijas"], tone="favourable", places=["Preiļi"], names_us=True),
        telling(7, "Preiļu Rīts", "local", "Četras ģimenes atgriežas"),
    ),
    story(
        telling(8, "Daugavas Krasts", "regional", "Gada uzņēmīgākais remigrants: pieteikumus gaida līdz janvārim",
                "Reģions aicina pieteikt gada uzņēmīgāko remigrantu; pieteikties var līdz 15. janvārim.", ["remigrantu"], places=["Daugavpils"]),
    ),
    story(
        telling(9, "Двинские новости", "regional", "Конкурс для вернувшихся в Латгалию: заявки до января",
                "Координатор ремиграции рассказала, что в этом году заявок уже вдвое больше, чем в прошлом.", ["ремиграции"],
                places=["Daugavpils"], names_us=True, lang="ru"),
        known=True,
    ),
    story(
        telling(10, "Ezeru Vēstis", "local", "Krāslavā atvērta konsultāciju diena tiem, kas domā par atgriešanos",
                "Konsultācijās varēs uzzināt par mājokli, skolām un atbalstu remigrantiem.", ["remigrantiem"], places=["Krāslava"]),
    ),
    story(
        telling(11, "Latvians Abroad", "diaspora", "Returning to Latvia: what changes in 2027",
                "The remigration coordinators in the five regions will answer questions in English from January.",
                ["remigration coordinators"], lang="en"),
    ),
    story(
        telling(12, "Latvieši Dublinā", "social", "Kāds ir mēģinājis dabūt remigrācijas pabalstu Balvos? Cik ilgi jāgaida?",
                "Kāds ir mēģinājis dabūt remigrācijas pabalstu Balvos? Cik ilgi jāgaida?", ["remigrācijas pabalstu"], places=["Balvi"]),
    ),
)  # fmt: skip
_DOUBTFUL = story(
    telling(20, "Portāls 24", "national", "Ko partijas domā ar vārdu “reemigrācija”", "Ko ar to domā?", sense="ambiguous")
)
_COUNTS = ((3, 2, 1, 0, 1), (2, 1, 0, 0, 0), (0, 0, 1, 0, 1), (1, 0, 0, 0, 0), (4, 3, 1, 1, 1), (2, 2, 1, 0, 0), (5, 3, 2, 1, 1))
_USUAL = (5, 4, 2.5, 2, 6, 6, 6.5)
WEEK = tuple(
    DayCount(DAY - timedelta(days=6 - place), dict(zip(TIERS, counts, strict=True)), usual)
    for place, (counts, usual) in enumerate(zip(_COUNTS, _USUAL, strict=True))
)


def source(number: int, name: str, state: str, key: str | None, **facts: object) -> SourceState:
    return SourceState(
        id=number, name=name, tier="local", language="lv", medium="news", owner="earned", kind="feed", settings={}, site="",
        note="", enabled=True, state=state, reason_key=key, reason_facts=facts, failures=0, moved_to=None,
        last_polled_at=UNTIL, last_ok_at=UNTIL, last_new_at=UNTIL - timedelta(days=9), next_poll_at=None, state_since=None,
        interval_seconds=None, usual_gap_seconds=3 * 86_400, ttl_seconds=None, hub=None,
    )  # fmt: skip


SILENT = source(9, "Ludzas Ļaudis", "silent", "scrapers.silent_usual", count=9, gap=3)
ERRING = source(10, "Avize.example", "erring", "http.timeout", host="avize.example", seconds=30)


def delivery(number: int, title: str, channel: str, hour: int, approved: bool = True) -> DeliverySeen:
    """A post that is to go out on the mail's own day, at an hour of UTC."""
    return DeliverySeen(
        number, number, title, "lv", 1, "Mājās Latgalē", 1, channel, False, None, approved, "scheduled",
        datetime(2026, 11, 26, hour, tzinfo=UTC), None, 0, None, None, None, {}, "x", 0, None,
    )  # fmt: skip


_OPEN = delivery(3, "Darba vietas Ludzā šonedēļ", "Facebook – Latgalē mājās", 14, approved=False)
BUSINESS = Business(
    (
        Waiting("delivery", 2, (
            Thing("unconfirmed", "Kā pieteikties atbalstam", 1, UNTIL - timedelta(hours=15), "Mastodon"),
            Thing("unapproved", _OPEN.title, 3, _OPEN.due_at, _OPEN.channel),
        )),
        Waiting("inquiry", 4, (Thing("unanswered", "", at=UNTIL - timedelta(days=3)),)),
        Waiting("source", 1, (Thing("erring", ERRING.name, 10, ERRING.last_ok_at, "local", "http.timeout", ERRING.reason_facts),)),
    ),
    (delivery(2, "Meet us in Dublin on Saturday", "Preses mape", 8),),
    (_OPEN,),
    (SourceCount("said", "radio", None, None, (1, 2, 3)), SourceCount("link", "Kā pieteikties", "Facebook", None, (4, 5)), SourceCount("unknown", None, None, None, (6,))),
)  # fmt: skip

ORDINARY = Digest(
    day=DAY, since=SINCE, until=UNTIL, choice=Choice(), stories=STORIES, doubtful=(_DOUBTFUL,), elsewhere=14,
    printed=(Printed(1, "Gada uzņēmīgākais remigrants Latgalē", ("Daugavas Krasts", "Двинские новости"), (8, 9)),),
    week=WEEK, sources=76, answered=74, silent=(SILENT,), troubles=(ERRING, SILENT), business=BUSINESS,
)  # fmt: skip
EMPTY = replace(
    ORDINARY, stories=(), doubtful=(), elsewhere=0, printed=(), troubles=(SILENT,), business=Business((), (), (), ())
)
LATE = replace(ORDINARY, late=True, missed=2)
OUTSIDE = replace(
    ORDINARY, business=None, troubles=(), doubtful=(), topics=("Latgale un koordinatore",),
    choice=Choice(frozenset({1}), frozenset({"Preiļi", "Rēzekne"}), frozenset({"regional"})),
)  # fmt: skip
# Each with whether its reader may judge.
MORNINGS = {"ordinary": (ORDINARY, True), "empty": (EMPTY, True), "late": (LATE, True), "outside": (OUTSIDE, False)}
