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
