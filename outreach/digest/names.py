"""What our mails call themselves."""

import re

from outreach.core.app import App


def domain_of(app: App) -> str:
    """What stands behind the @ of their Message-IDs."""
    return app.settings.mail.sender.rpartition("@")[2]


def sender_of(app: App, language: str) -> str:
    """Their From: the office by its name."""
    name = re.sub(r'(["\\])', r"\\\1", app.office.name[language])
    return f'"{name}" <{app.settings.mail.sender}>'
