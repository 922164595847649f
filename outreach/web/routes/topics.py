"""Topics: the list, the editor with its forms and its trial, versions beside each other."""

import json
from dataclasses import replace
from datetime import datetime, time, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach import work
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit, users
from outreach.web import notices, topicform
from outreach.web.topiceditor import called, editor, looked_at, version_in
from outreach.web.topicform import Typed
from outreach.web.visit import here, me, now, words
from outreach.work import WorkSeen
from outreach.works import reread_archive
from outreach.works.try_topic import TryTopic
from scrapers import revisions
from scrapers.topics import book, editing, formtable, reading, tryout
from scrapers.topics.draft import Draft, checked, lists_of
from scrapers.topics.editing import Saved
from scrapers.topics.reading import TopicSeen
from scrapers.topics.tryout import Trial

pages = Blueprint("topics", __name__)

Answer = str | tuple[str, int] | Response
_DAYS = 30


@pages.get("/topics")
def index() -> str:
    """The topics in the office's order, each with its last thirty days; or those that are archived."""
    archived = bool(request.args.get("archived"))
    app = here()
    edges = _edges()
    with app.store.reading() as session:
        rows = reading.every(session, archived=archived)
        counts = reading.counts(session, [row.id for row in rows], edges)
        under_way = reread_archive.under_way(session)
        others = len(reading.every(session, archived=True)) if not archived else 0
    return render_template(
        "pages/topics/index.html",
        rows=rows,
        names={row.id: called(row) for row in rows},
        strips={number: topicform.bars(told) for number, told in counts.items()},
        totals={number: sum(told) for number, told in counts.items()},
        under_way=under_way,
        broken=book.book_of(app).broken,
        archived=archived,
        others=others,
        is_office=reading.is_office,
    )


@pages.get("/topics/new")
def new() -> str:
    """An empty editor."""
    return editor(None)


@pages.post("/topics")
def create() -> Answer:
    """Saves a new topic and has the archive read for it."""
    sent = _typed(None)
    if sent.draft is None:
        return editor(None, sent=sent), 422
    app = here()
    try:
        with app.store.transaction() as session:
            saved = editing.create(
                session, now(), me().actor, sent.draft, app.office, note=sent.note, owner=me().actor
            )
            audit.write(session, now(), me().actor, "create", "topic", saved.topic_id, name=sent.draft.name)
            _reread(session, saved)
    except OutreachError as error:
        return editor(None, sent=sent, error=error), 422
    book.forget(app)
    notices.tell("topics.told.created", name=sent.draft.name)
    return redirect(url_for(".one", topic_id=saved.topic_id), 303)


@pages.get("/topics/<int:topic_id>")
def one(topic_id: int) -> str:
    """The editor of a topic; with `version` filled with an older one, not in force until it is saved."""
    return editor(_topic(topic_id))


@pages.post("/topics/<int:topic_id>")
def save(topic_id: int) -> Answer:
    """Saves what is typed as a new version; the archive is read for it where it finds something else."""
    topic = _topic(topic_id)
    sent = _typed(topic)
    if sent.draft is None:
        return editor(topic, sent=sent), 422
    app, upon = here(), request.form.get("upon", "")
    try:
        with app.store.transaction() as session:
            saved = editing.save(
                session, now(), me().actor, topic_id, sent.draft, app.office, note=sent.note,
                upon=int(upon) if upon.isdecimal() and len(upon) < 10 else None,
            )  # fmt: skip
            if saved.new:
                audit.write(session, now(), me().actor, "save", "topic", topic_id, number=saved.number)
                _reread(session, saved)
    except OutreachError as error:
        return editor(topic, sent=sent, error=error), 422
    return _saved(topic_id, saved)


@pages.post("/topics/check")
def check() -> Answer:
    """What is typed, looked at: what is wrong with it, or the words it looks for; `toggle` opens or closes one of
    them. Keeps nothing.
    """
    topic = _asked()
    sent, name = _typed(topic), request.form.get("toggle")
    if name:
        open_ = tuple(one for one in sent.open if one != name) if name in sent.open else (*sent.open, name)
        sent = replace(sent, open=open_)
    if not _is_part():
        return editor(topic, sent=sent)
    looked = looked_at(sent, whole=not name)
    return render_template("pages/topics/checked.html", looked=looked, sent=sent, query=sent.query)


@pages.post("/topics/forms")
def forms() -> Answer:
    """Every form of a word that somebody wonders about. Keeps nothing."""
    topic = _asked()
    sent = _typed(topic)
    asked = " ".join(request.form.get("see", "").replace('"', " ").split())[:120].lstrip("~=*")
    word, trouble = None, ""
    if asked:
        try:
            word = formtable.forms_of(f'~"{asked}"', lists_of(here().office))
            with here().store.reading() as session:
                word = formtable.counted(session, word)
        except OutreachError:
            trouble = words()("topics.forms.none", word=asked)
    seen = {"asked": asked, "word": word, "trouble": trouble}
    if _is_part():
        return render_template("pages/topics/seen.html", seen=seen)
    return editor(topic, sent=sent, seen=seen)


@pages.post("/topics/try")
def try_out() -> Answer:
    """Tries out what is typed: at once where it is a matter of a moment, else as long work. Keeps nothing."""
    app, topic = here(), _asked()
    sent = _typed(topic)
    days = next((days for days in tryout.PERIODS if str(days) == request.form.get("days")), tryout.PERIODS[0])
    draft = sent.draft or Draft("", sent.query, off=sent.off)
    try:
        draft = checked(replace(draft, name=draft.name or "?"), app.office)
    except OutreachError as error:
        if _is_part():
            trouble = topicform.trouble_of(error, sent.query, words())
            return render_template("pages/topics/untried.html", trouble=trouble)
        return editor(topic, sent=sent, error=error), 422
    with app.store.reading() as session:
        size = tryout.period(session, now(), days).size
    if size <= tryout.AT_HAND:
        saved = topic.version.draft if topic is not None else None
        trial, running = tryout.run(app.store, app.office, draft, saved, now(), days), None
    else:
        trial, running = None, _begin(TryTopic.of(draft, topic.id if topic is not None else 0, days))
    if _is_part():
        return render_template("pages/topics/tried.html", trial=trial, running=running, topic=topic)
    return editor(topic, sent=sent, trial=trial, running=running)


@pages.get("/topics/tried")
def tried() -> str:
    """A trial that is long work: how far it is, or what came of it."""
    running, trial = _trial(request.args.get("work", ""))
    topic = _found(int(running.asked["topic"])) if running.asked["topic"] else None
    template = "pages/topics/tried.html" if request.args.get("part") else "pages/topics/trial.html"
    return render_template(template, trial=trial, running=running, topic=topic)


@pages.get("/topics/<int:topic_id>/versions")
def versions(topic_id: int) -> str:
    """Two versions beside each other: the one in force and the one before it, unless others are asked for."""
    topic = _topic(topic_id)
    with here().store.reading() as session:
        rows = reading.versions(session, topic_id)
    right = version_in(rows, request.args.get("right"), topic.version.number)
    left = version_in(rows, request.args.get("left"), max(1, right.number - 1))
    return render_template(
        "pages/topics/versions.html",
        topic=topic,
        name=called(topic),
        rows=rows,
        left=left,
        right=right,
        differs=topicform.differences(left.draft, right.draft),
        pieces=revisions.difference(left.draft.query, right.draft.query),
        is_office=reading.is_office,
    )


@pages.post("/topics/<int:topic_id>/bring-back")
def bring_back(topic_id: int) -> Response:
    """Puts an older version in force again, as a new one."""
    number = request.form.get("number", "")
    if not (number.isdecimal() and len(number) < 10):
        abort(400)
    app = here()
    try:
        with app.store.transaction() as session:
            note = words()("topics.note.brought_back", number=number)
            saved = editing.bring_back(session, now(), me().actor, topic_id, int(number), app.office, note=note)
            if saved.new:
                audit.write(session, now(), me().actor, "bring_back", "topic", topic_id, number=int(number))
                _reread(session, saved)
    except OutreachError as error:
        return _refused(topic_id, error)
    return _saved(topic_id, saved)


@pages.post("/topics/<int:topic_id>/archive")
def archive(topic_id: int) -> Response:
    """Takes the topic out of use; what it found stays. Undone by restoring it."""
    _topic(topic_id)
    with here().store.transaction() as session:
        if editing.archive(session, now(), topic_id):
            audit.write(session, now(), me().actor, "archive", "topic", topic_id)
    book.forget(here())
    notices.tell("topics.told.archived", undo=url_for(".restore", topic_id=topic_id))
    return redirect(url_for(".index"), 303)


@pages.post("/topics/<int:topic_id>/restore")
def restore(topic_id: int) -> Response:
    """Takes an archived topic into use again, and has the archive read for what came meanwhile."""
    topic = _topic(topic_id)
    try:
        with here().store.transaction() as session:
            if editing.restore(session, topic_id):
                audit.write(session, now(), me().actor, "restore", "topic", topic_id)
                _reread(session, Saved(topic_id, topic.version.number, new=False, reread=True))
    except OutreachError as error:
        return _refused(topic_id, error)
    book.forget(here())
    notices.tell("topics.told.restored")
    return redirect(url_for(".one", topic_id=topic_id), 303)


@pages.post("/topics/<int:topic_id>/move")
def move(topic_id: int) -> Response:
    """One place up or down in the list."""
    _topic(topic_id)
    with here().store.transaction() as session:
        if editing.move(session, topic_id, "down" if request.form.get("way") == "down" else "up"):
            audit.write(session, now(), me().actor, "move", "topic", topic_id)
    return redirect(url_for(".index") + f"#topic-{topic_id}", 303)


@pages.post("/topics/<int:topic_id>/owner")
def give(topic_id: int) -> Response:
    """Names who looks after the topic: one of the office's people, or nobody."""
    _topic(topic_id)
    with here().store.transaction() as session:
        mail = request.form.get("owner", "")
        owner = mail if mail in {user.mail for user in users.every(session)} else ""
        editing.give(session, topic_id, owner)
        audit.write(session, now(), me().actor, "give", "topic", topic_id, owner=owner)
    notices.tell("topics.told.given" if owner else "topics.told.given_nobody", owner=owner)
    return redirect(url_for(".one", topic_id=topic_id), 303)


@pages.post("/topics/<int:topic_id>/reread")
def reread(topic_id: int) -> Response:
    """Has the archive read for the topic once more, from where it was called off."""
    topic = _topic(topic_id)
    with here().store.transaction() as session:
        _reread(session, Saved(topic_id, topic.version.number, new=False, reread=True))
    return redirect(url_for(".one", topic_id=topic_id), 303)


def _edges() -> list[datetime]:
    """The beginnings of the last thirty days of the office, and the end of today."""
    zone = here().settings.zone
    today = local_day(now(), zone)
    days = [today - timedelta(days=back) for back in range(_DAYS - 1, -2, -1)]
    return [datetime.combine(day, time.min, tzinfo=zone) for day in days]


def _topic(topic_id: int) -> TopicSeen:
    topic = _found(topic_id)
    if topic is None:
        abort(404)
    return topic


def _found(topic_id: int) -> TopicSeen | None:
    with here().store.reading() as session:
        return reading.one(session, topic_id)


def _asked() -> TopicSeen | None:
    """The topic that the form is of, None for a new one."""
    told = request.form.get("topic", "")
    return _topic(int(told)) if told.isdecimal() and 0 < len(told) < 10 else None


def _typed(topic: TopicSeen | None) -> Typed:
    return topicform.typed(
        request.form, words(), here().office, topic.version.draft if topic is not None else None
    )


def _is_part() -> bool:
    return request.headers.get("HX-Request") == "true"


def _reread(session: Session, saved: Saved) -> None:
    """Has the archive read for a version, in the visitor's name."""
    person = me()
    if saved.reread:
        number = reread_archive.begin(
            session, now(), person.user_id, person.actor, person.language, saved.topic_id
        )
        audit.write(session, now(), person.actor, "ask", "work", number, kind="reread_archive")


def _saved(topic_id: int, saved: Saved) -> Response:
    book.forget(here())
    if not saved.new:
        notices.tell("topics.told.same", tone="person")
    elif saved.reread:
        notices.tell("topics.told.saved", number=saved.number)
    else:
        notices.tell("topics.told.saved_name", number=saved.number)
    return redirect(url_for(".one", topic_id=topic_id), 303)


def _refused(topic_id: int, error: OutreachError) -> Response:
    notices.tell("topics.told.refused", tone="person", reason=words().error(error))
    return redirect(url_for(".one", topic_id=topic_id), 303)


def _begin(asked: TryTopic) -> WorkSeen | None:
    person = me()
    with here().store.transaction() as session:
        number = work.ask(session, now(), person.user_id, person.actor, person.language, asked)
        audit.write(session, now(), person.actor, "ask", "work", number, kind=asked.kind)
        return work.seen(session, number)


def _trial(asked: str) -> tuple[WorkSeen, Trial | None]:
    if not (asked.isdecimal() and len(asked) < 10):
        abort(404)
    with here().store.reading() as session:
        row = work.seen(session, int(asked))
    if row is None or row.kind != TryTopic.kind or row.user_id != me().user_id:
        abort(404)
    path = work.folder(here()) / (row.file or "")
    if not (row.file and path.is_file()):
        return row, None
    try:
        return row, Trial.of_json(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, TypeError, KeyError):
        abort(404)
