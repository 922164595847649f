"""Invented news for the collector's tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FAMILY = (
    "Pēc desmit gadiem Īrijā Ozolu ģimene ar remigrācijas koordinatores palīdzību atgriezusies uz dzīvi Preiļos. "
    "Bērni jau iet vietējā skolā, bet vecāki atvēruši nelielu maiznīcu pie tirgus laukuma. "
    "Ģimene stāsta, ka ilgi svērusi, vai braukt mājās, un izšķīrusies pavasarī, kad piedāvāja darbu. "
) * 2
BRIDGE = (
    "Pilsētā pirmdien slēdz tiltu pār Daugavu, jo sākas brauktuves seguma nomaiņa un margu krāsošana. "
    "Satiksmi novirzīs pa apkārtējām ielām, un autobusi kursēs pēc cita saraksta līdz pat mēneša beigām. "
    "Uzņēmums sola darbus pabeigt līdz svētkiem un aicina ņemt vērā pagaidu ceļa zīmes. "
) * 2


@dataclass(frozen=True)
class Item:
    number: int
    title: str
    summary: str
    text: str = ""
    guid: str | None = None
    hours: float = 1.0

    def rss(self, base: str) -> str:
        whole = f"<content:encoded><![CDATA[<p>{self.text}</p>]]></content:encoded>" if self.text else ""
        when = format_datetime(NOW - timedelta(hours=self.hours))
        return (
            f"<item><title>{escape(self.title)}</title><link>{base}/raksts/{self.number}</link>"
            f"<guid isPermaLink='false'>{self.guid or self.number}</guid><pubDate>{when}</pubDate>"
            f"<description>{escape(self.summary)}</description>{whole}</item>"
        )


def family(number: int = 1, **told: object) -> Item:
    """A relevant item with its whole text."""
    base: dict[str, object] = {
        "title": f"Ozolu ģimene numur {number} no Īrijas atgriežas Preiļos",
        "summary": "Maiznīca pie tirgus.",
        "text": f"{FAMILY} Raksts numur {number}.",
    }
    return Item(number, **{**base, **told})  # type: ignore[arg-type]


def bridge(number: int = 2, **told: object) -> Item:
    """An item that is no mention."""
    base: dict[str, object] = {
        "title": f"Tiltu pār Daugavu slēdz remontam posmā {number}",
        "summary": "Satiksmi novirza.",
        "text": f"{BRIDGE} Posms {number}.",
    }
    return Item(number, **{**base, **told})  # type: ignore[arg-type]


def feed(base: str, *items: Item) -> str:
    told = "".join(item.rss(base) for item in items)
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Ziņas</title>'
        f"<language>lv</language>{told}</channel></rss>"
    )


def page(title: str, text: str) -> str:
    return f"<!doctype html><html lang='lv'><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
