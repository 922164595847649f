"""A release to print, and what else an output is given."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from outreach.core.office import Office, read_office
from outreach.pressroom.texts import Quoted, Said

RIGA = ZoneInfo("Europe/Riga")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OFFICE: Office = read_office("latgale", Path())

_WHOLE: dict[str, Any] = {
    "release_id": 1,
    "text_id": 1,
    "kind": "release",
    "language": "lv",
    "headline": "Latgalē atgriezušās simts ģimenes, katra trešā – uz Rēzeknes novadu",
    "lead": "Šogad ar remigrācijas koordinatores atbalstu uz dzīvi Latgalē atgriezušās 100 ģimenes, un vēl 58 to plāno.",
    "body": (
        "Visvairāk ģimeņu atgriezās no Apvienotās Karalistes un Īrijas. Koordinatore palīdz atrast mājokli, bērnudārzu "
        "un darbu, kā arī saprast dokumentus.\n\n## Ko ģimenēm vajag visvairāk\n\nPirmais jautājums gandrīz vienmēr ir par skolu:\n"
        "- vieta bērnudārzā vai skolā,\n- īres mājoklis vismaz gadam,\n- latviešu valodas stundas bērniem.\n\n"
        "Pieteikties konsultācijai var visu gadu, un tā ir bez maksas."
    ),
    "facts": ("100 ģimenes atgriezās 2026. gadā", "58 ģimenes plāno atgriezties", "Konsultācija ir bez maksas"),
    "boilerplate": "Birojs palīdz ģimenēm, kuras domā par atgriešanos Latgalē.",
    "contact": "Anna Paraudziņa, sabiedrisko attiecību speciāliste\nanna@example.org, 20 000 000",
    "revision": 3,
    "quotes": (Quoted("Mums neviens neprasīja, kāpēc atgriezāmies, bet gan – ko vajag", "Ilze Kalniņa", "remigrācijas koordinatore"),),
    "embargo_until": datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
}  # fmt: skip


def said(**more: object) -> Said:
    """A whole release under embargo until ten the next day, but for what is told otherwise."""
    return Said(**{**_WHOLE, **more})
