"""Who may do what: one table. A route that is not in it answers nobody, and a test fails.

Methods stand for themselves; HEAD and OPTIONS go with GET. What a role may see of a page's rows is narrowed once more
by the page (a partner's place, a person's own things): this table opens doors, it does not fill rooms.
"""

from collections.abc import Mapping
from types import MappingProxyType

from outreach.people.models import ADMINISTRATOR, COMMS, COORDINATOR, PARTNER, READER

STRANGER = "stranger"

_ADMIN = frozenset({ADMINISTRATOR})
_COORD = frozenset({COORDINATOR})
_COMMS = frozenset({ADMINISTRATOR, COMMS})
_DESK = frozenset({ADMINISTRATOR, COMMS, COORDINATOR})  # who does the office's daily work
_STAFF = frozenset({ADMINISTRATOR, COMMS, COORDINATOR, READER})
_INSIDE = _STAFF | {PARTNER}
_ALL = _INSIDE | {STRANGER}

# Roles that may open a family's own words.
SEES_FAMILIES = _COORD

Roles = frozenset[str]
_TABLE: dict[str, dict[str, Roles]] = {
    # For everybody
    "static": {"GET": _ALL},
    "public.follow": {"GET": _ALL},
    "public.ask": {"GET": _ALL},
    "public.receive": {"POST": _ALL},
    "public.thanks": {"GET": _ALL},
    "public.alive": {"GET": _ALL},
    "public.ready": {"GET": _ALL},
    "public.picture": {"GET": _ALL},
    "media.picture": {"GET": _INSIDE},
    # What a morning mail's links open: the token in the address is the key
    "reader_links.mail": {"GET": _ALL},
    "reader_links.judge": {"GET": _ALL},
    "reader_links.say": {"POST": _ALL},
    "reader_links.settings": {"GET": _ALL},
    "reader_links.save": {"POST": _ALL},
    "reader_links.leave": {"GET": _ALL},
    "reader_links.off": {"POST": _ALL},
    "reader_links.on": {"POST": _ALL},
    # The doors
    "doors.sign_in": {"GET": _ALL},
    "doors.enter": {"POST": _ALL},
    "doors.second": {"GET": _ALL},
    "doors.prove": {"POST": _ALL},
    "doors.sign_out": {"POST": _ALL},
    "doors.forgotten": {"GET": _ALL},
    "doors.ask_reset": {"POST": _ALL},
    "doors.key": {"GET": _ALL},
    "doors.use_key": {"POST": _ALL},
    "doors.oidc": {"POST": _ALL},
    "doors.oidc_back": {"GET": _ALL},
    # One's own account
    "me.show": {"GET": _INSIDE},
    "me.language": {"POST": _INSIDE},
    "me.theme": {"POST": _INSIDE},
    "me.shortcuts": {"POST": _INSIDE},
    "me.password": {"POST": _INSIDE},
    "me.second": {"GET": _INSIDE},
    "me.second_begin": {"POST": _INSIDE},
    "me.second_confirm": {"POST": _INSIDE},
    "me.second_off": {"POST": _INSIDE},
    "me.recovery": {"POST": _INSIDE},
    "me.end_session": {"POST": _INSIDE},
    "me.end_sessions": {"POST": _INSIDE},
    "me.make_token": {"POST": _STAFF},
    "me.revoke_token": {"POST": _STAFF},
    # Today
    "start.show": {"GET": _INSIDE},
    "attention.show": {"GET": _DESK},
    "attention.settle": {"POST": _COMMS},
    "search.show": {"GET": _INSIDE},
    # Morning mails and alerts
    "digests.index": {"GET": _INSIDE},
    "digests.latest": {"GET": _INSIDE},
    "digests.one": {"GET": _INSIDE},
    "digests.preview": {"GET": _INSIDE},
    "digests.preview_mail": {"GET": _INSIDE},
    "digests.send": {"POST": _INSIDE},
    "digests.mine": {"GET": _INSIDE},
    "digests.save": {"POST": _INSIDE},
    "digests.switch": {"POST": _INSIDE},
    "alerts.index": {"GET": _STAFF},
    "alerts.save": {"POST": _STAFF},
    "alerts.switch": {"POST": _STAFF},
    "alerts.settle": {"POST": _COMMS},
    "alerts.hooks": {"GET": _ADMIN},
    "alerts.new_hook": {"GET": _ADMIN},
    "alerts.add_hook": {"POST": _ADMIN},
    "alerts.hook": {"GET": _ADMIN},
    "alerts.change_hook": {"POST": _ADMIN},
    "alerts.switch_hook": {"POST": _ADMIN},
    "alerts.test_hook": {"POST": _ADMIN},
    "alerts.remove_hook": {"POST": _ADMIN},
    # Mentions
    "mentions.index": {"GET": _INSIDE},
    "mentions.days": {"GET": _INSIDE},
    "mentions.one": {"GET": _INSIDE},
    "mentions.export": {"POST": _STAFF},
    "mention_desk.judge": {"POST": _COMMS},
    "mention_desk.undo": {"POST": _COMMS},
    "mention_desk.undo_last": {"POST": _COMMS},
    "mention_desk.mark": {"POST": _STAFF},
    "mention_desk.assign": {"POST": _DESK},
    "mention_desk.tag": {"POST": _DESK},
    "mention_desk.note": {"POST": _DESK},
    "mention_desk.drop_note": {"POST": _DESK},
    "mention_desk.campaign": {"POST": _DESK},
    "mention_desk.back": {"POST": _STAFF},
    "mention_desk.keep_view": {"POST": _STAFF},
    "mention_desk.change_view": {"POST": _STAFF},
    "stories.one": {"GET": _INSIDE},
    "stories.merge": {"POST": _COMMS},
    "stories.split": {"POST": _COMMS},
    "stories.back": {"POST": _COMMS},
    "why.show": {"GET": _STAFF},
    "mentions.changes": {"GET": _INSIDE},
    "mentions.confirm": {"GET": _COMMS},
    "mentions.delete": {"POST": _COMMS},
    "evidence.page": {"GET": _DESK},
    "evidence.file": {"GET": _DESK},
    "pasting.new": {"GET": _DESK},
    "pasting.create": {"POST": _DESK},
    # Topics
    "topics.index": {"GET": _STAFF},
    "topics.new": {"GET": _COMMS},
    "topics.create": {"POST": _COMMS},
    "topics.one": {"GET": _STAFF},
    "topics.save": {"POST": _COMMS},
    "topics.check": {"POST": _STAFF},
    "topics.forms": {"POST": _STAFF},
    "topics.try_out": {"POST": _COMMS},
    "topics.tried": {"GET": _COMMS},
    "topics.versions": {"GET": _STAFF},
    "topics.bring_back": {"POST": _COMMS},
    "topics.archive": {"POST": _COMMS},
    "topics.restore": {"POST": _COMMS},
    "topics.move": {"POST": _COMMS},
    "topics.give": {"POST": _COMMS},
    "topics.reread": {"POST": _COMMS},
    # Trends
    "trends.index": {"GET": _INSIDE},
    "trends.voice": {"GET": _STAFF},
    "trends.term": {"GET": _STAFF},
    "quality.show": {"GET": _STAFF},
    "quality.decide": {"POST": _COMMS},
    # Campaigns
    "campaigns.index": {"GET": _INSIDE},
    "campaigns.new": {"GET": _COMMS},
    "campaigns.create": {"POST": _COMMS},
    "campaigns.one": {"GET": _INSIDE},
    "campaigns.edit": {"GET": _COMMS},
    "campaigns.change": {"POST": _COMMS},
    "campaigns.picture": {"POST": _COMMS},
    "campaigns.hold": {"POST": _COMMS},
    "media.index": {"GET": _STAFF},
    "media.add": {"POST": _COMMS},
    "media.one": {"GET": _STAFF},
    "media.change": {"POST": _COMMS},
    "media.withdraw": {"POST": _COMMS},
    "media.download": {"GET": _STAFF},
    "posts.new": {"GET": _COMMS},
    "posts.create": {"POST": _COMMS},
    "posts.look": {"POST": _COMMS},
    "posts.one": {"GET": _STAFF},
    "posts.check": {"GET": _COMMS},
    "posts.edit": {"GET": _COMMS},
    "posts.change": {"POST": _COMMS},
    "post_pictures.show": {"GET": _COMMS},
    "post_pictures.choose": {"POST": _COMMS},
    "posts.approve": {"POST": _COMMS},
    "posts.schedule": {"POST": _COMMS},
    "deliveries.index": {"GET": _STAFF},
    "deliveries.one": {"GET": _STAFF},
    "deliveries.settle": {"POST": _COMMS},
    "deliveries.move": {"POST": _COMMS},
    "deliveries.cancel": {"POST": _COMMS},
    "deliveries.link": {"POST": _COMMS},
    "deliveries.square": {"GET": _STAFF},
    # Calendar
    "calendar.show": {"GET": _INSIDE},
    "calendar.events": {"GET": _INSIDE},
    # Inquiries and families: the figures are the office's, the words are the coordinator's
    "inquiries.index": {"GET": _STAFF},
    "inquiries.new": {"GET": _COORD},
    "inquiries.create": {"POST": _COORD},
    "inquiries.one": {"GET": _COORD},
    "inquiries.answered": {"POST": _COORD},
    "inquiries.correct": {"POST": _COORD},
    "inquiries.family": {"POST": _COORD},
    "inquiries.erase": {"POST": _COORD},
    "families.index": {"GET": _COORD},
    "families.new": {"GET": _COORD},
    "families.create": {"POST": _COORD},
    "families.one": {"GET": _COORD},
    "families.stage": {"POST": _COORD},
    "families.resize": {"POST": _COORD},
    "families.erase": {"POST": _COORD},
    # Reports
    "reports.index": {"GET": _INSIDE},
    "reports.one": {"GET": _INSIDE},
    "reports.table": {"GET": _INSIDE},
    # Settings
    "settings.index": {"GET": _STAFF},
    "users.index": {"GET": _ADMIN},
    "users.new": {"GET": _ADMIN},
    "users.create": {"POST": _ADMIN},
    "users.one": {"GET": _ADMIN},
    "users.change": {"POST": _ADMIN},
    "users.switch": {"POST": _ADMIN},
    "users.reset": {"POST": _ADMIN},
    "users.drop_second": {"POST": _ADMIN},
    "users.end_sessions": {"POST": _ADMIN},
    "readers.index": {"GET": _COMMS},
    "readers.new": {"GET": _COMMS},
    "readers.create": {"POST": _COMMS},
    "readers.one": {"GET": _COMMS},
    "readers.change": {"POST": _COMMS},
    "readers.switch": {"POST": _COMMS},
    "readers.renew": {"POST": _COMMS},
    "readers.remove": {"POST": _COMMS},
    "readers.free": {"POST": _COMMS},
    "readers.settle": {"POST": _COMMS},
    "audit.index": {"GET": _ADMIN},
    "audit.table": {"GET": _ADMIN},
    "components.show": {"GET": _ADMIN},
    "sources.index": {"GET": _STAFF},
    "sources.new": {"GET": _COMMS},
    "sources.create": {"POST": _COMMS},
    "sources.one": {"GET": _STAFF},
    "sources.change": {"POST": _COMMS},
    "sources.switch": {"POST": _COMMS},
    "sources.poll": {"POST": _COMMS},
    "sources.probe": {"POST": _COMMS},
    "sources.adopt": {"POST": _COMMS},
    "sources.list": {"GET": _COMMS},
    "sources.bring": {"POST": _COMMS},
    "sources.table": {"GET": _STAFF},
    "recall.show": {"GET": _STAFF},
    "recall.report": {"POST": _DESK},
    "recall.miss": {"GET": _STAFF},
    "recall.bring": {"POST": _DESK},
    "recall.canaries": {"GET": _STAFF},
    "recall.add": {"POST": _COMMS},
    "recall.table": {"POST": _COMMS},
    "recall.drop": {"POST": _COMMS},
    "channels.index": {"GET": _STAFF},
    "channels.new": {"GET": _ADMIN},
    "channels.create": {"POST": _ADMIN},
    "channels.switch": {"POST": _COMMS},
    "channels.check": {"POST": _COMMS},
    "channels.hold": {"POST": _COMMS},
    # Long work: one's own, an administrator's all
    "work.index": {"GET": _STAFF},
    "work.one": {"GET": _STAFF},
    "work.cancel": {"POST": _STAFF},
    "work.file": {"GET": _STAFF},
    # For other programs: a token or a session, then the scope
    "api.page": {"GET": _STAFF},
    "api.document": {"GET": _STAFF},
    "api.mentions": {"GET": _STAFF},
    "api.stories": {"GET": _STAFF},
    "api.campaigns": {"GET": _STAFF},
    "api.deliveries": {"GET": _STAFF},
    "api.figures": {"GET": _STAFF},
    # Says in JSON that there is nothing, or nothing to change
    "api.nothing": dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), _ALL),
}
TABLE: Mapping[str, Mapping[str, Roles]] = MappingProxyType(
    {endpoint: MappingProxyType(methods) for endpoint, methods in _TABLE.items()}
)

# The rooms of the rail, in its order: what the role may enter shows.
ROOMS = (
    ("today", "start.show"),
    ("mentions", "mentions.index"),
    ("trends", "trends.index"),
    ("topics", "topics.index"),
    ("campaigns", "campaigns.index"),
    ("calendar", "calendar.show"),
    ("inquiries", "inquiries.index"),
    ("reports", "reports.index"),
    ("settings", "settings.index"),
)
# Forms of pages whose address is a secret of its own: whoever holds it needs no other proof, and a mail program that
# stops a mail by one click has none (RFC 8058).
PROVEN_BY_ADDRESS = frozenset({"reader_links.say", "reader_links.save", "reader_links.off", "reader_links.on"})
# Pages that take a file; all others take a form's worth.
UPLOADS = frozenset({"campaigns.picture", "media.add", "post_pictures.choose", "sources.bring"})
# What follows the g that goes to a room.
LETTERS = {
    "today": "t",
    "mentions": "m",
    "trends": "d",
    "topics": "o",
    "campaigns": "c",
    "calendar": "k",
    "inquiries": "i",
    "reports": "r",
    "settings": "s",
}
# Pages whose blueprint is not named after its room.
ROOM_OF = {
    "start": "today",
    "digests": "today",
    "alerts": "today",
    "pasting": "mentions",
    "evidence": "mentions",
    "mention_desk": "mentions",
    "stories": "mentions",
    "why": "mentions",
    "quality": "trends",
    "recall": "settings",
    "posts": "campaigns",
    "deliveries": "campaigns",
    "media": "campaigns",
    "post_pictures": "campaigns",
    "families": "inquiries",
    "users": "settings",
    "readers": "settings",
    "audit": "settings",
    "components": "settings",
    "sources": "settings",
    "channels": "settings",
    "work": "settings",
    "api": "settings",
}


def roles_of(endpoint: str, method: str) -> Roles:
    """Who may ask this of this route; nobody for what the table does not name."""
    methods = TABLE.get(endpoint, {})
    return methods.get("GET" if method in {"HEAD", "OPTIONS"} else method, frozenset())


def may(role: str, endpoint: str, method: str = "GET") -> bool:
    """Whether a role may ask this of this route."""
    return role in roles_of(endpoint, method)
