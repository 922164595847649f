"""A throw-away WordPress as Debian has it, on MariaDB: all in a temporary folder, on loopback alone.

USER signs in with the application password of `Site.password`. The category CATEGORY is there. Nothing calls its
wp-cron, so what is planned for later stays so.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.ports import free_port

USER = "office"
CATEGORY = "Jaunumi & ziņas"
_HOME = Path("/usr/share/wordpress")
_PATIENCE = 60.0
_PATH = os.environ.get("PATH", "") + ":/usr/sbin"

_CONFIG = """<?php
define('DB_NAME', 'site'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_CHARSET', 'utf8mb4');
define('DB_HOST', 'localhost:{folder}/db.sock'); define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {{
    define($name . '_KEY', $name . ' for tests'); define($name . '_SALT', $name . ' salt for tests');
}}
define('WP_ENVIRONMENT_TYPE', 'local');  // else application passwords want TLS
define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true); define('DISABLE_WP_CRON', true);
define('WP_HOME', 'http://127.0.0.1:{port}'); define('WP_SITEURL', 'http://127.0.0.1:{port}');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {{ define('ABSPATH', __DIR__ . '/'); }}
require_once ABSPATH . 'wp-settings.php';
"""
# What a web server does with addresses that are no files.
_ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file($_SERVER['DOCUMENT_ROOT'] . $path)) { return false; }
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
"""
_SETUP = """<?php
$_SERVER['HTTP_HOST'] = '127.0.0.1';
define('WP_INSTALLING', true);
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
ob_start();
wp_install('Birojs', $argv[2], 'office@office.test', true, '', 'not-used-by-anybody');
update_option('permalink_structure', '/%year%/%postname%/');
update_option('timezone_string', 'Europe/Riga');
$wp_rewrite->init();
flush_rewrite_rules();
wp_insert_term(wp_slash($argv[3]), 'category');
ob_end_clean();
$user = get_user_by('login', $argv[2]);
echo WP_Application_Passwords::create_new_application_password($user->ID, ['name' => 'tests'])[0];
"""


@dataclass(frozen=True)
class Site:
    """Where it is, and how USER comes in."""

    url: str
    password: str = field(repr=False)
    folder: Path


def missing() -> str:
    """Why it cannot be started; empty where it can."""
    if not (_HOME / "wp-load.php").exists():
        return "WordPress is not installed (Debian: wordpress)"
    if shutil.which("php") is None or shutil.which("mariadbd", path=_PATH) is None:
        return "PHP or MariaDB is not installed (Debian: php-cli, php-mysql, php-gd, php-xml, php-mbstring, mariadb-server)"
    return ""


@contextmanager
def server() -> Iterator[Site]:
    """Started for the block."""
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryDirectory(prefix="site-", ignore_cleanup_errors=True))
        folder, port = Path(made), free_port()
        # Debian's folder is full of links into others.
        shutil.copytree(_HOME, folder / "www", ignore_dangling_symlinks=True)
        (folder / "www/wp-config.php").write_text(_CONFIG.format(folder=folder, port=port), encoding="utf-8")
        (folder / "router.php").write_text(_ROUTER, encoding="utf-8")
        (folder / "setup.php").write_text(_SETUP, encoding="utf-8")
        _database(stack, folder)
        asked = [*_php(), str(folder / "setup.php"), str(folder / "www"), USER, CATEGORY]
        password = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=_PATIENCE).stdout.strip()
        serving = [*_php(), "-S", f"127.0.0.1:{port}", "-t", str(folder / "www"), str(folder / "router.php")]
        _start(stack, folder / "php.log", serving, PHP_CLI_SERVER_WORKERS="3")
        _until(lambda: _answers(port), folder / "php.log")
        yield Site(f"http://127.0.0.1:{port}", password, folder)


def _database(stack: ExitStack, folder: Path) -> None:
    data, sock, log = folder / "db", folder / "db.sock", folder / "db.log"
    me = f"--user={'root' if os.geteuid() == 0 else os.environ.get('USER', '')}"
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", me, "--skip-test-db"]
    install.append("--auth-root-authentication-method=normal")
    subprocess.run(install, env={**os.environ, "PATH": _PATH}, check=True, capture_output=True, timeout=_PATIENCE)
    options = [f"--datadir={data}", f"--socket={sock}", me, "--skip-networking", "--innodb-buffer-pool-size=32M"]
    # What is stored there is gone tomorrow: no need to wait for the disk.
    options += ["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", f"--pid-file={folder / 'db.pid'}"]
    _start(stack, log, ["mariadbd", "--no-defaults", *options])
    create = ["mariadb", "--no-defaults", "-S", str(sock), "-uroot", "-e", "create database site character set utf8mb4"]
    _until(lambda: subprocess.run(create, capture_output=True, timeout=_PATIENCE).returncode == 0, log)


def _php() -> list[str]:
    quiet = ["sendmail_path=/bin/true", "memory_limit=256M", "display_errors=0"]
    return ["php", *(part for setting in quiet for part in ("-d", setting))]


def _start(stack: ExitStack, log: Path, command: list[str], **environment: str) -> None:
    with log.open("wb") as out:
        running = subprocess.Popen(
            command,
            env={**os.environ, "PATH": _PATH, **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    stack.callback(_end, running)


def _end(running: "subprocess.Popen[bytes]") -> None:
    # PHP's workers outlive their master unless the whole group goes.
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(running.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            running.wait(15)
            return


def _answers(port: int) -> bool:
    ask = ["php", "-r", f"exit(@file_get_contents('http://127.0.0.1:{port}/?rest_route=/') === false ? 1 : 0);"]
    return subprocess.run(ask, timeout=_PATIENCE).returncode == 0


def _until(done: Callable[[], bool], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > end:
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))
        time.sleep(0.05)
