"""One of many: which of the processes on one PostgreSQL looks at what is due. On SQLite a lock file says so."""

import logging
from threading import Lock

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from outreach.core.db import Store

log = logging.getLogger("outreach.election")

# Any number that nothing else locks: "outreach" in ASCII, as far as it fits.
_KEY = 0x6F757472656163
_TRY = text("SELECT pg_try_advisory_lock(:key)")
_STILL = text("SELECT 1")


class Election:
    """A lock of the server's that lives as long as this process's connection: killed, it is free at once.

    Asked again and again (`won`), it says whether this process is the one. A connection that broke has lost the lock,
    and with it the election, until it is won anew.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: Connection | None = None
        self._asking = Lock()

    def won(self) -> bool:
        """Whether this process is the one now."""
        with self._asking:
            if self._held is not None:
                try:
                    self._held.execute(_STILL).close()
                    return True
                except DatabaseError:
                    log.warning("election.lost")
                    self._drop()
            return self._stand()

    def give_up(self) -> None:
        """Lets another one be it."""
        with self._asking:
            self._drop()

    def _stand(self) -> bool:
        try:
            held = self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        except DatabaseError:
            return False
        try:
            if held.execute(_TRY, {"key": _KEY}).scalar_one():
                self._held = held
                return True
        except DatabaseError:
            held.invalidate()
        held.close()
        return False

    def _drop(self) -> None:
        if self._held is not None:
            # The connection itself ends: back in the pool it would keep the lock.
            self._held.invalidate()
            self._held.close()
            self._held = None
