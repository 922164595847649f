"""The office's own sign-in service: what is asked of it, and every way in which its answer can be false."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry
from sqlalchemy import select

from outreach.core.db import Store
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer
from outreach.core.settings import OidcSettings
from outreach.core.testing import RecordedHttp
from outreach.people import audit, oidc
from outreach.people.models import User

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ISSUER = "https://login.example.org/birojs"
TOLD = OidcSettings(issuer=ISSUER, client_id="outreach-1", label="")
BACK = "https://birojs.example.org/sign-in/service/back"
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one"})
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
    "userinfo_endpoint": f"{ISSUER}/me",
}
BEGUN = oidc.Begun("", "the-state", "the-nonce", "the-verifier")
GIVEN = {"state": "the-state", "code": "the-code"}
CLAIMS: dict[str, object] = {
    "iss": ISSUER, "aud": "outreach-1", "sub": "subject-7", "nonce": "the-nonce",
    "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 300,
    "email": "Anna@Example.org", "email_verified": True,
}


def answer(url: str, told: object, status: int = 200, **headers: str) -> Answer:
    return Answer(url, status, {"Content-Type": "application/json", **headers}, json.dumps(told).encode())


def id_token(changed: dict[str, object] | None = None, key: object = KEY, alg: str = "RS256", **header: object) -> str:
    claims = {name: value for name, value in {**CLAIMS, **(changed or {})}.items() if value is not None}
    registry = JWSRegistry(algorithms=[alg])
    return jwt.encode({"alg": alg, "kid": "one", **header}, claims, key, registry=registry)  # type: ignore[arg-type]


def service(token: str | None = None, *, metadata: dict[str, object] | None = None, more: object = None) -> RecordedHttp:
    said = {"access_token": "at", "token_type": "Bearer", "id_token": token or id_token()}
    answers = {
        ("GET", f"{ISSUER}/.well-known/openid-configuration"): answer(ISSUER, {**METADATA, **(metadata or {})}),
        ("GET", f"{ISSUER}/jwks"): answer(f"{ISSUER}/jwks", {"keys": [KEY.as_dict(private=False)]}),
        ("POST", f"{ISSUER}/token"): answer(f"{ISSUER}/token", said),
        ("GET", f"{ISSUER}/me"): answer(f"{ISSUER}/me", more if more is not None else {}),
    }
    return RecordedHttp(answers)


def finish(http: RecordedHttp, given: dict[str, str] = GIVEN, secret: str | None = "s3cret", now: datetime = NOW) -> oidc.Identity:
    return oidc.finish(http, TOLD, secret, now, BACK, BEGUN, given)


def refused(http: RecordedHttp, given: dict[str, str] = GIVEN, now: datetime = NOW) -> str:
    with pytest.raises(OutreachError) as caught:
        finish(http, given, now=now)
    return caught.value.key


def test_the_browser_is_sent_with_state_nonce_and_a_challenge() -> None:
    begun = oidc.begin(service(), TOLD, BACK)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert begun.url.startswith(f"{ISSUER}/auth?")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).decode().rstrip("=")
    assert asked == {
        "response_type": "code", "client_id": "outreach-1", "redirect_uri": BACK, "scope": "openid email profile",
        "state": begun.state, "nonce": begun.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
    }
    again = oidc.begin(service(), TOLD, BACK)
    assert not {begun.state, begun.nonce, begun.verifier} & {again.state, again.nonce, again.verifier}
    assert "nonce" not in repr(begun) and begun.verifier not in repr(begun)


def test_the_code_is_exchanged_with_the_verifier_and_the_secret() -> None:
    http = service()
    who = finish(http)
    assert who.mail == "anna@example.org" and not who.two_factors
    sent = next(request for request in http.asked if request.method == "POST")
    body = parse_qs((sent.body or b"").decode())
    assert body["code"] == ["the-code"] and body["code_verifier"] == ["the-verifier"] and body["redirect_uri"] == [BACK]
    basic = base64.b64encode(b"outreach-1:s3cret").decode()
    assert sent.headers["Authorization"] == f"Basic {basic}" and not sent.follow
    assert all(not request.follow for request in http.asked)


@pytest.mark.parametrize(
    ("methods", "where"), [(["client_secret_post"], "body"), (["client_secret_post", "client_secret_basic"], "head")]
)
def test_the_secret_goes_the_way_the_service_takes_it(methods: list[str], where: str) -> None:
    http = service(metadata={"token_endpoint_auth_methods_supported": methods})
    finish(http)
    sent = next(request for request in http.asked if request.method == "POST")
    assert (b"client_secret=s3cret" in (sent.body or b"")) == (where == "body")


EARLY, LATE = NOW - timedelta(minutes=10), NOW + timedelta(minutes=10)
FALSE: dict[str, Callable[[], str]] = {
    "nonce": lambda: id_token({"nonce": "another"}),
    "no nonce": lambda: id_token({"nonce": None}),
    "audience": lambda: id_token({"aud": "another"}),
    "audience among others without azp": lambda: id_token({"aud": ["outreach-1", "another"]}),
    "authorized party": lambda: id_token({"aud": ["outreach-1", "another"], "azp": "another"}),
    "no audience": lambda: id_token({"aud": None}),
    "issuer": lambda: id_token({"iss": "https://evil.example"}),
    "issuer with a slash": lambda: id_token({"iss": f"{ISSUER}/"}),
    "no subject": lambda: id_token({"sub": None}),
    "expired": lambda: id_token({"exp": int(NOW.timestamp()) - 61}),
    "no expiry": lambda: id_token({"exp": None}),
    "from the future": lambda: id_token({"iat": int(LATE.timestamp()), "exp": int(LATE.timestamp()) + 300}),
    "not yet": lambda: id_token({"nbf": int(LATE.timestamp())}),
    "another's signature": lambda: id_token(key=OTHER_KEY),
    "unknown key": lambda: id_token(key=OTHER_KEY, kid="two"),
    "another kind of key": lambda: id_token(key=ECKey.generate_key("P-256"), alg="ES256"),
    "signed with the public key as a secret": lambda: by_the_public_key(),
    "changed afterwards": lambda: tampered(id_token()),
    "none": lambda: unsigned(),
    "no token": lambda: "rubbish",
    "access token of another": lambda: id_token({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
}


def part(told: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def tampered(token: str) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{part({**CLAIMS, 'email': 'boss@example.org'})}.{signature}"


def by_the_public_key() -> str:
    """What a checker takes for true that lets the token say how it is signed."""
    told = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(CLAIMS)}"
    mark = hmac.new(KEY.as_pem(private=False), told.encode(), hashlib.sha256).digest()
    return f"{told}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"


def unsigned() -> str:
    return f"{part({'alg': 'none'})}.{part(CLAIMS)}."


@pytest.mark.parametrize("name", FALSE)
def test_a_false_identity_token_lets_nobody_in(name: str) -> None:
    assert refused(service(FALSE[name]())) == "people.error.service"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"state": "another", "code": "the-code"}, "service"),
        ({"code": "the-code"}, "service"),
        ({"state": "stāvoklis", "code": "x"}, "service"),
        ({"state": "the-state", "error": "access_denied"}, "service_refused"),
        ({**GIVEN, "iss": "https://evil.example"}, "service"),
    ],
)
def test_a_false_return_is_refused_before_anything_is_asked(given: dict[str, str], key: str) -> None:
    http = service()
    assert refused(http, given) == f"people.error.{key}"
    assert not any(request.method == "POST" for request in http.asked)


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.example"}, {"token_endpoint": None}, {"token_endpoint": "http://login.example.org/token"}, {"jwks_uri": 5}],
)
def test_a_service_that_says_something_odd_of_itself_is_not_believed(metadata: dict[str, object]) -> None:
    assert refused(service(metadata=metadata)) == "people.error.service"


@pytest.mark.parametrize(
    "token",
    [
        answer("", {"error": "invalid_grant"}, 400), answer("", {}, 500), answer("", []), Answer("", 200, {}, b"<html>"),
        answer("", {}, 302, Location="https://evil.example/token"),
    ],
)
def test_a_code_that_brings_no_token_lets_nobody_in(token: Answer) -> None:
    http = RecordedHttp({**service().answers, ("POST", f"{ISSUER}/token"): token})
    assert refused(http).startswith("people.error.service")
    assert not any("evil" in request.url for request in http.asked)


def test_a_service_that_does_not_answer_is_an_error_of_the_wire() -> None:
    with pytest.raises(WireError):
        oidc.begin(RecordedHttp({}), TOLD, BACK)


@pytest.mark.parametrize(
    ("claims", "more", "mail"),
    [
        ({"email_verified": False}, {}, None),
        ({"email_verified": None}, {}, None),
        ({"email_verified": "true"}, {}, None),
        ({"email_verified": None, "xms_edov": True}, {}, "anna@example.org"),
        ({"email": None}, {"sub": "subject-7", "email": "anna@example.org", "email_verified": True}, "anna@example.org"),
        ({"email": None}, {"sub": "another", "email": "anna@example.org", "email_verified": True}, None),
        ({"email": None}, ["rubbish"], None),
        ({"email": 7}, {}, None),
    ],
)
def test_only_an_address_that_was_verified_counts(claims: dict[str, object], more: object, mail: str | None) -> None:
    assert finish(service(id_token(claims), more=more)).mail == mail


@pytest.mark.parametrize(("amr", "two"), [(None, False), ([], False), (["pwd"], False), (["pwd", "mfa"], True)])
def test_two_factors_only_where_the_service_says_so(amr: list[str] | None, two: bool) -> None:
    assert finish(service(id_token({"amr": amr}))).two_factors is two


def test_the_same_subject_of_another_service_is_another_person() -> None:
    assert oidc._subject("https://a.example", "7") != oidc._subject("https://b.example", "7")


# --- the account


def somebody(store: Store, mail: str = "anna@example.org", **other: object) -> int:
    with store.transaction() as session:
        user = User(mail=mail, name="Anna", role="comms", language="lv", theme="auto", created_at=NOW, **other)
        session.add(user)
        session.flush()
        return user.id


def account(store: Store, identity: oidc.Identity) -> int | str:
    try:
        with store.transaction() as session:
            return oidc.account_of(session, NOW, identity)
    except OutreachError as error:
        return error.key


def test_the_first_time_binds_by_address_and_later_the_subject_decides(store: Store) -> None:
    user_id = somebody(store)
    assert account(store, oidc.Identity("s1", "anna@example.org", False)) == user_id
    assert account(store, oidc.Identity("s1", None, False)) == user_id
    assert account(store, oidc.Identity("s1", "other@example.org", False)) == user_id
    assert account(store, oidc.Identity("s2", "anna@example.org", False)) == "people.error.service_nobody"
    with store.reading() as session:
        assert [row.action for row in audit.entries(session, audit.Chosen())] == ["bind"]


@pytest.mark.parametrize("identity", [oidc.Identity("s1", None, True), oidc.Identity("s1", "nobody@example.org", True)])
def test_nobody_is_made_by_it(store: Store, identity: oidc.Identity) -> None:
    somebody(store)
    assert account(store, identity) == "people.error.service_nobody"
    with store.reading() as session:
        assert len(session.scalars(select(User)).all()) == 1


@pytest.mark.parametrize("bound", [None, "s1"])
def test_an_account_that_is_switched_off_stays_shut(store: Store, bound: str | None) -> None:
    user_id = somebody(store, disabled_at=NOW, oidc_subject=bound)
    assert account(store, oidc.Identity("s1", "anna@example.org", True)) == "people.error.service_nobody"
    with store.reading() as session:
        assert session.get_one(User, user_id).oidc_subject == bound
