"""Where a copy of each answer lies, so that one in doubt can be looked for.

In the mailbox that families write to, where the rest of their talk lies and nobody else reads; only an office without
such a mailbox has it among its copies of everything.
"""

from outreach.core.app import App
from outreach.postbox.boxes import Box, copies_box, inquiries_box


def addresses(app: App) -> tuple[str, ...]:
    """Who gets an answer beside the family: one address of our own, or none."""
    told = app.settings.mail
    if told.inquiry_box:
        return (told.inquiry_to,) if told.inquiry_to else ()
    return (told.copy_to,) if told.copy_to and told.copy_box else ()


def box(app: App) -> Box | None:
    """The mailbox of that address; None where there is none, so that nothing can be looked for."""
    if not addresses(app):
        return None
    return inquiries_box(app.settings.mail, app.mailer) or copies_box(app.settings.mail, app.mailer)
