"""Stores and pages that are made once a run: a test takes a copy, for making each anew is most of a test's time."""

import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from sqlalchemy.engine import make_url

from campaigns.looks.limits import Limits
from outreach.core.app import App
from outreach.core.db import Base, Store, open_store
from outreach.core.settings import Settings
from outreach.migrations.run import upgrade
from outreach.web.api.calling import Allowance
from outreach.web.app import make
from outreach.web.attention import Counts


@cache
def home() -> Path:
    """Where what is made once a run lies."""
    return Path(tempfile.mkdtemp(prefix="outreach-ready-"))


def forget() -> None:
    """The copies' originals are gone; for the end of a run."""
    if home.cache_info().currsize:
        shutil.rmtree(home(), ignore_errors=True)


@cache
def _upgraded() -> Path:
    file = home() / "upgraded.db"
    upgrade(f"sqlite:///{file}")
    return file


@cache
def _tables() -> Path:
    file = home() / "tables.db"
    made = open_store(f"sqlite:///{file}", create=True)
    Base.metadata.create_all(made.engine)
    made.close()
    return file


def tables(file: Path) -> Store:
    """An open store with every table in that file; the caller closes it."""
    shutil.copyfile(_tables(), file)
    return open_store(f"sqlite:///{file}", create=True)


def preparing(really: Callable[[Settings], None]) -> Callable[[Settings], None]:
    """`wiring.prepare` as the tests have it: where a file is still to be made, a copy of what all revisions made."""

    def prepare(told: Settings) -> None:
        url = make_url(told.store_url)
        if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists() and told.folder == Path(url.database).parent:
            if not told.folder.exists():
                told.folder.mkdir(parents=True, mode=0o700)
            shutil.copyfile(_upgraded(), url.database)
            return
        really(told)

    return prepare


_pages: dict[str, tuple[APIFlask, dict[str, Any]]] = {}


def pages_of(app: App) -> APIFlask:
    """The pages of this office. Those of another test with the same settings serve again, with nothing in mind of what
    they were asked there."""
    told = app.settings
    wanted = told.model_dump_json(exclude={"store", "base"}) + repr(app.office)
    if wanted not in _pages:
        made = make(app)
        made.jinja_env.auto_reload = False
        _pages[wanted] = (made, dict(made.extensions))
        return made
    pages, extensions = _pages[wanted]
    pages.extensions.clear()
    pages.extensions.update({name: _as_new(held) for name, held in extensions.items()})
    pages.extensions["outreach"] = app
    return pages


def _as_new(held: Any) -> Any:
    if isinstance(held, Allowance):
        return Allowance(most=held.most)
    if isinstance(held, Counts):
        return Counts()
    if isinstance(held, Limits):
        return Limits()
    return held
