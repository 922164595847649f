"""Learnt models in the store: people's verdicts as examples, the candidate, its flips, taking over, turning down."""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach.core.app import App
from outreach.core.db import Store
from outreach.core.errors import OutreachError
from outreach.core.testing import FixedClock
from scrapers import judge as judging
from scrapers import verdicts
from scrapers.judge import judge_of, model_of
from scrapers.judging import Judgement, judge_article
from scrapers.learn import keeping, nightly
from scrapers.learn.model import SENSES, as_json
from scrapers.learn.starting import starting
from scrapers.models import Article, Mention, Source
from scrapers.topicmodels import SenseModel
from scrapers.watch.words import Document
from tests.scrapers.conftest import NOW, app, clock, http, make_app  # noqa: F401
from tests.support import mentions

ACTOR = "anna@example.org"
EMPTY: dict[str, Any] = {
    "format": 1, "senses": list(SENSES), "bias": [0.0] * 5, "limits": {}, "told": {}, "weights": {}, "words": {},
}  # fmt: skip


def always(sense: str) -> dict[str, Any]:
    """The weights of a model that says one thing whatever it is shown."""
    return {**EMPTY, "bias": [9.0 if one == sense else 0.0 for one in SENSES]}


def judgement(sense: str) -> dict[str, Any]:
    return asdict(Judgement(True, sense, sense == "return", 0.9, "lv", [], [], ["Preiļi"], "Teikums.", ["Preiļu novads"]))


def flip(number: int, sense: str = "other", revision: int = 0) -> dict[str, Any]:
    return {"mention_id": number, "from": "return", "to": sense, "revision": revision, "judgement": judgement(sense)}


def kept(store: Store, flips: list[dict[str, Any]], weights: dict[str, Any] = EMPTY) -> int:
    with store.transaction() as session:
        return keeping.keep(session, NOW, weights, {"accuracy": 0.9}, 12, flips)


def standing(store: Store, number: int) -> tuple[str, str, bool]:
    with store.reading() as session:
        row = session.execute(select(Mention.sense, Mention.judged_sense, Mention.relevant).where(Mention.id == number)).one()
        return row[0], row[1], row[2]


@pytest.mark.parametrize(
    ("verdict", "sense", "judged", "said"),
    [
        ("relevant", "return", "expulsion", "return"), ("critical", "return", "return", "return"),
        ("irrelevant", "other", "return", "none"), ("irrelevant", "other", "other", "none"),
        ("irrelevant", "expulsion", "expulsion", None), ("irrelevant", "ambiguous", "ambiguous", None),
        ("wrong_sense", "russia", "return", "russia"), ("wrong_sense", "other", "return", "none"),
        ("duplicate", "return", "return", None),
    ],
)  # fmt: skip
def test_what_a_verdict_says_of_the_sense(verdict: str, sense: str, judged: str, said: str | None) -> None:
    assert keeping.sense_said(verdict, sense, judged) == said


def test_verdicts_that_stand_are_examples(store: Store) -> None:
    with store.transaction() as session:
        ids = [mentions.mention(session, NOW, f"Ģimene {number}", text="Teksts", outlet=f"Avīze {number % 2}") for number in range(8)]
        verdicts.judge(session, NOW, ACTOR, ids[:1], "relevant")
        verdicts.judge(session, NOW, ACTOR, ids[1:2], "irrelevant")
        verdicts.judge(session, NOW, ACTOR, ids[2:3], "wrong_sense", "expulsion")
        verdicts.judge(session, NOW, ACTOR, ids[3:4], "duplicate")
        undone = verdicts.judge(session, NOW, ACTOR, ids[4:5], "irrelevant")
        verdicts.undo(session, NOW, ACTOR, undone.name)
        verdicts.judge(session, NOW, ACTOR, ids[5:6], "irrelevant")
        verdicts.judge(session, NOW, ACTOR, ids[5:6], "critical")
        verdicts.judge(session, NOW, ACTOR, ids[6:7], "relevant")
        session.execute(update(Mention).where(Mention.id == ids[6]).values(outside=True))
        verdicts.judge(session, NOW, ACTOR, ids[7:], "relevant")
        gone = select(Mention.article_id).where(Mention.id == ids[7]).scalar_subquery()
        session.execute(update(Article).where(Article.id == gone).values(text_state="deleted"))
    with store.reading() as session:
        texts = keeping.judged_by_people(session)
    assert {one.document.title: one.sense for one in texts} == {
        "Ģimene 0": "return", "Ģimene 1": "none", "Ģimene 2": "expulsion", "Ģimene 5": "return",
    }  # fmt: skip
    assert len({one.writer for one in texts}) == 2


def test_a_private_persons_post_is_no_example(store: Store) -> None:
    with store.transaction() as session:
        number = mentions.mention(session, NOW, "Raksta persona", outlet="Grupa")
        session.execute(update(Source).where(Source.name == "Grupa").values(kind="mastodon", settings={"instance": "https://m.example", "tag": "latgale"}))
        verdicts.judge(session, NOW, ACTOR, [number], "relevant")
    with store.reading() as session:
        assert keeping.judged_by_people(session) == []


def test_a_candidate_waits_and_the_next_one_takes_its_place(store: Store) -> None:
    with store.transaction() as session:
        number = mentions.mention(session, NOW)
    first = kept(store, [flip(number)])
    second = kept(store, [flip(number)])
    with store.reading() as session:
        waits = keeping.candidate(session)
        assert waits is not None and waits.id == second
        assert keeping.active(session) is None
        assert session.get_one(SenseModel, first).state == "retired"


def test_an_accepted_model_judges_anew_but_not_where_a_person_has_spoken(store: Store) -> None:
    with store.transaction() as session:
        ids = [mentions.mention(session, NOW, f"Ģimene {number}") for number in range(4)]
        verdicts.judge(session, NOW, ACTOR, ids[1:2], "relevant")
        article = select(Mention.article_id).where(Mention.id == ids[2]).scalar_subquery()
        session.execute(update(Article).where(Article.id == article).values(revision=1))
    model = kept(store, [*map(flip, ids[:3]), flip(10**6)])
    with store.transaction() as session:
        # Spoken after the candidate was made.
        assert keeping.accept(session, NOW, ACTOR, model) == 1
    assert standing(store, ids[0]) == ("other", "other", False)
    assert standing(store, ids[1]) == ("return", "return", True)  # a person's word
    assert standing(store, ids[2]) == ("return", "return", True)  # changed meanwhile
    assert standing(store, ids[3]) == ("return", "return", True)  # no flip
    with store.reading() as session:
        active = keeping.active(session)
        assert active is not None and (active.id, active.decided_by) == (model, ACTOR)
        assert session.scalar(select(Mention.judged_at).where(Mention.id == ids[0])) == NOW


def test_one_that_changes_nothing_takes_over_by_itself(store: Store) -> None:
    first, second = kept(store, []), kept(store, [])
    with store.reading() as session:
        active = keeping.active(session)
        assert active is not None and (active.id, active.decided_by) == (second, keeping.BY_ITSELF)
        assert session.get_one(SenseModel, first).state == "retired"
        assert keeping.candidate(session) is None


def test_a_refused_model_changes_nothing(store: Store) -> None:
    with store.transaction() as session:
        number = mentions.mention(session, NOW)
    model = kept(store, [flip(number)])
    with store.transaction() as session:
        keeping.refuse(session, NOW, ACTOR, model)
    assert standing(store, number) == ("return", "return", True)
    with store.reading() as session:
        assert keeping.candidate(session) is None
        assert keeping.active(session) is None
    for decide in (keeping.accept, keeping.refuse):
        with pytest.raises(OutreachError) as told, store.transaction() as session:
            decide(session, NOW, ACTOR, model)
        assert told.value.key == "learn.error.waiting"


def test_the_program_notices_another_model_within_a_minute(app: App, clock: FixedClock, store: Store) -> None:  # noqa: F811
    assert model_of(app) == starting(app.office)
    kept(store, [], always("russia"))
    assert model_of(app) == starting(app.office)
    clock.step(judging.FRESH)
    assert as_json(model_of(app))["bias"] == always("russia")["bias"]  # type: ignore[arg-type]
    assert judge_of(app)(Document("Ģimene no Īrijas pārcēlusies uz Preiļiem", "")).sense == "russia"
    kept(store, [], always("none"))
    judging.forget(app)
    assert judge_of(app)(Document("Ģimene no Īrijas pārcēlusies uz Preiļiem", "")).sense == "none"


HOME = ["Ģimene no {} pārcēlusies uz Preiļiem", "Pēc gadiem {} viņi atkal dzīvo Ludzā", "Atgriezās no {} un atvēra darbnīcu Balvos"]
AWAY = ["Ministrs atgriezies no vizītes {}", "Sportists devās uz {}", "Ceļojums uz {} izdevās"]
LANDS = ["Īrijas", "Anglijas", "Vācijas", "Norvēģijas", "Dānijas", "Zviedrijas"]


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office with few examples, quickly learnt."""
    path = tmp_path / "examples.jsonl"
    rows = [
        {"title": form.format(land), "text": "", "sense": sense, "writer": f"writer {at % 2}"}
        for forms, sense in ((HOME, "return"), (AWAY, "none"))
        for form in forms
        for at, land in enumerate(LANDS)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    monkeypatch.setattr(nightly, "examples_path", lambda _: path)
    return path


def test_at_night_it_learns_from_new_verdicts_and_shows_what_would_flip(
    app: App, clock: FixedClock, store: Store, few: Path  # noqa: F811
) -> None:
    with store.transaction() as session:
        ids = [
            mentions.mention(session, NOW, "Ģimene no Īrijas pārcēlusies uz Preiļiem", sense="other", relevant=False),
            mentions.mention(session, NOW, "Ģimene no Dānijas pārcēlusies uz Preiļiem", sense="other", relevant=False),
            mentions.mention(session, NOW - timedelta(days=120), "Ģimene no Vācijas pārcēlusies uz Preiļiem", sense="other"),
        ]
        session.execute(update(Mention).values(judged_sense="other", judged_relevant=False))
    kept(store, [], always("none"))
    assert nightly.learn(app) is None  # nobody has said anything
    clock.step(timedelta(days=1))
    with store.transaction() as session:
        verdicts.judge(session, clock.now(), ACTOR, ids[:1], "relevant")
    number = nightly.learn(app)
    assert number is not None
    with store.reading() as session:
        waits = keeping.candidate(session)
        assert waits is not None
        assert (waits.id, waits.examples, waits.scores["of_people"]) == (number, 37, 1)
        # Not the one a person has judged, and not the old one.
        assert [(one["mention_id"], one["from"], one["to"]) for one in waits.flips] == [(ids[1], "other", "return")]
    assert nightly.learn(app) is None  # it has just been made
    with store.transaction() as session:
        assert keeping.accept(session, clock.now(), ACTOR, number) == 1
    assert standing(store, ids[1]) == ("return", "return", True)
    assert standing(store, ids[2])[1] == "other"
    judging.forget(app)
    told = judge_article("Ģimene no Norvēģijas pārcēlusies uz Preiļiem", "", "", url="", lang=None, judge=judge_of(app))
    assert told.sense == "return"


def test_when_nothing_would_flip_the_new_model_takes_over(app: App, store: Store, few: Path) -> None:  # noqa: F811
    number = nightly.learn(app, again=True)
    with store.reading() as session:
        active = keeping.active(session)
        assert active is not None and active.id == number
        assert active.scores["tried_on"] == active.examples == 36


def test_called_off_it_keeps_nothing(make_app: Callable[..., App], store: Store, few: Path) -> None:  # noqa: F811
    told = make_app()
    assert isinstance(told.stopping, threading.Event)
    told.stopping.set()
    assert nightly.learn(told, again=True) is None
    with store.reading() as session:
        assert session.scalar(select(SenseModel.id)) is None
