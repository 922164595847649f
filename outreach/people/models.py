"""Who works with the program: accounts, their sessions and keys, and the trail of what each did.

Nothing here opens a door by itself: passwords are argon2id hashes, every token and code is kept as a hash, second
factors are sealed with the office's key.
"""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Connection, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column
from sqlalchemy.schema import DDL

from outreach.core.db import Base, UtcDateTime

ADMINISTRATOR, COMMS, COORDINATOR, READER, PARTNER = "administrator", "comms", "coordinator", "reader", "partner"
ROLES = (ADMINISTRATOR, COMMS, COORDINATOR, READER, PARTNER)
THEMES = ("auto", "light", "dark")
STAGES = ("half", "full")
KEY_KINDS = ("first", "welcome", "reset")
MAIL_STATES = ("none", "due", "sending", "sent", "failed", "unconfirmed")


def _among(column: str, names: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{name}'" for name in names)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class User(Base):
    """One person's account; `mail` is in small letters. `place` is the municipality of a partner, None for others.

    Without `password_hash` nobody can sign in by password (a fresh invitation, or an account of the office's own
    sign-in service). `totp_step` is the last time step whose code was used, so that no code opens twice.
    """

    __tablename__ = "users"
    __table_args__ = (_among("role", ROLES), _among("theme", THEMES))

    id: Mapped[int] = mapped_column(primary_key=True)
    mail: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    place: Mapped[str | None] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(3))
    theme: Mapped[str] = mapped_column(String(5), default="auto")
    shortcuts: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    password_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_sealed: Mapped[str | None] = mapped_column(Text)
    totp_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None while the set-up is not confirmed
    totp_step: Mapped[int | None]
    oidc_subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UserSession(Base):
    """One browser that is signed in. `half` has given the password and still owes the second factor; `proved` has
    given two factors, here or at the office's own service.

    `token_hash` is the SHA-256 of what the cookie holds. A row that is gone is a session that has ended.
    """

    __tablename__ = "user_sessions"
    __table_args__ = (_among("stage", STAGES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    stage: Mapped[str] = mapped_column(String(4))
    proved: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)  # whatever happens
    device: Mapped[str] = mapped_column(String(80))  # browser and system, never the whole header
    address: Mapped[str] = mapped_column(String(45))


class RecoveryCode(Base):
    """A code that stands in for the second factor once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DoorKey(Base):
    """A link that opens once: the first administrator's, an invitation, a new password.

    `token_hash` None: the link is made when its mail is, so that no token waits in the store. `user_id` None for the
    first administrator, who is nobody yet.
    """

    __tablename__ = "door_keys"
    __table_args__ = (_among("kind", KEY_KINDS), _among("mail_state", MAIL_STATES))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_state: Mapped[str] = mapped_column(String(12), default="none", index=True)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error_key: Mapped[str | None] = mapped_column(String(80))


class SignInAttempt(Base):
    """A password or code that was tried; account and address are keyed hashes. Kept for a day."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_account", "account_hash", "at"),
        Index("ix_sign_in_attempts_address", "address_hash", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    account_hash: Mapped[str] = mapped_column(String(64))
    address_hash: Mapped[str] = mapped_column(String(64))
    succeeded: Mapped[bool]


class CalendarFeed(Base):
    """An address under which a calendar program fetches what is planned, in its owner's name: it shows no more than
    the owner may see. `campaign_id` is the planning wing's number, None for everything. Kept as a hash; a row that is
    gone is an address that ended.
    """

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    campaign_id: Mapped[int | None]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiToken(Base):
    """A key for another program, in its owner's name: it may never do more than the owner may."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(12))  # enough to tell tokens apart in a list
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """Who did what to what, and when; looking at a family's record is a deed too. Append-only, on the store's word.

    `actor` is the person's mail, a command's user, or the program's own name for what it does by itself.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(254), index=True)
    action: Mapped[str] = mapped_column(String(30))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int | None]
    facts: Mapped[dict[str, str | int | None]] = mapped_column(JSON, default=dict)


def _refuse(_mapper: Mapper[Base], _connection: Connection, row: Base) -> None:
    raise TypeError(f"rows of {row.__tablename__} are only ever added")


event.listen(AuditEntry, "before_update", _refuse)
event.listen(AuditEntry, "before_delete", _refuse)

# What the code refuses, the store refuses too: whoever reaches the tables past the program changes no trail unseen.
APPEND_ONLY = {
    "sqlite": (
        *(
            f"CREATE TRIGGER audit_no_{deed} BEFORE {deed.upper()} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
            for deed in ("update", "delete")
        ),
        # SQLite's REPLACE deletes without a word to the triggers above.
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays()",
        "CREATE TRIGGER audit_no_emptying BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()",
    ),
}
for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        _made = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(AuditEntry.__table__, "after_create", _made)
