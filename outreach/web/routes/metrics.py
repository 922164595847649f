"""Figures for a monitoring program; off unless the settings say otherwise."""

import hmac

from flask import Blueprint, Response, abort, request

from outreach.core.settings import secret
from outreach.web.visit import address, here

pages = Blueprint("metrics", __name__)

_NEAR = frozenset({"127.0.0.1", "::1"})


@pages.get("/metrics")
def show() -> Response:
    """For whoever has the token; where none is set, for this machine alone. For others it is not there."""
    from outreach import metrics  # few offices ask

    app = here()
    if not app.settings.metrics.on or not _may():
        abort(404)
    return Response(metrics.exposition(app), content_type=metrics.TYPE)


def _may() -> bool:
    token = secret("OUTREACH_METRICS_TOKEN")
    if token is None:
        return address() in _NEAR
    kind, _, told = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(told.strip().encode(), token.encode())
