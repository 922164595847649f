"""Deeds of morning mails and alerts for the trail: by people at their pages, and by readers behind a link."""

from collections.abc import Callable
from typing import Protocol

from outreach.alerts import hookbook, rules
from outreach.alerts.hookbook import HookAsked
from outreach.alerts.models import AlertLetter
from outreach.alerts.rules import Wanted
from outreach.postbox import stops
from tests.outreach.web import mailroom
from tests.outreach.web.conftest import PAGE, Office
from tests.support.people import Visitor, account

READERS = "/settings/readers"
HOOKS = "/alerts/hooks"
WISH: dict[str, object] = {"rhythm": "daily", "weekday": "0", "at": "08:15", "zone": "Europe/Riga", "language": "lv"}
HOOK: dict[str, object] = {
    "name": "Teams", "kind": "teams", "secret_name": "OUTREACH_HOOK_TEAMS", "language": "lv", "kinds": "critical",
    "quiet_from": "20:00", "quiet_until": "07:00",
}  # fmt: skip


class Desk(Protocol):
    """What of the trail's desk is needed here."""

    @property
    def office(self) -> Office: ...
    def as_role(self, role: str) -> Visitor: ...
    def mention(self) -> int: ...


def reader(desk: Desk) -> int:
    return mailroom.reader(desk.office)


def hook(desk: Desk) -> int:
    asked = HookAsked("Slack", "slack", "OUTREACH_HOOK_SLACK", "lv")
    with desk.office.app.store.transaction() as session:
        return hookbook.add(session, desk.office.clock.now(), asked, Wanted(("critical",)), "x")


def posted(role: str, path: str, data: dict[str, object] | None = None, made: Callable[[Desk], int] | None = None) -> Callable[[Desk], None]:
    """One form of somebody; `made` makes what `{}` in the address stands for."""

    def do(desk: Desk) -> None:
        number = made(desk) if made is not None else None
        desk.as_role(role).post(path.format(number), data)

    return do


def settle_readers_mail(desk: Desk) -> None:
    number = mailroom.run(desk.office, mailroom.reader(desk.office), status="unconfirmed")
    desk.as_role("comms").post(f"{READERS}/settle", {"id": str(number), "arrived": "yes"})


def free_address(desk: Desk) -> None:
    with desk.office.app.store.transaction() as session:
        stops.stop(session, desk.office.clock.now(), "a@example.org", stops.COMPLAINT)
    desk.as_role("comms").post(f"{READERS}/free", {"mail": "a@example.org"})


def own_mail(path: str, data: dict[str, object]) -> Callable[[Desk], None]:
    def do(desk: Desk) -> None:
        visitor = desk.as_role("reader")
        if "switch" in path:
            mailroom.reader(desk.office, user_id=visitor.user_id)
        visitor.post(path, data)

    return do


def by_link(path: str, **data: str) -> Callable[[Desk], None]:
    """A form behind a link of a mail, of a comms officer's."""

    def do(desk: Desk) -> None:
        number, user = desk.mention(), account(desk.office.app, "comms")
        told = mailroom.sent(desk.office, mailroom.reader(desk.office, user_id=user), mentions=(number,))
        client = desk.office.client.application.test_client()
        if path.endswith("/on"):
            client.post(f"/subscription/{told.reader}/off", base_url=PAGE)
        client.post(path.format(mail=told.mail, reader=told.reader), base_url=PAGE, data=data)

    return do


def settle_alert(desk: Desk) -> None:
    visitor, now = desk.as_role("comms"), desk.office.clock.now()
    with desk.office.app.store.transaction() as session:
        rule = rules.put(session, now, visitor.user_id, Wanted(("critical",)), "x")
        session.add(AlertLetter(rule_id=rule, made_at=now, status="unconfirmed", message_id="<a@example.org>"))
    visitor.post("/alerts/letters/1", {"do": "arrived"})


def alerts_off(desk: Desk) -> None:
    visitor = desk.as_role("comms")
    visitor.post("/alerts/rule", {"kinds": "critical", "quiet_from": "20:00", "quiet_until": "07:00"})
    visitor.post("/alerts/switch", {"do": "off"})


MAIL_DEEDS: dict[str, tuple[str, str, Callable[[Desk], object]]] = {
    "digests.save": ("add", "reader", own_mail("/digests/mine", WISH)),
    "digests.switch": ("disable", "reader", own_mail("/digests/mine/switch", {"do": "off"})),
    "digests.send": ("send", "digest", posted("reader", "/digests/preview/send")),
    "readers.create": ("add", "reader", posted("comms", f"{READERS}/new", WISH | {"mail": "a@example.org", "name": "A"})),
    "readers.change": ("change", "reader", posted("comms", READERS + "/{}", WISH | {"name": "A"}, reader)),
    "readers.switch": ("disable", "reader", posted("comms", READERS + "/{}/switch", {"do": "off"}, reader)),
    "readers.renew": ("revoke", "reader", posted("comms", READERS + "/{}/links", None, reader)),
    "readers.remove": ("delete", "reader", posted("comms", READERS + "/{}/remove", {"confirm": "1"}, reader)),
    "readers.free": ("free", "address", free_address),
    "readers.settle": ("confirm", "digest", settle_readers_mail),
    "reader_links.say": ("judge", "mention", by_link("/d/{mail}/judge/1", verdict="irrelevant")),
    "reader_links.save": ("change", "reader", by_link("/subscription/{reader}", **{name: str(value) for name, value in WISH.items()})),
    "reader_links.off": ("disable", "reader", by_link("/subscription/{reader}/off")),
    "reader_links.on": ("enable", "reader", by_link("/subscription/{reader}/on")),
    "alerts.save": ("add", "alert_rule", posted("comms", "/alerts/rule", {"kinds": "critical", "quiet_from": "20:00", "quiet_until": "07:00"})),
    "alerts.switch": ("disable", "alert_rule", alerts_off),
    "alerts.settle": ("confirm", "alert_letter", settle_alert),
    "alerts.add_hook": ("add", "hook", posted("administrator", f"{HOOKS}/new", HOOK)),
    "alerts.change_hook": ("change", "hook", posted("administrator", HOOKS + "/{}", HOOK, hook)),
    "alerts.switch_hook": ("disable", "alert_rule", posted("administrator", HOOKS + "/{}/switch", {"do": "off"}, hook)),
    "alerts.test_hook": ("test", "hook", posted("administrator", HOOKS + "/{}/test", None, hook)),
    "alerts.remove_hook": ("remove", "hook", posted("administrator", HOOKS + "/{}/remove", None, hook)),
}
