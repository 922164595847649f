"""How many personal mails of a release a second go out, beside one plain connection that sends the same bytes.

    python -m tests.benchmarks.press_mails [--count 5000] [--rounds 3] [--pdf] [--store postgresql://...]

Ours is the whole way of a look: mails claimed, each made with its recipient's own words, sent over one line with a note
of each, and recorded. Beside it, in turns, over the same sink (Postfix's smtp-sink, a process of its own): one smtplib
connection that is handed the very bytes ours sent. Aim: 0.6 of it. Also: how much memory the sending process takes more
for all of them than for a tenth.
"""

import argparse
import multiprocessing
import resource
import smtplib
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from sqlalchemy import update

from outreach import wiring
from outreach.core.app import App
from outreach.core.db import Store, open_store
from outreach.core.mail import Parcel, SmtpMailer
from outreach.core.testing import FixedClock, MemoryMailer
from outreach.pressroom.models import ReleaseMail, Sending
from outreach.pressroom.sending import job
from tests.benchmarks.mails import sink, timed
from tests.outreach.pressroom.sending.mailing import NOW, contacts, desk, release, started, wanted
from tests.support import ready


def way(port: int) -> SmtpMailer:
    return SmtpMailer(host="127.0.0.1", port=port, security="none", user=None, password=None, per_connection=100)


def office(store: Store, folder: Path, port: int, count: int, pdf: bool) -> App:
    """An office with a release that is to go to so many."""
    app = desk(store, folder, FixedClock(NOW), way(port), bounce_to="bounces@office.test")
    here = contacts(app, [f"r{number:05}@press{number % 400}.test" for number in range(count)])
    started(app, release(app), wanted(here, attach=("pdf",) if pdf else ()))
    return app


def again(app: App) -> None:
    """As if nothing had been sent."""
    with app.store.transaction() as session:
        session.execute(
            update(ReleaseMail).values(status="due", attempts=0, claimed_at=None, claimed_by=None, sent_at=None)
        )
        session.execute(update(Sending).values(state="going", ended_at=None))
    for file in (app.settings.folder / "run").glob("*.mails"):
        file.unlink()


def bytes_ready(port: int, parcels: Sequence[Parcel]) -> int:
    """One connection, nothing to build."""
    with smtplib.SMTP("127.0.0.1", port) as line:
        for parcel in parcels:
            line.sendmail(parcel.sender, [*parcel.to], parcel.content)
    return len(parcels)


def grown(app: App, count: int) -> int:
    """Kilobytes that a process of its own takes at most, while it sends so many."""
    again(app)
    with app.store.transaction() as session:
        session.execute(update(ReleaseMail).where(ReleaseMail.id > count).values(status="skipped"))
    queue: multiprocessing.Queue[int] = multiprocessing.get_context("fork").Queue()
    url = app.store.engine.url.render_as_string(hide_password=False)

    def work() -> None:
        job.tick(replace(app, store=open_store(url, create=False)))
        queue.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    most = queue.get(timeout=600)
    process.join()
    return most


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--count", type=int, default=5_000)
    told.add_argument("--rounds", type=int, default=3)
    told.add_argument("--pdf", action="store_true")
    told.add_argument("--store", default="")
    asked = told.parse_args()
    wiring.models()
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        store = open_store(asked.store, create=True) if asked.store else ready.tables(Path(folder) / "store.db")
        app = office(store, Path(folder), port, asked.count, asked.pdf)
        few = asked.count // 10
        least, most = grown(app, few), grown(app, asked.count)
        mailer = MemoryMailer()
        again(app)
        job.tick(replace(app, mailer=mailer))
        size = sum(len(parcel.content) for parcel in mailer.parcels) / len(mailer.parcels)
        print(f"{len(mailer.parcels):,} mails, {size / 1000:.0f} kB each")
        took: dict[str, list[tuple[float, float]]] = {"ours": [], "bytes ready": []}
        for _ in range(asked.rounds):
            again(app)
            took["ours"].append(timed(lambda: job.tick(app), asked.count))
            took["bytes ready"].append(timed(lambda: bytes_ready(port, mailer.parcels), asked.count))
        mailer.parcels.clear()
        for name, times in took.items():
            wall, spent = median(wall for wall, _ in times), median(cpu for _, cpu in times)
            print(f"{name:12} {asked.count / wall:7.0f} mails/s, {spent:6.2f} s of processor")
        ratio = median(one[0] for one in took["bytes ready"]) / median(one[0] for one in took["ours"])
        print(f"ours / bytes ready: {ratio:.2f} (aim 0.6)")
        print(f"memory at most: {most / 1024:.0f} MB for all, {least / 1024:.0f} MB for {few:,}")
        store.close()


if __name__ == "__main__":
    main()
