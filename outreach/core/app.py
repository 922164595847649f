"""Everything a shell needs to do its work, built once in `outreach.wiring`."""

from dataclasses import dataclass, field
from threading import Event

from outreach.core.clock import Clock
from outreach.core.db import Store
from outreach.core.http import Http
from outreach.core.mail import Mailer
from outreach.core.office import Office
from outreach.core.seal import Seal
from outreach.core.settings import Settings
from outreach.core.text import Texts


@dataclass(frozen=True)
class App:
    """The wires, the store, the clock and the words of one office."""

    settings: Settings
    office: Office
    clock: Clock
    store: Store
    http: Http
    mailer: Mailer
    seal: Seal
    texts: Texts
    # Set when the program is asked to end: long work looks at it between two steps.
    stopping: Event = field(default_factory=Event)
