"""learn: the model that learns from people's verdicts: make one, look at it, let it take over or turn it down."""

import getpass
from collections.abc import Mapping
from typing import Any

import click

from outreach.commands.frame import NUMBER, Command, Group, Shell, as_json, print_json, shell
from outreach.core.errors import OutreachError
from outreach.core.office import read_office

_MOST_SHOWN = 20


@click.group(cls=Group)
def learn() -> None:
    pass


@learn.command(cls=Command)
@click.option("--anew", is_flag=True)
@click.option("--start", is_flag=True)
def train(anew: bool, start: bool) -> None:
    told = shell()
    if start:
        _make_start(told)
        return
    from scrapers import learnt
    from scrapers.learn import nightly

    with told.app() as app:
        number = nightly.learn(app, again=anew)
        if number is None:
            told.say("learn.nothing")
            return
        with app.store.reading() as session:
            waits = learnt.candidate(session)
            row = waits or learnt.active(session)
    if row is None or row.id != number:
        return  # another one was made meanwhile
    told.say("learn.made", number=str(number), flips=str(row.flips), **_scores(told, row.examples, row.scores))
    told.say(*(("learn.took_over",) if waits is None else ("learn.waits",)), number=str(number))


def _make_start(told: Shell) -> None:
    from scrapers.learn import starting

    office = read_office(told.settings.office.profile, told.settings.base)
    if not starting.examples_path(office).is_file():
        raise OutreachError("learn.error.few")
    model = starting.make(office)
    path = starting.write(office, model)
    told.say("learn.start", file=str(path), **_scores(told, model.told["examples"], model.told["scores"]))


@learn.command(cls=Command)
@as_json
def show(json_: bool) -> None:
    from scrapers import learnt
    from scrapers.learn import starting

    told = shell()
    with told.app() as app, app.store.reading() as session:
        judges, waits = learnt.active(session), learnt.candidate(session)
        flips = learnt.flips(session, waits.id, _MOST_SHOWN) if waits is not None else []
        start = starting.starting(app.office)
        zone = app.settings.zone
    if json_:
        print_json({"active": _facts(judges), "candidate": _facts(waits)})
        return
    if judges is not None:
        facts = _scores(told, judges.examples, judges.scores)
        told.say("learn.active", number=str(judges.id), made=told.words.moment(judges.made_at, zone), **facts)
    elif start is not None:
        told.say("learn.active_start", **_scores(told, start.told["examples"], start.told["scores"]))
    else:
        told.say("learn.active_none")
    if waits is None:
        return
    facts = _scores(told, waits.examples, waits.scores)
    made = told.words.moment(waits.made_at, zone)
    told.say("learn.candidate", number=str(waits.id), made=made, flips=str(waits.flips), **facts)
    for one in flips:
        before, after = (told.words(f"watch.sense.{sense}") for sense in (one.before, one.after))
        told.say("learn.flip", mention=str(one.mention_id), before=before, after=after, title=one.title)
    told.say("learn.waits", number=str(waits.id))


@learn.command(cls=Command)
@click.argument("number", type=NUMBER)
def accept(number: int) -> None:
    _decide(number, "accept")


@learn.command(cls=Command)
@click.argument("number", type=NUMBER)
def refuse(number: int) -> None:
    _decide(number, "refuse")


def _decide(number: int, action: str) -> None:
    from outreach.people import audit
    from scrapers import judge
    from scrapers.learn import keeping

    told = shell()
    with told.app() as app:
        now, actor = app.clock.now(), getpass.getuser()
        with app.store.transaction() as session:
            if action == "accept":
                changed = keeping.accept(session, now, actor, number)
            else:
                keeping.refuse(session, now, actor, number)
            audit.write(session, now, actor, f"{action}_model", "model", number)
        judge.forget(app)
    if action == "accept":
        told.say("learn.accepted", number=str(number), changed=str(changed))
    else:
        told.say("learn.refused", number=str(number))


def _scores(told: Shell, examples: int, scores: Mapping[str, Any]) -> dict[str, str]:
    percent = told.words.percent
    return {
        "examples": told.words.number(examples),
        "recall": percent(float(scores.get("return_recall", 0))),
        "precision": percent(float(scores.get("return_precision", 0))),
    }


def _facts(row: Any) -> dict[str, object] | None:
    if row is None:
        return None
    return {
        "number": row.id, "made_at": row.made_at, "examples": row.examples, "scores": dict(row.scores),
        "flips": row.flips, "decided_at": row.decided_at, "decided_by": row.decided_by,
    }  # fmt: skip


commands = (learn,)
