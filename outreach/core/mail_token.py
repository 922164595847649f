"""Access tokens for relays that want no password: Microsoft 365 (client credentials) and Google (refresh token)."""

import re
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]
from requests import RequestException

from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Http
from outreach.core.oauth import guard

_EARLY_SECONDS = 60.0  # a mail under way must not see its token end
_USUAL_SECONDS = 600.0  # where the service does not say how long one is good
_TOKEN = re.compile(r"[!-~]{1,16000}")


class AccessTokens:
    """Tokens of one account, kept until a minute before they end. Safe to share between threads.

    `url` is where they are made. With `refresh` a refresh token is shown (Google), else the program's own name and
    secret (Microsoft 365, where `scope` is ``https://outlook.office365.com/.default``). `http` is only asked when a
    token is wanted. No secret stands in an error, and none goes into a log.
    """

    def __init__(
        self,
        http: Callable[[], Http],
        *,
        url: str,
        client_id: str,
        secret: str | None,
        refresh: str | None = None,
        scope: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._url = url
        self._client_id = client_id
        self._secret = secret
        self._refresh = refresh
        self._scope = scope
        self._clock = clock
        self._token = ""
        self._ends = 0.0
        self._shown = 0
        self._lock = threading.Lock()

    def token(self) -> str:
        """One that is good for a minute more at least, unless the service gives shorter ones.

        Raises WireError `mail.token` (facts `host`, `reason`) or `mail.token_settings` (fact `missing`), both with
        stage login and never permanent: the mail can go once that is mended.
        """
        with self._lock:
            if not self._token or self._clock() >= self._ends:
                self._token, lasts = self._fetched()
                self._ends = self._clock() + lasts - _EARLY_SECONDS
                self._shown = 0
            self._shown += 1
            return self._token

    def spoilt(self, token: str) -> bool:
        """The relay refused this one: whether it is worth it to ask for another.

        It is not where a token just made was refused: then the account is not allowed in.
        """
        with self._lock:
            if token != self._token:
                return bool(self._token)
            again, self._token = self._shown > 1, ""
            return again

    def _fetched(self) -> tuple[str, float]:
        if not self._url or not self._client_id:
            missing = "client_id" if self._url else "token_url"
            raise WireError("mail.token_settings", missing=f"mail.{missing}", stage="login")
        if not (self._secret or self._refresh):
            raise WireError("mail.token_settings", missing="OUTREACH_MAIL_CLIENT_SECRET", stage="login")
        reason = ""
        told: dict[str, Any] = {}
        try:
            told = self._asked()
        except OAuthError as error:
            reason = str(error.error)
        except OutreachError as error:
            reason = error.key
        except (RequestException, ValueError, TypeError, KeyError, AttributeError) as error:
            reason = type(error).__name__
        token = told.get("access_token")
        if not reason and not (isinstance(token, str) and _TOKEN.fullmatch(token)):
            reason = "access_token"
        if reason:
            # Raised out here it has no cause: those of the library hold what was asked.
            reason = " ".join(re.sub(r"[^\w.-]+", " ", reason).split())[:60]
            raise WireError("mail.token", host=urlsplit(self._url).hostname or "", reason=reason, stage="login")
        if isinstance(told.get("refresh_token"), str):
            self._refresh = self._refresh and told["refresh_token"]
        lasts = told.get("expires_in")
        return str(token), float(lasts) if isinstance(lasts, int | float) else _USUAL_SECONDS

    def _asked(self) -> dict[str, Any]:
        # OAuth's rules leave it to the service where the secret stands; both services take it in the form.
        client = OAuth2Session(
            self._client_id,
            self._secret,
            scope=self._scope or None,
            token_endpoint_auth_method="client_secret_post" if self._secret else "none",
        )
        guard(client, self._http())
        if self._refresh:
            told = client.refresh_token(self._url, refresh_token=self._refresh)
        else:
            told = client.fetch_token(self._url, grant_type="client_credentials")
        return dict(told)
