"""What the pages of sendings show: how many mails are how far, as words, a picture and a table to keep."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from outreach import sheets
from outreach.charts.chart import Chart, Row
from outreach.core.text import Words
from outreach.pressroom.models import MAIL_STATUSES
from outreach.pressroom.sending.reading import MailSeen, SendingSeen
from outreach.pressroom.sending.whom import SINGLE, SUBSCRIBERS

# In the order in which people ask: what is out, what is to come, what needs somebody, what never goes.
STATUSES = ("sent", "sending", "due", "unconfirmed", "failed", "skipped")
# States in which mails go out, or will as soon as their moment has come.
MOVING = frozenset({"ready", "going"})
_COLUMNS = (("name", 26), ("outlet", 24), ("status", 16), ("when", 18), ("reason", 60))
assert set(STATUSES) == set(MAIL_STATUSES)


@dataclass(frozen=True)
class Far:
    """How far a sending is. `all`: mails that go to somebody; `settled`: those of them that need nothing more."""

    all: int
    settled: int
    parts: tuple[tuple[str, int], ...]
    returned: int

    @property
    def left(self) -> int:
        """How many are still to go out."""
        return dict(self.parts).get("due", 0)


def far(counts: Mapping[str, int]) -> Far:
    """The counts by status as a page says them; what there is none of is left out."""
    parts = tuple((name, counts[name]) for name in STATUSES if counts.get(name))
    every = sum(count for name, count in parts if name != "skipped")
    open_ = counts.get("due", 0) + counts.get("sending", 0)
    return Far(every, every - open_, parts, counts.get("returned", 0))


def chart(t: Words, counts: Mapping[str, int]) -> Chart:
    """The counts by status as lying bars."""
    found = far(counts)
    rows = [Row(t(f"pressmail.status.{name}"), count) for name, count in found.parts]
    if found.returned:
        rows.append(Row(t("pressmail.status.returned"), found.returned))
    return Chart("bars", t("pressmail.chart.title"), t("pressmail.column.status"), t("pressmail.chart.y"), tuple(rows))


def groups(t: Words, lists: Mapping[int, str]) -> dict[int, str]:
    """What mails are counted by: lists by their names, those who were chosen one by one, subscribers."""
    return {SINGLE: t("pressmail.single"), SUBSCRIBERS: t("pressmail.subscribers"), **lists}


def reason(t: Words, mail: MailSeen) -> str:
    """Why a mail did not go out, or came back; empty where all is well."""
    if mail.returned_key:
        return t(mail.returned_key) if t.knows(mail.returned_key) else t("pressmail.status.returned")
    if mail.error_key and mail.status != "sent":
        return t.fact(mail.error_key, mail.error_facts)
    return ""


def write(
    t: Words, zone: ZoneInfo, file_format: str, target: Path, seen: SendingSeen, mails: Iterable[MailSeen]
) -> None:
    """What became of each recipient's mail, as XLSX or CSV."""
    columns = tuple(sheets.Column(t(f"pressmail.column.{name}"), width) for name, width in _COLUMNS)
    title = t("pressmail.table.title", headline=seen.headline)
    rows = sum(count for _, count in far(seen.counts).parts)
    head = sheets.Head(title, (), columns, t("pressmail.table.sheet"), rows)
    with sheets.written(file_format, target, head) as row:
        for one in mails:
            status = "returned" if one.returned_at else one.status
            at = one.returned_at or one.sent_at
            row([one.name or one.mail, one.outlet, t(f"pressmail.status.{status}"),
                 at.astimezone(zone) if at else None, reason(t, one)])  # fmt: skip


def every(part: Callable[[int], Sequence[MailSeen]]) -> list[MailSeen]:
    """All mails of a sending, asked for page by page; `part` gives those after a number."""
    found: list[MailSeen] = []
    while more := part(found[-1].mail_id if found else 0):
        found.extend(more)
    return found
