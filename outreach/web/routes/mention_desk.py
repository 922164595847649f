"""What people do with mentions: judge, mark for themselves, give to somebody, tag, write beside, count to a campaign;
and how each of these is taken back. One button speaks for the mention beside it (`one`), or for all that are ticked.
"""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.people.models import READER
from outreach.web import mention_choices, notices
from outreach.web.mention_deeds import answered, ids_said, opened, reader, tell, trouble
from outreach.web.mention_deeds import back as way_back
from outreach.web.visit import here, me, now, role
from scrapers import desk, verdicts
from scrapers import views as kept
from scrapers.desk import Deed
from scrapers.models import SENSES, VERDICTS

pages = Blueprint("mention_desk", __name__)

_MARKS = {"star": "starred", "handle": "handled", "unread": "read"}
_LONGEST_QUESTION = 2_000


@pages.post("/mentions/verdict")
def judge() -> Response | str:
    """A verdict on one mention (the button beside it) or on all that are ticked; with "wrong sense" the right one."""
    ids, verdict, sense = _said()
    if verdict == "":
        notices.tell("mentions.told.which", tone="person")
        return answered(())
    if not ids:
        notices.tell("mentions.told.none_picked", tone="person")
        return answered(())
    with here().store.transaction() as session:
        batch = verdicts.judge(session, now(), me().actor, ids, verdict, sense)
        if batch.ids:
            audit.write(
                session, now(), me().actor, "judge", "mention", batch.ids[0] if len(batch.ids) == 1 else None,
                verdict=verdict, count=len(batch.ids), **({"sense": sense} if sense else {}),
            )  # fmt: skip
    if batch.ids:
        undo = url_for("mention_desk.undo", batch=batch.name, back=way_back())
        notices.tell(f"mentions.told.{verdict or 'none'}", undo=undo, count=len(batch.ids))
    else:
        notices.tell("mentions.told.same")
    return answered(batch.ids)


@pages.post("/mentions/undo/<batch>")
def undo(batch: str) -> Response | str:
    """Takes one's own verdicts back, as far as nobody has judged since."""
    return _undone(batch)


@pages.post("/mentions/undo")
def undo_last() -> Response | str:
    """Takes one's own last verdicts back, also when their notice is gone."""
    with here().store.reading() as session:
        batch = desk.last_batch(session, me().actor)
    return _undone(batch or "")


def _undone(batch: str) -> Response | str:
    with here().store.transaction() as session:
        undone = verdicts.undo(session, now(), me().actor, batch)
        if undone.ids:
            audit.write(session, now(), me().actor, "undo", "mention", count=len(undone.ids))
    if undone.ids:
        notices.tell("mentions.told.undone", count=len(undone.ids))
    if undone.overtaken:
        notices.tell("mentions.told.overtaken", tone="person", count=len(undone.overtaken))
    if not undone.ids and not undone.overtaken:
        notices.tell("mentions.told.nothing_to_undo", tone="person")
    return answered(undone.ids)


@pages.post("/mentions/mark")
def mark() -> Response | str:
    """A star, "done with" or "unread", for one's own eyes: set, or taken away where all of them have it."""
    ids, action = _single_or_ticked()
    kind = _MARKS.get(action)
    if kind is None:
        abort(400)
    told = reader()
    with here().store.transaction() as session:
        states = desk.states(session, told.id, told.since, ids)
        on = False if kind == "read" else not all(getattr(one, kind) for one in states)
        deed = desk.mark(session, now(), told.id, ids, kind, on)
    tell(deed, f"mentions.told.{kind if on else f'not_{kind}'}")
    return answered(deed.ids)


@pages.post("/mentions/assign")
def assign() -> Response | str:
    """Gives mentions to somebody of the office, or to nobody."""
    given = request.form.get("to", "")
    with here().store.reading() as session:
        people = dict(mention_choices.offered(session, reader().id).people)
    if given and not (given.isascii() and given.isdigit() and int(given) in people):
        abort(400)
    account = int(given) if given else None

    def do(session: Session, ids: list[int]) -> Deed:
        return desk.assign(session, ids, account)

    key = "mentions.told.assigned" if account else "mentions.told.not_assigned"
    return _do("assign", do, key, name=people.get(account or 0, ""))


@pages.post("/mentions/tag")
def tag() -> Response | str:
    """Puts a tag on mentions, or takes one off (the button beside it: `off`, its number and the tag)."""
    off = request.form.get("off", "")
    if off:
        number, _, word = off.partition(":")
        return _do(
            "tag", lambda session, ids: desk.untag(session, ids, word), "mentions.told.untagged", [number], word=word
        )
    word = request.form.get("tag", "")
    return _do(
        "tag",
        lambda session, ids: desk.tag(session, now(), me().actor, ids, word),
        "mentions.told.tagged",
        word=" ".join(word.split()),
    )


@pages.post("/mentions/note")
def note() -> Response | str:
    """Writes something beside mentions."""
    said = request.form.get("note", "")
    return _do("note", lambda session, ids: desk.note(session, now(), me().actor, ids, said), "mentions.told.noted")


@pages.post("/mentions/<int:mention_id>/notes/<int:note_id>/drop")
def drop_note(mention_id: int, note_id: int) -> Response:
    """Takes one's own note away."""
    with here().store.transaction() as session:
        if not desk.unnote(session, me().actor, note_id):
            abort(404)
        audit.write(session, now(), me().actor, "note", "mention", mention_id, dropped=1)
    notices.tell("mentions.told.note_dropped")
    return redirect(url_for("mentions.one", mention_id=mention_id), 303)


@pages.post("/mentions/campaign")
def campaign() -> Response | str:
    """Counts mentions to a campaign, or no longer (`off`: the mention's number and the campaign's)."""
    off = request.form.get("off", "")
    told, given = ([off.partition(":")[0]], off.partition(":")[2]) if off else (None, request.form.get("campaign", ""))
    with here().store.reading() as session:
        names = dict(mention_choices.offered(session, reader().id).campaigns)
    if not (given.isascii() and given.isdigit()) or int(given) not in names:
        abort(400)
    number = int(given)

    def do(session: Session, ids: list[int]) -> Deed:
        return desk.untie(session, ids, number) if off else desk.tie(session, now(), me().actor, ids, number)

    return _do("campaign", do, f"mentions.told.{'untied' if off else 'tied'}", told, name=names[number])


@pages.post("/mentions/back")
def back() -> Response | str:
    """Takes one's own deed back: what it changed stands as before, but for what somebody has changed since."""
    deed = opened(request.args.get("deed", ""))
    if deed is None:
        notices.tell("mentions.told.nothing_to_undo", tone="person")
        return answered(())
    is_own = deed.kind in _MARKS.values()
    if not is_own and role() == READER:
        abort(403)
    with here().store.transaction() as session:
        ids = desk.back(session, now(), reader().id, me().actor, deed)
        if ids and not is_own:
            audit.write(session, now(), me().actor, "undo", "mention", count=len(ids))
    if ids:
        notices.tell("mentions.told.undone", count=len(ids))
    else:
        notices.tell("mentions.told.nothing_to_undo", tone="person")
    return answered(ids)


@pages.post("/mentions/views")
def keep_view() -> Response:
    """Keeps the filter of the page under a name."""
    asked, shared = request.form.get("asked", "")[:_LONGEST_QUESTION], bool(request.form.get("shared"))
    name = request.form.get("name", "")
    try:
        with here().store.transaction() as session:
            number = kept.keep(session, now(), reader().id, name, asked, shared=shared)
            audit.write(session, now(), me().actor, "add", "view", number, shared=int(shared))
        notices.tell("mentions.told.view_kept", name=" ".join(name.split()))
    except OutreachError as error:
        trouble(error)
    return redirect(way_back(), 303)


@pages.post("/mentions/views/<int:view_id>")
def change_view(view_id: int) -> Response:
    """Shares one's own view, takes it back to oneself, moves it up or down, or deletes it."""
    action, account = request.form.get("action", ""), reader().id
    deeds: dict[str, Callable[[Session], bool]] = {
        "share": lambda session: kept.share(session, account, view_id, True),
        "unshare": lambda session: kept.share(session, account, view_id, False),
        "up": lambda session: kept.move(session, account, view_id, -1),
        "down": lambda session: kept.move(session, account, view_id, 1),
        "drop": lambda session: kept.drop(session, account, view_id),
    }
    if action not in deeds:
        abort(400)
    with here().store.transaction() as session:
        done = deeds[action](session)
        if done:
            audit.write(session, now(), me().actor, "delete" if action == "drop" else "change", "view", view_id)
    if done and action == "drop":
        notices.tell("mentions.told.view_dropped")
    return redirect(way_back(), 303)


def _do(
    action: str, do: Callable[[Session, list[int]], Deed], key: str, told: list[str] | None = None, **facts: str
) -> Response | str:
    """One deed of the office on the form's mentions, with its line in the trail."""
    ids = ids_said(told)
    if not ids:
        notices.tell("mentions.told.none_picked", tone="person")
        return answered(())
    try:
        with here().store.transaction() as session:
            deed = do(session, ids)
            if deed.ids:
                audit.write(
                    session, now(), me().actor, action, "mention", deed.ids[0] if len(deed.ids) == 1 else None,
                    count=len(deed.ids),
                )  # fmt: skip
    except OutreachError as error:
        trouble(error)
        return answered(())
    tell(deed, key, **facts)
    return answered(deed.ids)


def _single_or_ticked() -> tuple[list[int], str]:
    """The mentions and the deed of the form; a button beside a mention speaks for it alone, whatever is ticked."""
    number, _, action = request.form.get("one", "").partition(":")
    return (ids_said([number]), action) if number else (ids_said(), request.form.get("action", ""))


def _said() -> tuple[list[int], str | None, str | None]:
    """Ids, verdict and sense of the form. The verdict is None where it is to be taken away, and empty where none was
    chosen.
    """
    ids, said = _single_or_ticked()
    verdict, _, sense = said.partition(".")
    if verdict not in {*VERDICTS, "none", ""} or (sense and (verdict != "wrong_sense" or sense not in SENSES)):
        abort(400)
    return ids, None if verdict == "none" else verdict, sense or None
