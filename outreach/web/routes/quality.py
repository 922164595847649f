"""Quality: how often the watch is right, what it finds, which model judges, and one that waits to take over."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.charts.chart import Chart, Row
from outreach.people import audit
from outreach.web import drawn, notices
from outreach.web.visit import here, me, now, words
from scrapers import learnt, quality
from scrapers.learn import keeping
from scrapers.quality import WeekQuality

pages = Blueprint("quality", __name__)

_WEEKS = 26
_FLIPS = 50


@pages.get("/quality")
def show() -> str:
    """Precision and recall by week, the models, and people's verdicts against the watch's own."""
    app, t = here(), words()
    with app.store.reading() as session:
        weeks = quality.weekly(session, app.settings.zone, now(), _WEEKS)
        waits = learnt.candidate(session)
        flips = learnt.flips(session, waits.id, _FLIPS) if waits is not None else []
        judges = learnt.active(session)
        confused = learnt.confusion(session, now(), app.settings.zone, _WEEKS)
    chart = _chart(weeks)
    return render_template(
        "pages/quality/show.html",
        weeks=[week for week in reversed(weeks) if week.judged or week.canaries],
        chart=drawn.drawn(chart, t) if chart else None,
        waits=waits,
        flips=flips,
        judges=judges,
        scores=[(model, learnt.shares(model.scores)) for model in (judges, waits) if model is not None],
        confused=confused,
        count=_WEEKS,
    )


@pages.post("/quality/models/<int:model_id>")
def decide(model_id: int) -> Response:
    """Lets the waiting model take over, or refuses it."""
    action = request.form.get("action")
    if action not in {"accept", "refuse"}:
        abort(400)
    with here().store.transaction() as session:
        waits = learnt.candidate(session)
        done = waits is not None and waits.id == model_id
        if done:
            (keeping.accept if action == "accept" else keeping.refuse)(session, now(), me().actor, model_id)
            audit.write(session, now(), me().actor, f"{action}_model", "model", model_id)
            learnt.forget(session)
    if done:
        notices.tell("quality.told.accepted" if action == "accept" else "quality.told.refused")
        current_app.extensions["outreach.attention"].forget()
    else:
        # Somebody was quicker, or a newer one has been made; what stands now is shown.
        notices.tell("quality.told.nothing", tone="person")
    return redirect(url_for(".show"), 303)


def _chart(weeks: list[WeekQuality]) -> Chart | None:
    """Both rates by week with their intervals; None until two weeks have one."""
    told = [week for week in weeks if week.judged or week.canaries]
    if len(told) < 2:
        return None
    rows = []
    for week in weeks[weeks.index(told[0]) :]:
        for name, value, low, high in (
            ("quality.precision", week.precision, week.precision_low, week.precision_high),
            ("quality.recall", week.recall, week.recall_low, week.recall_high),
        ):
            known = value is not None
            limits = (_percent(low), _percent(high)) if known else (None, None)
            rows.append(Row(week.monday, _percent(value), name, *limits))
    return Chart("lines", "quality.chart", "quality.week", "quality.share", tuple(rows), unit="percent")


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)
