"""A throw-away PostgreSQL of the Debian package, on loopback, with its data in a temporary folder."""

import glob
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support.ports import free_port


def _programs() -> Path | None:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    if found:
        return Path(found[-1]).parent
    onpath = shutil.which("initdb")
    return Path(onpath).parent if onpath else None


def missing() -> str | None:
    """Why there is no PostgreSQL to test on; None if there is."""
    if _programs() is None:
        return "PostgreSQL's server is not installed (Debian: apt-get install postgresql)"
    return None


def _as_owner(folder: Path, *command: str) -> None:
    # The server refuses to run as root: then it runs as the package's own user.
    if os.geteuid() == 0:
        command = ("runuser", "-u", "postgres", "--", *command)
    subprocess.run(
        command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120
    )


@contextmanager
def server() -> Iterator[str]:
    """Starts a server; its address without a database's name, as psycopg takes it. Its data are gone at the end."""
    programs = _programs()
    assert programs is not None
    # Not below pytest's own folders: those are root's alone, and another run makes them so again.
    home = Path(tempfile.mkdtemp(prefix="outreach-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    initdb, control = str(programs / "initdb"), str(programs / "pg_ctl")
    _as_owner(home, initdb, "-D", str(home), "-U", "outreach", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    for attempt in range(5):
        port = free_port()
        # Nothing here must survive a power cut, so nothing waits for the disk.
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c max_connections=60 -c shared_buffers=32MB -c fsync=off"
        try:
            _as_owner(home, control, "-D", str(home), "-l", str(home / "log"), "-w", "-o", options, "start")
            break
        except subprocess.CalledProcessError:
            # Somebody took the port in the meantime.
            if attempt == 4:
                raise
    try:
        yield f"postgresql://outreach@127.0.0.1:{port}"
    finally:
        _as_owner(home, control, "-D", str(home), "-m", "immediate", "-w", "stop")
        shutil.rmtree(home)


@contextmanager
def database(address: str, template: str = "template1") -> Iterator[str]:
    """A fresh database on that server, a copy of `template`; its SQLAlchemy address. Dropped at the end."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield f"{address.replace('postgresql://', 'postgresql+psycopg://')}/{name}"
    finally:
        with psycopg.connect(f"{address}/postgres", autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Lender:
    """Lends one database after the other to tests, emptied in between: copying a whole one takes most of a second."""

    # All that a test may have changed beside rows.
    _SHAPE = """SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
        SELECT concat(relname, relkind) AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat(tgname, tgenabled, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT concat(attrelid::regclass, attname, atttypid, attnotnull) FROM pg_attribute
            WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
        UNION ALL SELECT concat(conrelid::regclass, conname) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat(proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS lines"""

    def __init__(self, address: str, template: str) -> None:
        self._address, self._template = address, template
        self._idle: list[str] = []
        # One line to each database stays open: a new one first learns of every table, which takes ten times the emptying.
        self._lines: dict[str, psycopg.Connection] = {}
        with psycopg.connect(f"{address}/{template}") as original:
            self._shape = self._shape_of(original)
            tables = original.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        self._filled = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name)) for (name,) in tables
        )

    def _shape_of(self, connection: psycopg.Connection) -> str:
        row = connection.execute(self._SHAPE, prepare=True).fetchone()
        assert row is not None
        return str(row[0])

    @contextmanager
    def database(self) -> Iterator[str]:
        """An empty database with every table; its SQLAlchemy address."""
        if self._idle:
            name = self._idle.pop()
        else:
            name = f"t{uuid.uuid4().hex}"
            with psycopg.connect(f"{self._address}/postgres", autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        try:
            yield f"{self._address.replace('postgresql://', 'postgresql+psycopg://')}/{name}"
        finally:
            if self._emptied(name):
                self._idle.append(name)
            else:
                self._hang_up(name)
                with psycopg.connect(f"{self._address}/postgres", autocommit=True) as admin:
                    admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Ends what it holds open; the databases go with their server."""
        for name in [*self._lines]:
            self._hang_up(name)

    def _hang_up(self, name: str) -> None:
        line = self._lines.pop(name, None)
        if line is not None:
            line.close()

    def _emptied(self, name: str) -> bool:
        try:
            return self._empty(name)
        except psycopg.OperationalError:
            # The test before cut off whoever was on this database, us too.
            self._hang_up(name)
            return self._empty(name)

    def _empty(self, name: str) -> bool:
        if name not in self._lines:
            self._lines[name] = psycopg.connect(f"{self._address}/{name}", autocommit=True)
            # Triggers and foreign keys keep rows from going; here all of them go.
            self._lines[name].execute("SET session_replication_role = replica")
        connection = self._lines[name]
        # Whoever is still on it was cut off by its test.
        connection.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", (name,))
        with connection.transaction():
            for (table,) in connection.execute(self._filled, prepare=True).fetchall():
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            used = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
            for (sequence,) in connection.execute(used, prepare=True).fetchall():
                connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(sequence)))
        return self._shape_of(connection) == self._shape
