"""Topics are versions: each change a new one, none lost, none overwritten by somebody who did not see it."""

from datetime import timedelta

import pytest

from outreach.core.db import Store
from outreach.core.errors import OutreachError
from scrapers.query.faults import QueryError
from scrapers.topicmodels import Topic
from scrapers.topics import editing, reading
from scrapers.topics.draft import Draft, checked
from tests.scrapers.topics.desk import NOW, OFFICE, topic

ANNA = "anna@example.org"
ILZE = "ilze@example.org"
LATER = NOW + timedelta(hours=1)


def test_a_topic_keeps_all_its_versions(store: Store) -> None:
    number = topic(store, "~ezers", "Ezeri")
    with store.transaction() as session:
        saved = editing.save(session, LATER, ILZE, number, Draft("Ezeri", "~ezers OR ~upe", tiers=("local",)), OFFICE, note="arī upes")
    assert (saved.number, saved.new, saved.reread) == (2, True, True)
    with store.reading() as session:
        seen = reading.one(session, number)
        assert seen is not None
        assert (seen.version.number, seen.version.by, seen.version.note, seen.version.at) == (2, ILZE, "arī upes", LATER)
        assert seen.version.draft == Draft("Ezeri", "~ezers OR ~upe", tiers=("local",))
        assert [(one.number, one.draft.query, one.by) for one in reading.versions(session, number)] == [(2, "~ezers OR ~upe", ILZE), (1, "~ezers", ANNA)]
        assert reading.version(session, number, 3) is None


def test_what_says_the_same_is_no_version(store: Store) -> None:
    number = topic(store, "~ezers", "Ezeri", tiers=("regional", "local"), off=("Ezeram", "ezeru"))
    with store.transaction() as session:
        same = Draft("  Ezeri ", " ~ezers\n", tiers=("local", "regional", "local"), off=("ezeru", "ezeram"))
        assert editing.save(session, LATER, ILZE, number, same, OFFICE) == editing.Saved(number, 1, new=False, reread=False)


def test_a_new_name_alone_needs_no_reading(store: Store) -> None:
    number = topic(store, "~ezers", "Ezeri")
    with store.transaction() as session:
        editing.evaluated(session, number, 1)
    with store.transaction() as session:
        saved = editing.save(session, LATER, ILZE, number, Draft("Visi ezeri", "~ezers"), OFFICE)
    assert (saved.number, saved.reread) == (2, False)
    with store.reading() as session:
        seen = reading.one(session, number)
        assert seen is not None and seen.is_read
    with store.transaction() as session:
        editing.save(session, LATER, ILZE, number, Draft("Visi ezeri", "~ezers", counting="always"), OFFICE)
    with store.reading() as session:
        seen = reading.one(session, number)
        assert seen is not None and not seen.is_read


def test_nobody_overwrites_what_they_did_not_see(store: Store) -> None:
    number = topic(store, "~ezers", "Ezeri")
    with store.transaction() as session:
        editing.save(session, LATER, ILZE, number, Draft("Ezeri", "~upe"), OFFICE, upon=1)
    with pytest.raises(OutreachError) as refused, store.transaction() as session:
        editing.save(session, LATER, ANNA, number, Draft("Ezeri", "~jūra"), OFFICE, upon=1)
    assert refused.value.key == "topics.error.meanwhile"
    assert dict(refused.value.facts) == {"number": 2, "actor": ILZE}


def test_an_older_version_comes_back_as_a_new_one(store: Store) -> None:
    number = topic(store, "~ezers", "Ezeri", off=("ezeram",))
    with store.transaction() as session:
        editing.save(session, LATER, ILZE, number, Draft("Ezeri", "~upe"), OFFICE)
    with store.transaction() as session:
        saved = editing.bring_back(session, LATER, ANNA, number, 1, OFFICE)
    assert (saved.number, saved.reread) == (3, True)
    with store.reading() as session:
        seen = reading.one(session, number)
        assert seen is not None and seen.version.draft == Draft("Ezeri", "~ezers", off=("ezeram",))
    with pytest.raises(OutreachError, match="topics.error.no_version"), store.transaction() as session:
        editing.bring_back(session, LATER, ANNA, number, 9, OFFICE)


def test_archived_topics_are_out_of_the_list_and_free_their_name(store: Store) -> None:
    number = topic(store, "~ezers", "Ezeri")
    with pytest.raises(OutreachError, match="topics.error.same_name"):
        topic(store, "~upe", "ezeri")
    with store.transaction() as session:
        editing.evaluated(session, number, 1)
        assert editing.archive(session, LATER, number)
        assert not editing.archive(session, LATER, number)
    other = topic(store, "~upe", "ezeri")
    with store.reading() as session:
        assert [one.id for one in reading.every(session)] == [other]
        assert [one.id for one in reading.every(session, archived=True)] == [number]
        assert reading.names(session, "lv") == {other: "ezeri"}
    with pytest.raises(OutreachError, match="topics.error.same_name"), store.transaction() as session:
        editing.restore(session, number)
    with store.transaction() as session:
        editing.archive(session, LATER, other)
        assert editing.restore(session, number)
    with store.reading() as session:
        seen = reading.one(session, number)
        assert seen is not None and not seen.is_read  # what came meanwhile was not looked at


def test_topics_change_places(store: Store) -> None:
    one, two, three = (topic(store, "~ezers", name) for name in "ABC")
    with store.transaction() as session:
        assert editing.move(session, three, "up")
        assert editing.move(session, one, "down")
        assert not editing.move(session, two, "down")
        editing.give(session, two, ILZE)
    with store.reading() as session:
        assert [(row.id, row.owner) for row in reading.every(session)] == [(three, ""), (one, ""), (two, ILZE)]


@pytest.mark.parametrize(
    ("draft", "key"),
    [
        (Draft(" ", "~ezers"), "topics.error.name"), (Draft("x" * 121, "~ezers"), "topics.error.name_long"),
        (Draft("A", "~ezers", languages=("xx",)), "topics.error.choice"), (Draft("A", "~ezers", tiers=("lv",)), "topics.error.choice"),
        (Draft("A", "~ezers", senses=("sport",)), "topics.error.choice"), (Draft("A", "~ezers", counting="maybe"), "topics.error.choice"),
        (Draft("A", "~ezers", places=("Parīze",)), "topics.error.place"), (Draft("A", "~ezers", off=tuple(map(str, range(2_001)))), "topics.error.off"),
    ],
    ids=range(8),
)  # fmt: skip
def test_what_nobody_knows_is_refused(draft: Draft, key: str) -> None:
    with pytest.raises(OutreachError) as refused:
        checked(draft, OFFICE)
    assert refused.value.key == key


def test_a_fault_of_the_query_says_where(store: Store) -> None:
    with pytest.raises(QueryError) as fault:
        topic(store, "~ezers AND (upe")
    assert fault.value.at == 11
    with store.reading() as session:
        assert session.query(Topic).count() == 0


def test_places_and_filters_are_kept_in_one_order() -> None:
    draft = checked(Draft("A", "~ezers", languages=("ru", "lv"), senses=("other", "return"), places=("Preiļi", "Preiļi")), OFFICE)
    assert (draft.languages, draft.senses, draft.places) == (("lv", "ru"), ("return", "other"), ("Preiļi",))
