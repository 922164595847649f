"""What Lighthouse says of a page as it is served: Today of an archive, over granian, at a desk.

    python -m tests.benchmarks.archive /tmp/small --mentions 10000
    python -m tests.benchmarks.lighthouse /tmp/small [--page /] [--role comms] [--rounds 3]

Prints the score of each category (aims: performance 95, access 100, good practice 100), the middle one of some rounds,
its times, and every audit that is not whole.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from outreach import wiring
from outreach.core.testing import FixedClock
from outreach.daemon import PageServer, set_aside
from outreach.web.app import make
from tests.benchmarks.archive_plan import NOW
from tests.browser import lighthouse
from tests.browser.serving import session_of
from tests.support.offices import told_in
from tests.support.ports import free_port

CATEGORIES = ("performance", "accessibility", "best-practices")
TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index", "server-response-time")


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--page", default="/")
    wanted.add_argument("--role", default="comms")
    wanted.add_argument("--rounds", type=int, default=3)
    asked = wanted.parse_args()
    port = free_port()
    told = told_in(
        asked.folder,
        store={"folder": asked.folder / "data", "url": ""},
        web={"port": port, "public_url": f"http://127.0.0.1:{port}"},
    )
    with wiring.open_app(told, clock=FixedClock(NOW)) as app, tempfile.TemporaryDirectory() as place:
        server = PageServer(make(app), "127.0.0.1", port)
        server.start()
        set_aside()
        try:
            token = session_of(app, asked.role)
            reports = [
                lighthouse.ask(f"http://127.0.0.1:{port}{asked.page}", token, Path(place), ",".join(CATEGORIES))
                for _ in range(asked.rounds)
            ]
        finally:
            server.stop()
    print_scores(reports)


def print_scores(reports: list[dict[str, Any]]) -> None:
    """The scores, times and what is not whole."""
    for name in CATEGORIES:
        scores = [round(100 * (report["categories"][name]["score"] or 0)) for report in reports]
        print(f"{name:28} {median(scores):6.0f}   of {scores}")
    for name in TIMES:
        values = [report["audits"][name]["numericValue"] for report in reports]
        print(f"{name:28} {median(values):6.0f} ms" if name != "cumulative-layout-shift" else f"{name:28} {median(values):6.3f}")
    for name, audit in reports[-1]["audits"].items():
        if audit.get("score") is not None and audit["score"] < 1:
            print(f"  not whole: {name} {audit['score']:.2f} {audit['title']} {audit.get('displayValue', '')}")


if __name__ == "__main__":
    main()
