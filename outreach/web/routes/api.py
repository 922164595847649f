"""The interface for other programs: read in pages, by token or session; one address by which portals bring inquiries
in; and the page that explains it.

Families and single inquiries can be read nowhere in it.
"""

import logging
import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from apiflask import APIBlueprint, APIFlask, HTTPError
from flask import Response, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.json.provider import DefaultJSONProvider
from marshmallow import RAISE
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from campaigns import exchange as planned
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people.tokens import CREATES, SCOPES
from outreach.web import access
from outreach.web.api import answered, asked, calling, creating, document, explained, figures
from outreach.web.api.problems import Problem
from outreach.web.visit import here, now, role, words
from scrapers import exchange as heard

log = logging.getLogger("outreach.web")

api = APIBlueprint("api", __name__, url_prefix="/api", tag="api")
pages = api

_PAGE = "api.page"
_CREATING = "api.inquiries"
_OTHERS: dict[int, str] = {
    304: "api.answer.same",
    401: "api.status.401",
    403: "api.status.403",
    422: "api.status.422",
    429: "api.status.429",
}


@api.record_once
def _prepare(state: BlueprintSetupState) -> None:
    assert isinstance(state.app, APIFlask)
    state.app.extensions["outreach.api"] = calling.Allowance()
    state.app.extensions["outreach.api.creating"] = calling.Allowance(calling.CREATED_A_MINUTE)
    if isinstance(state.app.json, DefaultJSONProvider):
        # Latvian as it is written, and fields in the order in which they are promised.
        state.app.json.ensure_ascii = state.app.json.sort_keys = False
    state.app.config.update(
        AUTO_SERVERS=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        HTTP_ERROR_SCHEMA=document.PROBLEM,
    )


@api.before_request
def _admit() -> AnyResponse | None:
    endpoint = request.endpoint or ""
    if endpoint == "api.nothing":
        return None
    if endpoint != _PAGE:
        g.caller = calling.admit(endpoint)
        if endpoint == _CREATING:
            creating.check_body()
        return None
    if role() in access.roles_of(endpoint, request.method):
        return None
    if role() == access.STRANGER:
        return redirect(url_for("doors.sign_in", next=url_for(_PAGE)), 303)
    return Response(render_template("pages/error.html", told=words()("public.error.role")), 403)


@api.after_request
def _tagged(response: Response) -> Response:
    if request.endpoint == _PAGE:
        return response
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if response.status_code == 200 and request.method in {"GET", "HEAD"}:
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = "Authorization, Cookie, Accept-Language"
        # Weak: the same rows, compressed or not.
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response


@api.get("")
@api.doc(hide=True)
def page() -> str:
    """The page that explains the interface, drawn from its own document."""
    t = words()
    told = document.drawn(t)
    return render_template(
        "pages/api/page.html",
        resources=explained.resources(told, SCOPES),
        creating=explained.creating(told, CREATES, creating.EXAMPLE),
        limits={
            "minute": calling.A_MINUTE,
            "most": asked.MOST,
            "usual": asked.USUAL,
            "created": calling.CREATED_A_MINUTE,
            "kilobytes": creating.MOST_BYTES // 1024,
        },
        address=here().settings.web.public_url,
        call=explained.call,
    )


@api.get("/v1/openapi.json", endpoint="document")
@api.doc(hide=True)
def openapi() -> dict[str, Any]:
    """The document itself."""
    return document.drawn(words())


def _resource(scope: str) -> dict[str, Any]:
    """What the document says of a resource, besides what is asked and answered."""
    return {
        "summary": f"api.resource.{scope}.summary",
        "description": f"api.resource.{scope}.about",
        "tags": [scope],
        "operation_id": scope,
        "security": [{"token": [scope]}, {"session": []}],
        "responses": _OTHERS,
    }


@api.get("/v1/mentions")
@api.input(asked.MentionsAsked, location="query", arg_name="given", unknown=RAISE)
@api.output(answered.MentionsAnswer, description="api.answer.page")
@api.doc(**_resource("mentions"))
def mentions(given: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Mentions, the newest first."""
    wanted = heard.MentionsWanted(
        **{name: given[name] for name in heard.MentionsWanted.__dataclass_fields__}
    )
    with here().store.reading() as session:
        rows, before = heard.mentions(session, wanted, given["cursor"], given["limit"])
    return _page(rows, before)


@api.get("/v1/stories")
@api.input(asked.StoriesAsked, location="query", arg_name="given", unknown=RAISE)
@api.output(answered.StoriesAnswer, description="api.answer.page")
@api.doc(**_resource("stories"))
def stories(given: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Stories, the newest first."""
    with here().store.reading() as session:
        rows, before = heard.stories(session, given["since"], given["until"], given["cursor"], given["limit"])
    return _page(rows, before)


@api.get("/v1/campaigns")
@api.input(asked.CampaignsAsked, location="query", arg_name="given", unknown=RAISE)
@api.output(answered.CampaignsAnswer, description="api.answer.page")
@api.doc(**_resource("campaigns"))
def campaigns(given: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Campaigns, the newest first."""
    with here().store.reading() as session:
        rows, before = planned.campaigns(session, given["since"], given["until"], given["cursor"], given["limit"])
    return _page(rows, before)


@api.get("/v1/deliveries")
@api.input(asked.DeliveriesAsked, location="query", arg_name="given", unknown=RAISE)
@api.output(answered.DeliveriesAnswer, description="api.answer.page")
@api.doc(**_resource("deliveries"))
def deliveries(given: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Deliveries, the newest first."""
    wanted = planned.DeliveriesWanted(
        **{name: given[name] for name in planned.DeliveriesWanted.__dataclass_fields__}
    )
    with here().store.reading() as session:
        rows, before = planned.deliveries(session, wanted, given["cursor"], given["limit"])
    return _page(rows, before)


@api.get("/v1/figures", endpoint="figures")
@api.input(asked.FiguresAsked, location="query", arg_name="given", unknown=RAISE)
@api.output(answered.FiguresAnswer, description="api.answer.figures")
@api.doc(**_resource("figures"))
def told_figures(given: dict[str, Any]) -> figures.Figures:
    """Counts by day, and inquiries by source."""
    zone = here().settings.zone
    last = given["until"] or local_day(now(), zone)
    first = given["since"] or last - timedelta(days=figures.USUAL_DAYS - 1)
    if not (first <= last and last - first < timedelta(days=figures.MOST_DAYS)):
        raise Problem(422, "api.error.span", count=figures.MOST_DAYS)
    with here().store.reading() as session:
        return figures.figures(session, first, last, zone)


@api.post("/v1/inquiries", endpoint="inquiries")
@api.input(asked.Asked, location="query", arg_name="asking", unknown=RAISE)
@api.input(creating.KeyGiven, location="headers", arg_name="headed")
@api.input(creating.InquiryGiven, location="json", arg_name="given", unknown=RAISE)
@api.output(creating.InquiryAnswer, status_code=201, description="api.answer.created")
@api.doc(
    summary="api.resource.inquiries.summary",
    description="api.resource.inquiries.about",
    tags=["inquiries"],
    operation_id=CREATES,
    security=[{"token": [CREATES]}],
    responses={
        200: "api.answer.known",
        **{status: key for status, key in _OTHERS.items() if status != 304},
        409: "api.status.409",
        413: "api.status.413",
    },
)
def create_inquiry(
    asking: dict[str, Any], headed: dict[str, Any], given: dict[str, Any]  # noqa: ARG001  (the language, for `words`)
) -> tuple[creating.Created, int]:
    """Takes an inquiry in; the same again is told its number and makes nothing."""
    made = creating.create(g.caller, given, headed["key"])
    return made, 201 if made.new else 200


@api.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@api.doc(hide=True)
def nothing(rest: str) -> Response:
    """What is not there says so as the rest of the interface speaks; what is there is only read."""
    if rest == "v1/inquiries":
        raise Problem(405, "api.error.only_post", headers={"Allow": "POST"})
    there = request.method != "GET" and rest in {"v1/openapi.json", *(f"v1/{scope}" for scope in SCOPES)}
    if there:
        raise Problem(405, "api.error.only_get", headers={"Allow": "GET, HEAD"})
    raise Problem(404, "api.error.nowhere")


def _page(rows: Sequence[object], before: int | None) -> tuple[dict[str, Any], int, dict[str, str]]:
    following = None
    if before is not None:
        following = f"{request.path}?{urlencode({**request.args.to_dict(), 'cursor': before})}"
    return {"items": rows, "next": following}, 200, {"Link": f'<{following}>; rel="next"'} if following else {}


@api.errorhandler(Problem)
def _told(problem: Problem) -> Response:
    return problem.response()


@api.errorhandler(HTTPError)
def _unfit(error: HTTPError) -> Response:
    """An argument that does not fit: each is named, with what it takes."""
    t = words()
    detail = error.detail if isinstance(error.detail, dict) else {}
    named = sorted({str(name) for where in detail.values() if isinstance(where, dict) for name in where})
    if not named or "_schema" in named:
        return Problem(422, "api.error.body").response()
    own = {"since": "first_day", "until": "last_day"} if request.endpoint == "api.figures" else {}
    known = {name: f"api.argument.{own.get(name, name)}" for name in named}
    if request.endpoint == _CREATING:
        told = {name: f"api.given.{name.casefold().replace('-', '_')}" for name in named}
        known = {name: key if t.knows(key) else known[name] for name, key in told.items()}
    fields = {name: t(key) if t.knows(key) else t("api.error.unknown") for name, key in known.items()}
    return Problem(422, "api.error.argument", fields=fields, names=", ".join(named)).response()


@api.errorhandler(HTTPException)
def _refused(error: HTTPException) -> Response | AnyResponse:
    if error.code is None or error.code < 400:
        return error.get_response()
    status = error.code if words().knows(f"api.status.{error.code}") else 400
    return Problem(status, f"api.status.{status}").response()


@api.errorhandler(OutreachError)
def _troubled(error: OutreachError) -> Response:
    reference = os.urandom(4).hex()
    log.warning("page.trouble", extra={"reference": reference, "error": error.key})
    return Problem(503, "api.error.store", reference=reference).response()


@api.errorhandler(Exception)
def _broken(error: Exception) -> Response:
    reference = os.urandom(4).hex()
    log.error("page.broke", extra={"reference": reference, "path": request.path}, exc_info=error)
    return Problem(500, "api.error.broken", reference=reference).response()
