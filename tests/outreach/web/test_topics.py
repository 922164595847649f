"""Topics on the screen: a list, an editor that points at a fault, forms to untick, a trial beside what is saved."""

import re
from datetime import timedelta

import pytest

from outreach import work
from outreach.core import presence
from outreach.work import WorkSeen
from outreach.works import reread_archive
from outreach.works.try_topic import TryTopic
from scrapers.models import Mention
from scrapers.topics import editing, reading, tryout
from scrapers.topics.draft import Draft
from scrapers.topics.reading import TopicSeen
from tests.outreach.web import newsdesk
from tests.outreach.web.conftest import Office
from tests.support.people import Visitor

PART = {"HX-Request": "true"}
TYPED = {"name": "Ezeri", "query": "~ezers", "counting": "sense"}


def topic(office: Office, query: str = "~ezers", name: str = "Ezeri", **more: object) -> int:
    with office.app.store.transaction() as session:
        draft = Draft(name, query, **more)  # type: ignore[arg-type]
        return editing.create(session, office.clock.now(), "anna@example.org", draft, office.app.office).topic_id


def seen(office: Office, number: int) -> TopicSeen:
    with office.app.store.reading() as session:
        found = reading.one(session, number)
    assert found is not None
    return found


def part(visitor: Visitor, path: str, **data: object) -> str:
    answer = visitor.post(path, data, headers=PART)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def ran(office: Office) -> None:
    with presence.present(office.app.settings.folder) as claimer:
        work.run_waiting(office.app, claimer)


def test_an_empty_list_teaches(office: Office) -> None:
    page = office.as_role("comms").text("/topics")
    assert 'class="empty-state"' in page and 'href="/topics/new"' in page
    assert 'href="/topics/new"' not in office.as_role("reader").text("/topics")
    assert 'data-go="o"' in page


def test_who_may_do_what(office: Office) -> None:
    number = topic(office)
    reader, partner = office.as_role("reader"), office.as_role("partner", "Ludzas novads")
    assert "Saglabāt" not in reader.text(f"/topics/{number}")
    for path in ("/topics", f"/topics/{number}", f"/topics/{number}/archive", f"/topics/{number}/move", "/topics/try"):
        assert reader.post(path, dict(TYPED)).status_code == 403, path
    assert {partner.get(path).status_code for path in ("/topics", f"/topics/{number}", f"/topics/{number}/versions")} == {403}
    assert office.as_role("comms").get("/topics/999").status_code == 404


def test_a_topic_is_made_and_the_archive_read_for_it(office: Office) -> None:
    outlet = newsdesk.source(office, "Latgales Laiks")
    newsdesk.mention(office, outlet, "Ezera krastā")
    comms = office.as_role("comms")
    answer = comms.post("/topics", {**TYPED, "senses": ["return"], "note": "pirmais"})
    assert answer.status_code == 303
    number = int(answer.location.rpartition("/")[2])
    made = seen(office, number)
    assert (made.name, made.owner, made.version.by, made.version.note, made.version.draft.senses) == (
        "Ezeri", "comms@example.org", "comms@example.org", "pirmais", ("return",),
    )  # fmt: skip
    page = comms.text(f"/topics/{number}")
    assert "Pārlasa arhīvu" in page and f'href="/mentions?topic={number}"' in page
    assert "pārlasa" in comms.text("/topics")
    ran(office)
    page = comms.text("/topics")
    assert "pārlasīts" in page and f'href="/mentions?topic={number}">1</a>' in page
    assert "1 pieminējums" in page  # the strip in words
    assert "tēmai pievienoti 1" in comms.text(f"/topics/{number}")


@pytest.mark.parametrize(
    ("sent", "place"),
    [({"name": ""}, "field-name-error"), ({"query": ""}, "field-query"), ({"query": "~ezers AND ("}, "query-place"), ({"query": "{nav}"}, "query-place"), ({"name": "upes"}, "field-name-error")],
    ids=range(5),
)  # fmt: skip
def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(office: Office, sent: dict[str, object], place: str) -> None:
    topic(office, "~upe", "Upes")
    typed = {**TYPED, "note": "Mana <piezīme>", "languages": ["ru"], **sent}
    answer = office.as_role("comms").post("/topics", typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and place in page and "Mana &lt;piezīme&gt;" in page
    assert re.search(r'name="languages" value="ru" checked', page)
    with office.app.store.reading() as session:
        assert len(reading.every(session)) == 1


def test_saving_makes_a_version_unless_somebody_was_quicker(office: Office) -> None:
    number, comms = topic(office), office.as_role("comms")
    path = f"/topics/{number}"
    assert comms.post(path, {**TYPED, "query": "~upe", "upon": "1"}).status_code == 303
    assert seen(office, number).version.draft.query == "~upe"
    late = comms.post(path, {**TYPED, "query": "~jūra", "upon": "1"})
    assert late.status_code == 422 and "2. versija" in late.get_data(as_text=True)
    same = comms.post(path, {**TYPED, "query": "~upe", "upon": "2"})
    assert same.status_code == 303 and "Nekas nav mainīts" in comms.text(path)
    assert [one.number for one in versions(office, number)] == [2, 1]


def versions(office: Office, number: int) -> list[reading.VersionSeen]:
    with office.app.store.reading() as session:
        return reading.versions(session, number)


def test_a_fault_points_at_its_character(office: Office) -> None:
    told = part(office.as_role("comms"), "/topics/check", **TYPED | {"query": "~ezers AND\n(upe OR"})
    place = re.search(r'<pre class="query-place"[^>]*>(.*?)\n<span class="query-caret">( *)(\^+)</span>', told, re.DOTALL)
    assert place is not None
    assert re.sub("<[^>]*>", "", place[1]) == "(upe OR" and place[2] == " " * 7
    assert 'data-query-at="18"' in told and "19." in told
    assert "forms-panel" not in told


def test_words_open_with_their_forms_and_unticked_ones_stay_so(office: Office) -> None:
    outlet = newsdesk.source(office, "Latgales Laiks")
    number = newsdesk.mention(office, outlet, "Ezera krastā")
    from scrapers import fulltext

    with office.app.store.transaction() as session:
        fulltext.put(session, [(number, "Ezera krastā", "Par ezeru.")])
    comms = office.as_role("comms")
    told = part(comms, "/topics/check", **TYPED | {"query": "~ezers {novadi}"})
    assert 'value="~ezers"' in told and 'value="{novadi}"' in told and 'name="on"' not in told
    told = part(comms, "/topics/check", **TYPED | {"query": "~ezers {novadi}", "toggle": "~ezers"})
    assert re.search(r'value="ezeru" checked>.*?<span class="form-hits">1</span>', told)
    shown = re.search(r'name="shown" value="([^"]+)"', told)
    assert shown is not None
    forms = shown[1].replace("&#10;", "\n").split("\n")
    on = [one for one in forms if one != "ezeru"]
    state = {"query": "~ezers {novadi}", "open": "~ezers", "shown": "\n".join(forms), "on": on, "off": "kaut kas"}
    told = part(comms, "/topics/check", **TYPED | state)
    assert re.search(r'name="off" value="ezeru&#10;kaut kas"', told) or re.search(r'name="off" value="ezeru\nkaut kas"', told)
    assert re.search(r'value="ezeru"><span', told) and "1 izslēgta" in told
    told = part(comms, "/topics/check", **TYPED | state | {"toggle": "{novadi}"})
    assert "Balvu novads" in told
    told = part(comms, "/topics/check", **TYPED | state | {"toggle": "~ezers"})
    assert 'name="on"' not in told and "ezeru" in told  # closed again, and still off
    answer = comms.post("/topics", {**TYPED, **state})
    assert answer.status_code == 303
    assert seen(office, int(answer.location.rpartition("/")[2])).version.draft.off == ("ezeru", "kaut kas")


def test_every_form_of_a_word_can_be_seen(office: Office) -> None:
    comms = office.as_role("comms")
    told = part(comms, "/topics/forms", see="~koordinators")
    assert "koordinatoriem" in told and "kordinator" in told and 'name="on"' not in told
    assert "field-error" in part(comms, "/topics/forms", see="…")
    whole = comms.post("/topics/forms", {**TYPED, "see": "ezers"}).get_data(as_text=True)
    assert "ezeriem" in whole and 'value="Ezeri"' in whole  # without a script: the page, and what was typed in it


def test_a_trial_shows_both_sides(office: Office) -> None:
    outlet = newsdesk.source(office, "Latgales Laiks")
    for title in ("Ezera krastā", "Upes krastā"):
        newsdesk.mention(office, outlet, title)
    number, comms = topic(office, "~upe"), office.as_role("comms")
    told = part(comms, "/topics/try", **TYPED | {"topic": number, "days": "30"})
    gained, lost = told.index("trial-gained"), told.index("trial-lost")
    assert gained < told.index("<mark>Ezera</mark>") < lost < told.index("<mark>Upes</mark>")
    assert "Nāktu klāt 1" in told and "Zustu 1" in told
    whole = comms.post("/topics/try", {**TYPED, "query": "~ezers krastā", "days": "365"}).get_data(as_text=True)
    assert "Pēdējās 365 dienas" in whole and "~ezers krastā" in whole and "topics/new" not in whole
    fault = part(comms, "/topics/try", **TYPED | {"query": "~ezers AND"})
    assert "query-place" in fault
    assert comms.post("/topics/try", {**TYPED, "query": "~ezers AND"}).status_code == 422
    assert seen(office, number).version.number == 1


def test_a_long_trial_is_work_and_its_own(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tryout, "AT_HAND", 0)
    outlet = newsdesk.source(office, "Latgales Laiks")
    newsdesk.mention(office, outlet, "Ezera krastā")
    number, comms = topic(office, "~upe"), office.as_role("comms")
    told = part(comms, "/topics/try", **TYPED | {"topic": number, "days": "30", "places": ["Balvu novads"]})
    address = re.search(r'hx-get="(/topics/tried\?[^"]+)"', told)
    assert address is not None
    path = address[1].replace("&amp;", "&")
    assert "<progress" in comms.text(path)
    ran(office)
    told = comms.text(path)
    assert "Izlasīts 1 raksts" in told and "<progress" not in told
    assert "<h1>" in comms.text(path.replace("&part=1", "").replace("part=1&", ""))
    assert office.as_role("administrator").get(path).status_code == 404
    assert comms.get("/topics/tried?work=x").status_code == 404
    row = next(row for row in works(office) if row.kind == TryTopic.kind)
    assert f"/topics/tried?work={row.id}" in comms.text(f"/work/{row.id}")
    again = TryTopic(**dict(row.asked)).draft
    assert (again.places, again.query, again.languages) == (("Balvu novads",), "~ezers", ())


def works(office: Office) -> list[WorkSeen]:
    with office.app.store.reading() as session:
        return work.latest(session)


def test_versions_stand_beside_each_other_and_come_back(office: Office) -> None:
    number, comms = topic(office, "~ezers OR ~sala"), office.as_role("comms")
    comms.post(f"/topics/{number}", {**TYPED, "query": "~ezers OR ~upe", "tiers": ["local"], "name": "Ūdeņi"})
    page = comms.text(f"/topics/{number}/versions")
    assert "<del>sala</del>" in page and "<ins>upe</ins>" in page and "Ūdeņi" in page
    assert comms.get(f"/topics/{number}/versions?left=7").status_code == 404
    assert "~ezers OR ~sala" in comms.text(f"/topics/{number}?version=1")
    assert comms.post(f"/topics/{number}/bring-back", {"number": "1"}).status_code == 303
    back = seen(office, number).version
    assert (back.number, back.draft.query, back.draft.name, back.note) == (3, "~ezers OR ~sala", "Ezeri", "Atgriezta 1. versija")
    assert comms.post(f"/topics/{number}/bring-back", {"number": "x"}).status_code == 400
    comms.post(f"/topics/{number}/bring-back", {"number": "9"})
    assert "nav 9. versijas" in comms.text(f"/topics/{number}")


def test_archiving_can_be_taken_back(office: Office) -> None:
    number, comms = topic(office), office.as_role("comms")
    comms.post(f"/topics/{number}/archive")
    page = comms.text("/topics")
    assert f"/topics/{number}/restore" in page and f'href="/topics/{number}"' not in page and "Arhīvā ir 1 tēma" in page
    assert f'href="/topics/{number}"' in comms.text("/topics?archived=1")
    assert "arhivēta" in comms.text(f"/topics/{number}")
    comms.post(f"/topics/{number}/restore")
    assert seen(office, number).archived_at is None
    topic(office, "~upe", "Upes")
    comms.post(f"/topics/{number}/archive")
    topic(office, "~upe", "Ezeri")
    comms.post(f"/topics/{number}/restore")
    assert "izvēlieties citu nosaukumu" in comms.text(f"/topics/{number}")


def test_owner_and_order(office: Office) -> None:
    one, two = topic(office), topic(office, "~upe", "Upes")
    comms = office.as_role("comms")
    comms.post(f"/topics/{two}/move", {"way": "up"})
    page = comms.text("/topics")
    assert page.index(f'id="topic-{two}"') < page.index(f'id="topic-{one}"')
    comms.post(f"/topics/{one}/owner", {"owner": "comms@example.org"})
    assert seen(office, one).owner == "comms@example.org"
    comms.post(f"/topics/{one}/owner", {"owner": "nobody@elsewhere.example"})
    assert seen(office, one).owner == ""


def test_a_called_off_reading_goes_on_where_it_stopped(office: Office) -> None:
    outlet = newsdesk.source(office, "Latgales Laiks")
    for number in range(4):
        newsdesk.mention(office, outlet, f"Ezers {number}")
    topic_id, comms = topic(office), office.as_role("comms")
    comms.post(f"/topics/{topic_id}/reread")
    (first,) = works(office)
    with office.app.store.transaction() as session:
        row = session.get_one(work.WorkRow, first.id)
        row.state, row.done, row.total = "cancelled", 3, 4
    assert "pārlasīšana apturēta" in comms.text("/topics")
    comms.post(f"/topics/{topic_id}/reread")
    second = works(office)[0]
    assert (second.asked["top"], second.asked["below"], second.asked["version"]) == (4, 2, 1)
    ran(office)
    with office.app.store.reading() as session:
        assert reading.counts(session, [topic_id], [office.clock.now() - timedelta(days=1), office.clock.now()]) == {topic_id: [1]}
    assert seen(office, topic_id).is_read


def test_a_newer_version_calls_the_older_reading_off(office: Office) -> None:
    newsdesk.mention(office, newsdesk.source(office, "Latgales Laiks"), "Ezers")
    number, comms = topic(office), office.as_role("comms")
    for query in ("~upe", "~ezers OR ~upe"):
        comms.post(f"/topics/{number}", {**TYPED, "query": query})
    assert [(row.state, row.asked["version"]) for row in works(office)] == [("waiting", 3), ("cancelled", 2)]
    with office.app.store.transaction() as session:
        late = work.ask(session, office.clock.now(), None, "x", "lv", reread_archive.RereadArchive(number, 2, 1))
    ran(office)
    with office.app.store.reading() as session:
        row = work.seen(session, late)
    assert row is not None and row.told_key == "topics.reread.overtaken"
    assert seen(office, number).evaluated == 3


def test_what_is_owed_goes_on_when_the_program_starts(office: Office) -> None:
    newsdesk.mention(office, newsdesk.source(office, "Latgales Laiks"), "Ezers")
    one, two = topic(office), topic(office, "~upe", "Upes")
    with office.app.store.transaction() as session:
        assert reread_archive.go_on(session, office.clock.now(), "lv") == 2
        assert reread_archive.go_on(session, office.clock.now(), "lv") == 0
    with office.app.store.transaction() as session:
        for row in session.query(work.WorkRow):
            row.state = "cancelled" if row.asked["topic"] == one else "interrupted"
        assert reread_archive.go_on(session, office.clock.now(), "lv") == 1  # what a person called off stays so
    ran(office)
    assert (seen(office, one).is_read, seen(office, two).is_read) == (False, True)


def test_the_whole_archive_is_judged_anew(office: Office) -> None:
    outlet = newsdesk.source(office, "Latgales Laiks")
    number = newsdesk.mention(office, outlet, "Par ko citu", sense="return")
    said = newsdesk.mention(office, outlet, "Par ko trešo", sense="return", verdict="relevant")
    topic_id = topic(office, "trešo")
    outcome = reread_archive.read_now(office.app)
    assert outcome.key == "topics.reread.all_done" and outcome.facts["changed"] == 2
    with office.app.store.reading() as session:
        gone, kept = session.get_one(Mention, number), session.get_one(Mention, said)
    assert (gone.sense, gone.relevant, kept.sense, kept.relevant, kept.judged_sense) == ("other", False, "return", True, "other")
    assert seen(office, topic_id).is_read
