"""The editor of a topic as a page: what is typed or saved, what is wrong with it, its words and forms, its trial."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import abort, render_template, request

from outreach.core.errors import OutreachError
from outreach.people import users
from outreach.web import topicform
from outreach.web.topicform import Trouble, Typed
from outreach.web.visit import here, words
from outreach.work import WorkSeen
from outreach.works import reread_archive
from scrapers.topics import book, formtable, reading, tryout
from scrapers.topics.draft import Draft, checked, lists_of
from scrapers.topics.formtable import WordForms
from scrapers.topics.reading import TopicSeen, VersionSeen
from scrapers.topics.tryout import Trial


@dataclass(frozen=True)
class Looked:
    """What is wrong with what is typed, or its words as typed; those that stand open with their forms. `entries`: how
    much each list holds.
    """

    trouble: Trouble | None = None
    words: Sequence[str] = ()
    open: Mapping[str, WordForms] = field(default_factory=dict)
    entries: Mapping[str, int] = field(default_factory=dict)


def looked_at(sent: Typed, *, whole: bool) -> Looked:
    """`whole`: every word is told in its forms too, which takes a moment and finds what is too much."""
    app, t = here(), words()
    if not sent.query:
        return Looked()
    lists = lists_of(app.office)
    languages = sent.draft.languages if sent.draft is not None else ()
    try:
        told = formtable.words_of(sent.query)
        if whole:
            checked(Draft("?", sent.query, languages=languages, off=sent.off), app.office)
        opened = [formtable.forms_of(one, lists, languages, sent.off) for one in told if one in sent.open]
    except OutreachError as error:
        return Looked(topicform.trouble_of(error, sent.query, t))
    if opened:
        with app.store.reading() as session:
            opened = [formtable.counted(session, one) for one in opened]
    entries = {f"{{{name}}}": len(one.entries) for name, one in lists.items()}
    return Looked(None, told, {one.typed: one for one in opened}, entries)


def editor(
    topic: TopicSeen | None,
    *,
    sent: Typed | None = None,
    error: OutreachError | None = None,
    trial: Trial | None = None,
    running: WorkSeen | None = None,
    seen: Mapping[str, object] | None = None,
) -> str:
    """The whole page: of a new topic (None), of the one in force, of an older `version` that the address names, or of
    what was `sent`, with the `error` that came of it, a trial, or the forms `seen` of some word.
    """
    app, t = here(), words()
    shown = topic.version if topic is not None else None
    rows: list[VersionSeen] = []
    latest, people = None, []
    if topic is not None:
        with app.store.reading() as session:
            rows = reading.versions(session, topic.id)
            latest = reread_archive.latest_for(session, topic.id)
            people = users.every(session)
        if sent is None and request.args.get("version"):
            shown = version_in(rows, request.args["version"], topic.version.number)
    if sent is None:
        draft = shown.draft if shown is not None else Draft("", "")
        state = Typed(draft, None, draft.query, draft.off, (), "")
        fields = topicform.drawn(t, app.office, shown)
    else:
        state, fields = sent, sent.shown
    looked = looked_at(state, whole=sent is not None)
    if error is not None and sent is not None:
        fields = sent.with_error(error, t)
        if looked.trouble is None and any(one.error for one in fields if one.name == "query"):
            looked = Looked(topicform.trouble_of(error, sent.query, t))
    return render_template(
        "pages/topics/one.html",
        topic=topic,
        name=called(topic) if topic is not None else t("topics.new"),
        shown=shown,
        fields={one.name: one for one in fields},
        errors=[one for one in fields if one.error and one.name != "query"],
        looked=looked,
        sent=state,
        query=state.query,
        versions=rows,
        latest=latest,
        people=[user for user in people if user.state == "active"],
        trial=trial,
        running=running,
        seen=seen or {"asked": "", "word": None, "trouble": ""},
        lists=_lists(),
        periods=tryout.PERIODS,
        is_office=reading.is_office,
        broken=topic is not None and topic.id in book.book_of(app).broken,
    )


def _lists() -> list[tuple[str, tuple[str, ...], int]]:
    """The office's named lists: name, other names, how much each holds."""
    held = {one.name: one for one in lists_of(here().office).values()}
    return [(one.name, one.aliases, len(one.entries)) for one in held.values()]


def version_in(rows: list[VersionSeen], asked: str | None, otherwise: int) -> VersionSeen:
    """The version that is asked for; a page that is not there for one that is none."""
    number = int(asked) if asked and asked.isdecimal() and len(asked) < 10 else otherwise
    found = next((row for row in rows if row.number == number), None)
    if found is None:
        abort(404)
    return found


def called(topic: TopicSeen) -> str:
    """A topic's name in the reader's language."""
    return reading.called(topic.key, topic.name, words().language, here().office)
