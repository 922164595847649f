"""A letter as it goes over a wire: the bytes of a mail, or what a hook is asked."""

from datetime import datetime

from outreach.alerts.hook import checked, hook_of
from outreach.alerts.hookbook import needs
from outreach.alerts.telling import Told
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.http import Request
from outreach.core.mail_mould import Mould, Parcel
from outreach.core.mail_words import render_mail
from outreach.core.settings import secret
from outreach.postbox import envelope


def parcel(app: App, told: Told, identity: str, letter_id: int, to: str, now: datetime) -> Parcel:
    """The mail; `identity` is its Message-ID. Raises OutreachError `mail.header` or `mail.address`."""
    zone = app.settings.zone
    facts = {
        "t": app.texts.in_language(told.language),
        "lines": told.lines,
        "more": told.more,
        "page": told.page,
        "settings_link": told.settings_link,
        "zone": zone,
    }
    html, text = render_mail("alert", facts)
    back = None
    if app.settings.mail.bounce_to:
        key = app.seal.sign_key(envelope.PURPOSE)
        back = envelope.return_address(key, app.settings.mail.bounce_to, f"a{letter_id}", to)
    return Mould.cast(text=text, html=html, mark=identity).parcel(
        message_id=identity,
        sender=app.settings.mail.sender,
        to=to,
        subject=told.subject,
        date=now.astimezone(zone),
        envelope=back,
    )


def request(kind: str, secret_name: str, told: Told, now: datetime) -> Request:
    """What a hook is asked; its address, and its key if it has one, come from the environment.

    Raises OutreachError `alerts.hook.no_secret` for a variable that is not set, `.address`, `.key`, or as
    `settings.secret` does.
    """
    hook = hook_of(kind)
    held = []
    for variable in needs(kind, secret_name):
        value = (secret(variable) or "").strip()
        if not value:
            raise OutreachError("alerts.hook.no_secret", variable=variable)
        held.append(value)
    url = checked(held[0], secret_name)
    return hook.ask(told, url, held[1] if hook.signed else "", now)
