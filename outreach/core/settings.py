"""settings.toml and the environment become one frozen value; whatever does not fit is one clear sentence.

Every setting may also come from the environment (``OUTREACH_WEB__PORT``). Secrets come from nowhere else: settings and
rows only name the variable, and `secret` reads it, or the file that the variable with ``_FILE`` names.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from outreach.core.errors import OutreachError

_ADDRESS = re.compile(r"[A-Za-z0-9_%+\-]+(\.[A-Za-z0-9_%+\-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def _fits(reason: str, fits: bool) -> None:
    if not fits:
        raise PydanticCustomError(f"settings.reason.{reason}", "does not fit")


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        _fits("zone", False)
    return value


def _mail(value: str) -> str:
    _fits("address", _ADDRESS.fullmatch(value) is not None)
    return value


def _web(value: str) -> str:
    _fits("url", re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value) is not None)
    return value.rstrip("/")


def _web_or_none(value: str) -> str:
    return _web(value) if value else value


def _mail_or_none(value: str) -> str:
    return _mail(value) if value else value


def _wall(value: str) -> str:
    _fits("wall", re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None)
    return value


def _mailbox(value: str) -> str:
    _fits("mailbox", not value or re.fullmatch(r"imaps?://[^\s/@:]+@[^\s/@]+/\S+", value) is not None)
    return value


def _ip(value: str) -> str:
    try:
        ip_address(value)
    except ValueError:
        _fits("ip", False)
    return value


def _name(value: Path | str) -> Path | str:
    _fits("kind", "\0" not in str(value))
    return value


ProfileName = Annotated[str, AfterValidator(_name)]
FolderName = Annotated[Path, AfterValidator(_name)]
Zone = Annotated[str, AfterValidator(_zone)]
MailAddress = Annotated[str, AfterValidator(_mail)]
OptionalMailAddress = Annotated[str, AfterValidator(_mail_or_none)]
MailboxAddress = Annotated[str, AfterValidator(_mailbox)]
WallTime = Annotated[str, AfterValidator(_wall)]
WebAddress = Annotated[str, AfterValidator(_web)]
OptionalWebAddress = Annotated[str, AfterValidator(_web_or_none)]
IpAddress = Annotated[str, AfterValidator(_ip)]
Seconds = Annotated[float, Field(gt=0, le=3600)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficeSettings(_Part):
    """Which office this is."""

    profile: ProfileName = Field("latgale", description="a shipped office, or the path of a folder with its facts")
    language: Literal["lv", "en"] = Field("lv", description="the language of mails, messages and screens")
    zone: Zone = Field("Europe/Riga", description="the time zone people read times in")


class StoreSettings(_Part):
    """Where everything is kept."""

    folder: FolderName = Field(Path("data"), description="the data folder, relative to settings.toml")
    url: str = Field("", description="an SQLAlchemy address for PostgreSQL; empty keeps SQLite in the data folder")


class WebSettings(_Part):
    """The web page."""

    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="the port to listen on")
    public_url: WebAddress = Field(
        "http://127.0.0.1:8000", description="how the outside reaches the page: tracked links"
    )
    proxies: tuple[IpAddress, ...] = Field(
        (), description="addresses of reverse proxies whose word on the visitor is believed"
    )
    upload_bytes: int = Field(8 * 2**20, ge=1024, le=2**28, description="the largest picture or table taken")


class PeopleSettings(_Part):
    """Who may come in, and for how long."""

    second_factor: Literal["optional", "families", "everybody"] = Field(
        "optional", description="who must use a second factor: nobody, roles that see families, or all"
    )
    idle_minutes: int = Field(120, ge=5, le=10080, description="a session unused for so long ends")
    session_hours: int = Field(12, ge=1, le=720, description="a session ends after this, used or not")


class OidcSettings(_Part):
    """The office's own sign-in service (OpenID Connect); its secret is OUTREACH_OIDC_SECRET in the environment."""

    issuer: OptionalWebAddress = Field("", description="the service's address; empty: no such sign-in")
    client_id: str = Field("", description="our name there")
    label: str = Field("", description="what the button says, for example Microsoft 365")


class HttpSettings(_Part):
    """How the program asks other machines."""

    allow_private: bool = Field(False, description="whether addresses of the own network may be asked")
    connect_seconds: Seconds = Field(10.0, description="how long a connection may take")
    read_seconds: Seconds = Field(15.0, description="how long a silence may last")
    total_seconds: Seconds = Field(30.0, description="how long one request may take in all, redirects included")
    max_bytes: int = Field(10 * 2**20, ge=1024, description="how many unpacked bytes of an answer are read")


class MailSettings(_Part):
    """The mail relay; without one, mail is written as files into a folder."""

    host: str = Field("", description="the relay's name; empty writes .eml files into the data folder")
    port: int = Field(587, ge=1, le=65535, description="the relay's port")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description="how the connection is protected")
    user: str = Field("", description="the account; its password is OUTREACH_MAIL_PASSWORD in the environment")
    auth: Literal["password", "xoauth2"] = Field(
        "password", description="how the account proves itself: a password, or an access token (Microsoft 365, Google)"
    )
    token_url: OptionalWebAddress = Field("", description="where access tokens are made, for xoauth2")
    client_id: str = Field("", description="our name there; its secret is OUTREACH_MAIL_CLIENT_SECRET")
    token_scope: str = Field(
        "", description="what a token is asked for: https://outlook.office365.com/.default"
    )
    sender: MailAddress = Field("zinas@example.org", description="the From address of digests")
    per_minute: int = Field(0, ge=0, le=100_000, description="how many mails the relay gets in a minute; 0: no limit")
    per_connection: int = Field(100, ge=1, le=10_000, description="after how many mails a new connection is made")
    copy_to: OptionalMailAddress = Field(
        "", description="a mailbox of the office's own that gets each digest too: there a doubtful one is looked for"
    )
    copy_box: MailboxAddress = Field(
        "", description="that mailbox to read: imaps://NAME@HOST/FOLDER; its password is OUTREACH_COPIES_PASSWORD"
    )
    bounce_to: OptionalMailAddress = Field(
        "", description="where undeliverable mail goes back to; must take addresses with +something before the @"
    )
    bounce_box: MailboxAddress = Field(
        "", description="that mailbox to read, as copy_box; its password is OUTREACH_BOUNCES_PASSWORD"
    )
    inquiry_to: OptionalMailAddress = Field(
        "", description="the address that families write to; answers to them go out from it"
    )
    inquiry_box: MailboxAddress = Field(
        "", description="that mailbox to read, as copy_box; its password is OUTREACH_INQUIRIES_PASSWORD"
    )


class CollectSettings(_Part):
    """How sources are polled."""

    every_minutes: int = Field(30, ge=5, le=1440, description="how long a source rests until its own rhythm is known")
    least_minutes: int = Field(
        10, ge=1, le=1440, description="the shortest rest of a source that always brings something"
    )
    most_hours: float = Field(24, ge=1, le=168, description="the longest rest of a source that seldom does")
    workers: int = Field(40, ge=1, le=200, description="how many requests may be under way at once")
    host_seconds: float = Field(
        5.0, ge=0, le=60, description="the pause between the starts of two requests to one host"
    )
    host_at_once: int = Field(2, ge=1, le=10, description="how many requests to one host may be under way at once")
    host_per_hour: int = Field(
        600, ge=0, le=100_000, description="how many requests a host gets in an hour; 0: no limit"
    )
    pages_per_poll: int = Field(20, ge=0, le=500, description="how many article pages a source's poll may fetch")
    max_age_days: int = Field(30, ge=1, le=3650, description="older articles are kept, but not fetched for their text")
    evidence_days: int = Field(730, ge=0, le=36_500, description="how long the pages of mentions are kept; 0: none is")


class DigestSettings(_Part):
    """The morning mail; each reader may choose another hour, rhythm and language on their page."""

    at: WallTime = Field("07:00", description="the hour of a new reader, HH:MM in the office's zone")
    recipients: tuple[MailAddress, ...] = Field((), description="who gets it from the first day on")
    language: Literal["lv", "en", ""] = Field("", description="a new reader's language; empty means the office's")
    late_from: WallTime = Field("12:00", description="from this hour on a mail that could not go is marked late")
    keep_days: int = Field(730, ge=7, le=36_500, description="how long past mails can be read and searched")


class PublishSettings(_Part):
    """How posts go out."""

    late_hours: int = Field(6, ge=1, le=168, description="a post later than this waits for a person instead")
    own_approval: bool = Field(True, description="whether one may approve what one has written")


class InquirySettings(_Part):
    """Families' inquiries."""

    link_days: int = Field(90, ge=1, le=730, description="how long after a click an inquiry is still linked to it")
    keep_months: int = Field(36, ge=1, le=240, description="names and contacts older than this are erased")


class LogSettings(_Part):
    """Log lines, which go to stderr."""

    form: Literal["console", "json"] = Field("console", description="lines for people, or a JSON object a line")


class MetricsSettings(_Part):
    """Figures for a monitoring program, at /metrics."""

    on: bool = Field(False, description="whether /metrics answers; with a token, OUTREACH_METRICS_TOKEN, only to it")


class PrivacySettings(_Part):
    """How families' records are kept safe."""

    rotate_months: int = Field(12, ge=1, le=120, description="after so long `outreach check` asks for a new data key")


class Settings(BaseSettings):
    """Everything that can be set, frozen; paths are absolute."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix="OUTREACH_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    office: OfficeSettings = OfficeSettings()
    store: StoreSettings = StoreSettings()
    web: WebSettings = WebSettings()
    people: PeopleSettings = PeopleSettings()
    oidc: OidcSettings = OidcSettings()
    http: HttpSettings = HttpSettings()
    mail: MailSettings = MailSettings()
    collect: CollectSettings = CollectSettings()
    digest: DigestSettings = DigestSettings()
    publish: PublishSettings = PublishSettings()
    inquiries: InquirySettings = InquirySettings()
    logs: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    privacy: PrivacySettings = PrivacySettings()
    base: Path = Field(Path(), exclude=True)  # the folder of settings.toml

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @property
    def folder(self) -> Path:
        """The data folder."""
        return (self.base / self.store.folder).resolve()

    @property
    def store_url(self) -> str:
        """The address of the store: the one that is set, here or as a secret, or the SQLite file in the data folder."""
        return self.store.url or secret("OUTREACH_STORE_URL") or f"sqlite:///{self.folder / 'outreach.db'}"

    @property
    def local_page(self) -> str:
        """Where this machine's own browser finds the pages."""
        host = "127.0.0.1" if self.web.host in {"0.0.0.0", "::"} else self.web.host  # noqa: S104  (compared, not bound)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.web.port}/"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.office.zone)


def find_settings(named: str | None, here: Path) -> Path | None:
    """The settings file: the one named, else `settings.toml` in this folder or the nearest one above that has it."""
    if named is not None:
        path = Path(named)
        if not path.is_file():
            raise OutreachError("settings.missing", file=str(path))
        return path.resolve()
    for folder in (here, *here.parents):
        if (folder / "settings.toml").is_file():
            return folder / "settings.toml"
    return None


def read_settings(path: Path | None) -> Settings:
    """The settings of a file (None: all defaults), with the environment's on top.

    Raises OutreachError `settings.toml` for a file that is no TOML, `settings.unknown` for a key nobody knows and
    `settings.value` for a value that does not fit: file, key and reason are facts of each.
    """
    told: dict[str, Any] = {}
    name = str(path) if path else "OUTREACH_*"
    if path is not None:
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise OutreachError("settings.toml", file=name, reason=str(error)) from error
        except OSError as error:
            raise OutreachError("settings.missing", file=name) from error
    told.pop("base", None)
    try:
        return Settings(**told, base=path.parent if path else Path.cwd())
    except ValidationError as error:
        _explain(name, error.errors()[0], error)
    except SettingsError as error:
        # A list in the environment that is no JSON: the library names the part, never the value.
        raise OutreachError("settings.environment", reason=str(error)) from error


def _explain(file: str, first: ErrorDetails, cause: ValidationError) -> NoReturn:
    key = ".".join(str(part) for part in first["loc"])
    variable = f"OUTREACH_{key.upper().replace('.', '__')}"
    if variable in os.environ:
        file = variable
    if first["type"] == "extra_forbidden":
        if re.search(r"password|secret|token|key$", key):
            raise OutreachError("settings.secret", file=file, key=key) from cause
        close = difflib.get_close_matches(key, [name for name, _ in described()], n=1, cutoff=0.4)
        if close:
            raise OutreachError("settings.unknown_close", file=file, key=key, close=close[0]) from cause
        raise OutreachError("settings.unknown", file=file, key=key) from cause
    reason = first["type"] if first["type"].startswith("settings.reason.") else _reason(first)
    # A store address may hold a password: what was typed is shown for everything else.
    shown = "…" if key == "store.url" else first.get("input")
    raise OutreachError(
        "settings.value", file=file, key=key, value=shown, reason_key=reason, **dict(first.get("ctx", {}))
    ) from cause


def _reason(first: ErrorDetails) -> str:
    kind = first["type"]
    if kind.startswith(("int_", "float_")):
        return "settings.reason.number"
    if kind.startswith("bool_"):
        return "settings.reason.yes_no"
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        return "settings.reason.range"
    if kind == "literal_error":
        return "settings.reason.choice"
    return "settings.reason.kind"


def described() -> list[tuple[str, str]]:
    """Every setting by its dotted name, with what it means: the list of the operating manual and of the tests."""
    rows: list[tuple[str, str]] = []
    for part, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, _Part):
            rows.extend(
                (f"{part}.{name}", inner.description or "") for name, inner in field.annotation.model_fields.items()
            )
    return rows


def secret(name: str, environment: Mapping[str, str] | None = None) -> str | None:
    """A secret by the name of its variable, or from the file that `NAME_FILE` names; None if neither is set.

    Raises OutreachError `settings.secret_file` where that file cannot be read.
    """
    held = os.environ if environment is None else environment
    if held.get(name):
        return held[name]
    file = held.get(f"{name}_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise OutreachError("settings.secret_file", name=f"{name}_FILE", file=file) from error
