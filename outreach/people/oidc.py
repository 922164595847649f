"""The office's own sign-in service by OpenID Connect: authorization code with PKCE, the identity token checked whole.

Path: `begin` (discovery, the address to go to) -> the browser is there and comes back -> `finish` (code for tokens,
signature, issuer, audience, times, nonce) -> `account_of`. Nobody gets an account by this: it must be there. All
questions to the service go over the guarded wire.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.http import Http, Request
from outreach.core.oauth import guard
from outreach.core.settings import OidcSettings
from outreach.people import audit
from outreach.people.models import User

_SCOPE = "openid email profile"
_LEEWAY = 60  # seconds two clocks may differ
# Signatures that only the service can make: never one by a shared secret, never none.
_SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]


@dataclass(frozen=True)
class Begun:
    """A sign-in that is under way: where the browser goes, and what must hold when it comes back."""

    url: str = field(repr=False)
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Identity:
    """Whom the service says this is. `mail` only if the service has verified it."""

    subject: str
    mail: str | None = field(repr=False)
    two_factors: bool


def begin(http: Http, told: OidcSettings, back: str) -> Begun:
    """Begins a sign-in that comes back to the address `back`. Raises OutreachError `people.error.service`."""
    metadata = _discovered(http, told)
    begun = Begun("", secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
    client = _client(http, told, None, back, metadata)
    url, _ = client.create_authorization_url(
        metadata["authorization_endpoint"], state=begun.state, code_verifier=begun.verifier, nonce=begun.nonce
    )
    return Begun(url, begun.state, begun.nonce, begun.verifier)


def finish(
    http: Http, told: OidcSettings, secret: str | None, now: datetime, back: str, begun: Begun, given: Mapping[str, str]
) -> Identity:
    """Who came back, from the arguments of the address they came back by.

    Raises OutreachError `people.error.service` if anything at all does not hold, `.service_refused` if the service
    itself said no.
    """
    if not secrets.compare_digest(given.get("state", "").encode(), begun.state.encode()):
        raise OutreachError("people.error.service", reason="state")
    if "error" in given:
        raise OutreachError("people.error.service_refused", reason=given["error"][:60])
    metadata = _discovered(http, told)
    if given.get("iss", metadata["issuer"]) != metadata["issuer"]:
        raise OutreachError("people.error.service", reason="iss")
    client = _client(http, told, secret, back, metadata)
    try:
        token: dict[str, Any] = client.fetch_token(
            metadata["token_endpoint"],
            grant_type="authorization_code",
            code=given.get("code", ""),
            code_verifier=begun.verifier,
        )
        claims = _checked(http, told, metadata, token, begun.nonce, now)
        mail = _mail(claims) or _mail(_more(client, metadata, claims))
    except (OAuthError, RequestException, ValueError) as error:
        raise OutreachError("people.error.service", reason=type(error).__name__) from error
    methods = claims.get("amr") or []
    return Identity(_subject(str(claims["iss"]), str(claims["sub"])), mail, "mfa" in methods)


def account_of(session: Session, now: datetime, identity: Identity) -> int:
    """The account of this identity: the one it is bound to, or the one of its verified address, which is then bound.

    Raises OutreachError `people.error.service_nobody` where there is none, it is switched off, or it is another's.
    """
    user = session.scalar(select(User).where(User.oidc_subject == identity.subject))
    if user is None and identity.mail is not None:
        user = session.scalar(select(User).where(User.mail == identity.mail, User.oidc_subject.is_(None)))
        if user is not None and user.disabled_at is None:
            user.oidc_subject = identity.subject
            audit.write(session, now, user.mail, "bind", "user", user.id)
    if user is None or user.disabled_at is not None:
        raise OutreachError("people.error.service_nobody")
    return user.id


def _discovered(http: Http, told: OidcSettings) -> dict[str, Any]:
    """What the service says of itself; its issuer must be the one that was set."""
    metadata = _json(http, f"{told.issuer}/.well-known/openid-configuration")
    needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if not all(isinstance(metadata.get(name), str) for name in needed):
        raise OutreachError("people.error.service", reason="discovery")
    if metadata["issuer"].rstrip("/") != told.issuer:
        raise OutreachError("people.error.service", reason="issuer")
    scheme = urlsplit(told.issuer).scheme
    if any(urlsplit(metadata[name]).scheme not in {"https", scheme} for name in needed):
        raise OutreachError("people.error.service", reason="scheme")
    return metadata


def _json(http: Http, url: str) -> dict[str, Any]:
    answer = http.send(Request(url, headers={"Accept": "application/json"}, follow=False))
    try:
        told = json.loads(answer.body)
    except ValueError as error:
        raise OutreachError("people.error.service", reason="json") from error
    if answer.status != 200 or not isinstance(told, dict):
        raise OutreachError("people.error.service", reason=f"{answer.status}")
    return told


def _checked(
    http: Http, told: OidcSettings, metadata: Mapping[str, Any], token: Mapping[str, Any], nonce: str, now: datetime
) -> CodeIDToken:
    """The claims of the identity token, after everything about it was checked."""
    try:
        keys = KeySet.import_key_set(_json(http, metadata["jwks_uri"]))  # type: ignore[arg-type]
        rules = JWSRegistry(algorithms=_SIGNATURES, strict_check_header=False)
        signed = jwt.decode(str(token.get("id_token", "")), keys, registry=rules)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            {
                "iss": {"essential": True, "value": metadata["issuer"]},
                "aud": {"essential": True, "value": told.client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
            },
            {"nonce": nonce, "client_id": told.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise OutreachError("people.error.service", reason=type(error).__name__) from error
    return claims


def _more(client: OAuth2Session, metadata: Mapping[str, Any], claims: CodeIDToken) -> Mapping[str, Any]:
    """What the service says beside the token, of the same person."""
    endpoint = metadata.get("userinfo_endpoint")
    if not isinstance(endpoint, str) or urlsplit(endpoint).scheme not in {"https", urlsplit(metadata["issuer"]).scheme}:
        return {}
    answer = client.get(endpoint, allow_redirects=False)
    told = answer.json() if answer.status_code == 200 else {}
    return told if isinstance(told, dict) and told.get("sub") == claims["sub"] else {}


def _mail(claims: Mapping[str, Any]) -> str | None:
    """The address if the service has verified it; Microsoft says so in a claim of its own."""
    verified = claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1", "true")
    mail = claims.get("email")
    return mail.strip().lower() if verified and isinstance(mail, str) else None


def _subject(issuer: str, subject: str) -> str:
    """What an account is bound to: the same subject of another service is another person."""
    return hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()


def _client(
    http: Http, told: OidcSettings, secret: str | None, back: str, metadata: Mapping[str, Any]
) -> OAuth2Session:
    offered = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    method = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
    client = OAuth2Session(
        told.client_id,
        secret,
        token_endpoint_auth_method=method if secret else "none",
        scope=_SCOPE,
        redirect_uri=back,
        code_challenge_method="S256",
    )
    guard(client, http)
    return client
