"""The office's mailboxes that this program reads: its own copies, what comes back, what families write."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from outreach.core.clock import Clock
from outreach.core.http_values import Request
from outreach.core.imap import ImapWire
from outreach.core.mail import Mailer, SmtpMailer, Tokens
from outreach.core.settings import MailSettings, Settings, secret


@dataclass(frozen=True)
class Box:
    """A mailbox by its address, and what opens it: a password, else an access token as the relay gets one.

    `variable` is the name of the password's; `name` is `copies`, `bounces` or `inquiries`.
    """

    name: str
    address: str
    variable: str
    password: str = field(repr=False)
    tokens: Tokens | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """The server, for people."""
        return urlsplit(self.address).hostname or ""

    @property
    def has_key(self) -> bool:
        """Whether there is anything that could open it."""
        return bool(self.password) or self.tokens is not None

    def request(self, **asked: str) -> Request:
        """A request to the wire; `asked` are its headers: `after`, `find`.

        May ask for a token, over the network: WireError `mail.token` or `mail.token_settings`.
        """
        headers = {f"X-{name.title()}": value for name, value in asked.items()}
        if self.password or self.tokens is None:
            headers["X-Password"] = self.password
        else:
            headers["X-Token"] = self.tokens.token()
        return Request(self.address, headers=headers)


def copies_box(told: MailSettings, mailer: Mailer) -> Box | None:
    """Where our own copies lie; None if no such mailbox is set."""
    return _box("copies", told.copy_box, "OUTREACH_COPIES_PASSWORD", mailer)


def bounces_box(told: MailSettings, mailer: Mailer) -> Box | None:
    """Where undeliverable mail comes back; None if no such mailbox is set."""
    return _box("bounces", told.bounce_box, "OUTREACH_BOUNCES_PASSWORD", mailer)


def inquiries_box(told: MailSettings, mailer: Mailer) -> Box | None:
    """Where families' letters come; None if no such mailbox is set."""
    return _box("inquiries", told.inquiry_box, "OUTREACH_INQUIRIES_PASSWORD", mailer)


def wire_of(told: Settings, clock: Clock | None = None) -> ImapWire:
    """The guarded wire to them; the caller closes it.

    `http.allow_private` is about addresses that anybody may have typed for a source. These stand in the settings
    file, as the relay does, and an office's mail server is often in its own network.
    """
    return ImapWire.from_settings(told.http, clock, allow_private=True)


def _box(name: str, address: str, variable: str, mailer: Mailer) -> Box | None:
    if not address:
        return None
    # Providers that want no password of the relay's account want none of its mailbox either.
    tokens = mailer.tokens if isinstance(mailer, SmtpMailer) else None
    return Box(name, address, variable, secret(variable) or "", tokens)
