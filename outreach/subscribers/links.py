"""The signed tokens of a mail's links: who holds one is that mail's reader, as far as the link goes.

A token says which mail, which reader and until when, in the clear; its signature is made with the office's key and the
subscription's nonce, so that new links close all earlier ones. Nothing of it is kept.
"""

import hmac
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from itsdangerous import Signer
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.people.models import User
from outreach.subscribers.models import DigestRun, Subscription

LIFE = timedelta(days=30)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(r"([0-9a-z]{1,7}(?:-[0-9a-z]{1,7})*)\.[A-Za-z0-9_-]{27}")
_GREATEST = 2**31 - 1  # what a store takes as a number of a row


@dataclass(frozen=True)
class MailLink:
    """One reader's one mail. `role` is that of the account while it is on; None: no account, or one that is off."""

    run_id: int
    subscription_id: int
    edition_id: int | None
    day: date
    language: str
    zone: str
    user_id: int | None
    role: str | None
    mail: str = field(repr=False)


@dataclass(frozen=True)
class Links:
    """Makes and reads tokens with one key: ASCII, safe in an address, without `=`."""

    seal_key: bytes = field(repr=False)

    def mail_token(self, run_id: int, subscription_id: int, nonce: str, ends_at: datetime) -> str:
        """For one mail, until `ends_at`, rounded up to a full hour."""
        hours = math.ceil(ends_at.astimezone(UTC).timestamp() / 3600)
        return self._signed("mail", "-".join(map(_short, (run_id, subscription_id, hours))), nonce)

    def reader_token(self, subscription_id: int, nonce: str) -> str:
        """For the page where a reader chooses or leaves; good until the links are renewed."""
        return self._signed("reader", _short(subscription_id), nonce)

    def read_mail(self, session: Session, now: datetime, token: str) -> MailLink | None:
        """What a mail's token opens; None if altered, expired, renewed, or its reader is gone."""
        numbers = _numbers(token, 3)
        if numbers is None:
            return None
        run_id, subscription_id, hours = numbers
        row = session.execute(
            select(
                Subscription.nonce,
                DigestRun.edition_id,
                DigestRun.day,
                Subscription.language,
                Subscription.zone,
                Subscription.user_id,
                case((User.disabled_at.is_(None), User.role)),
                func.coalesce(User.mail, Subscription.mail),
            )
            .select_from(DigestRun)
            .join(Subscription, Subscription.id == DigestRun.subscription_id)
            .outerjoin(User, User.id == Subscription.user_id)
            .where(DigestRun.id == run_id, Subscription.id == subscription_id)
        ).one_or_none()
        if row is None or not self._is_ours("mail", token, row[0]) or now.timestamp() >= hours * 3600:
            return None
        return MailLink(run_id, subscription_id, *row[1:])

    def read_reader(self, session: Session, token: str) -> int | None:
        """The subscription that a reader's token manages; None as `read_mail`, but for the time."""
        numbers = _numbers(token, 1)
        if numbers is None:
            return None
        nonce = session.scalar(select(Subscription.nonce).where(Subscription.id == numbers[0]))
        return numbers[0] if nonce is not None and self._is_ours("reader", token, nonce) else None

    def _signed(self, kind: str, told: str, nonce: str) -> str:
        signer = Signer(self.seal_key, salt=f"digest {kind} {nonce}", key_derivation="hmac")
        return signer.sign(told).decode("ascii")

    def _is_ours(self, kind: str, token: str, nonce: str) -> bool:
        # Letter by letter: base64 has spare bits at its end, and a token with one of them altered is not ours.
        return hmac.compare_digest(self._signed(kind, token.partition(".")[0], nonce), token)


def links_of(seal: Seal) -> Links:
    """Links signed with a key made of the office's."""
    return Links(seal.sign_key("digest links"))


def _numbers(token: str, count: int) -> list[int] | None:
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    numbers = [int(part, 36) for part in found[1].split("-")]
    return numbers if len(numbers) == count and max(numbers) <= _GREATEST else None


def _short(number: int) -> str:
    told = ""
    while number >= 36:
        number, digit = divmod(number, 36)
        told = _DIGITS[digit] + told
    return _DIGITS[number] + told
