"""The desk of mentions: views, unread and done with, stars, assignment, tags, notes, campaigns, and taking it all back."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, update

from outreach.people.audit import Chosen, entries
from outreach.people.models import User
from scrapers import desk
from scrapers.models import Mention, MentionVerdict
from scrapers.topicmodels import MentionTopic, Topic, TopicVersion
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office
from tests.support import mentions
from tests.support.people import Visitor, account

HX = {"HX-Request": "true"}


@pytest.fixture
def told(office: Office) -> dict[str, int]:
    """Some mentions by a short name; the oldest came before the accounts did."""
    now = office.clock.now()
    with office.app.store.transaction() as session:
        made = {
            "early": mentions.mention(session, now - timedelta(days=3), "Agrā ziņa"),
            "one": mentions.mention(session, now - timedelta(hours=5), "Pirmā ziņa", places=("Ludzas novads",)),
            "two": mentions.mention(session, now - timedelta(hours=4), "Otrā ziņa"),
            "unclear": mentions.mention(session, now - timedelta(hours=3), "Neskaidra ziņa", sense="ambiguous", relevant=False),
            "slogan": mentions.mention(session, now - timedelta(hours=2), "Sauklis", sense="expulsion", relevant=False),
        }
        made["again"] = mentions.mention(
            session, now - timedelta(hours=1), "Otrā ziņa vēlreiz", outlet="Balss", story=session.get_one(Mention, made["two"]).story_id
        )
    return made


def shown(visitor: Visitor, **args: str) -> set[int]:
    page = visitor.text(f"/mentions?{urlencode(args)}")
    return {int(number) for number in re.findall(r'id="mention-(\d+)"', page)}


def undo_in(page: str) -> str:
    """The way back that a page's notice offers."""
    found = re.findall(r'<form method="post" action="(/(?:mentions|stories)/(?:back|undo)[^"]*)"', page)
    assert found, "no way back is offered"
    return str(found[-1]).replace("&amp;", "&")


def test_views_choose_what_they_say(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    names = {
        "": {"early", "one", "two", "again", "unclear"},
        "inbox": {"early", "one", "two", "again", "unclear"},
        "all": {"early", "one", "two", "again"},
        "ambiguous": {"unclear"},
        "starred": set(),
        "mine": set(),
    }
    for view, wanted in names.items():
        assert shown(visitor, **({"view": view} if view else {})) == {told[name] for name in wanted}, view
    visitor.post("/mentions/mark", {"id": [told["one"], told["slogan"]], "action": "star"})
    visitor.post("/mentions/assign", {"id": told["two"], "to": str(visitor.user_id)})
    assert shown(visitor, view="starred") == {told["one"], told["slogan"]}
    assert shown(visitor, view="mine") == {told["two"]}
    other = office.as_role("coordinator")
    assert shown(other, view="starred") == set()
    assert shown(other, view="mine") == set()


def test_what_is_done_with_leaves_the_inbox_of_that_person_alone(office: Office, told: dict[str, int]) -> None:
    visitor, other = office.as_role("comms"), office.as_role("coordinator")
    visitor.post("/mentions/mark", {"id": [told["one"], told["two"]], "action": "handle"})
    way_back = undo_in(visitor.text("/mentions"))
    assert shown(visitor) == {told["early"], told["again"], told["unclear"]}
    assert {told["one"], told["two"]} <= shown(visitor, view="all")
    assert shown(visitor, mark="handled") == {told["one"], told["two"]}
    assert told["one"] in shown(other)
    visitor.post(way_back)
    assert told["one"] in shown(visitor)
    visitor.post("/mentions/mark", {"one": f"{told['one']}:handle"})
    visitor.post("/mentions/mark", {"one": f"{told['one']}:handle"})  # the same key again takes it back
    assert told["one"] in shown(visitor)


def unread(visitor: Visitor) -> set[int]:
    page = visitor.text("/mentions?standing=all")
    return {int(number) for number in re.findall(r'id="standing-(\d+)"[^>]* data-unread', page)}


def test_new_accounts_start_with_the_past_read_and_opening_reads(office: Office, told: dict[str, int]) -> None:
    visitor, other = office.as_role("comms"), office.as_role("coordinator")
    fresh = {told[name] for name in ("one", "two", "again", "unclear", "slogan")}
    assert unread(visitor) == fresh
    visitor.text(f"/mentions/{told['one']}?glance=1")  # the pane that fills by itself
    assert unread(visitor) == fresh
    pane = visitor.get(f"/mentions/{told['one']}", headers={**HX, "HX-Target": "reading"}).get_data(as_text=True)
    assert "data-unread" not in pane
    visitor.text(f"/mentions/{told['two']}")
    assert unread(visitor) == fresh - {told["one"], told["two"]}
    assert shown(visitor, mark="unread", standing="all") == fresh - {told["one"], told["two"]}
    assert unread(other) == fresh
    visitor.post("/mentions/mark", {"one": f"{told['two']}:unread"})
    assert unread(visitor) == fresh - {told["one"]}


def test_tabs_count_the_senses_of_the_period_and_the_head_says_stories(office: Office, told: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = office.as_role("comms")
    page = visitor.text("/mentions")
    counts = re.findall(r'>(atgriešanās|neskaidri|sauklis|Krievija|citi) <span class="tab-count">([^<]+)<', page)
    assert counts == [("atgriešanās", "4"), ("neskaidri", "1"), ("sauklis", "1"), ("Krievija", "0"), ("citi", "0")]
    assert "5 pieminējumi 4 ziņās" in page
    monkeypatch.setattr("scrapers.counting.MOST_OF_A_SENSE", 3)
    assert '<span class="tab-count">3+<' in visitor.text("/mentions")
    assert shown(visitor, sense="expulsion") == {told["slogan"]}


def test_a_list_is_folded_by_story(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    assert shown(visitor, fold="1") == {told[name] for name in ("early", "one", "again", "unclear")}
    page = visitor.text("/mentions?fold=1")
    assert "2 pieminējumi šajā ziņā" in page
    assert "5 pieminējumi 4 ziņās" in page


def test_the_office_s_hands_are_filters(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    campaign = planning.campaign(office)
    with office.app.store.transaction() as session:
        session.add(Topic(id=4, created_at=office.clock.now(), version=1))
        session.flush()
        session.add(TopicVersion(topic_id=4, number=1, name="Balvas", query="balva", at=office.clock.now(), by="x"))
        session.add(MentionTopic(topic_id=4, mention_id=told["two"]))
        session.execute(update(Mention).where(Mention.id == told["one"]).values(tone="critical"))
    visitor.post("/mentions/tag", {"id": [told["one"], told["two"]], "tag": "Balva"})
    visitor.post("/mentions/campaign", {"id": told["two"], "campaign": str(campaign)})
    visitor.post("/mentions/assign", {"id": told["one"], "to": str(visitor.user_id)})
    cases: list[tuple[dict[str, str], set[str]]] = [
        ({"tag": "Balva"}, {"one", "two"}),
        ({"topic": "4"}, {"two"}),
        ({"tone": "critical"}, {"one"}),
        ({"campaign": str(campaign)}, {"two"}),
        ({"assigned": str(visitor.user_id)}, {"one"}),
        ({"assigned": "nobody", "tag": "Balva"}, {"two"}),
        ({"tag": "Balva", "q": "otrā"}, {"two"}),
    ]
    for args, names in cases:
        assert shown(visitor, **args) == {told[name] for name in names}, args
    page = visitor.text("/mentions?topic=4&tag=Balva")
    assert re.findall(r'<li class="chip"><span>(.*?)</span>', page) == ["Tēma: Balvas", "Birka: Balva"]
    assert "field-error" in visitor.text("/mentions?tag=nav&assigned=999")
    reading = visitor.text(f"/mentions/{told['two']}")
    assert "#Balva" in reading and "Balvas" in reading


@pytest.mark.parametrize(
    ("path", "data", "there"),
    [
        ("/mentions/tag", {"tag": "Balva"}, "#Balva"),
        ("/mentions/note", {"note": "Zvanīt <redakcijai>."}, "Zvanīt &lt;redakcijai&gt;."),
        ("/mentions/assign", {"to": "{me}"}, "Vārds comms</span>"),
        ("/mentions/campaign", {"campaign": "{campaign}"}, "/mentions/campaign\" aria-label"),
        ("/mentions/mark", {"action": "star"}, "★"),
        ("/mentions/mark", {"action": "handle"}, "data-done"),
    ],
)
def test_each_deed_shows_and_comes_back(office: Office, told: dict[str, int], path: str, data: dict[str, str], there: str) -> None:
    visitor = office.as_role("comms")
    facts = {"me": visitor.user_id, "campaign": planning.campaign(office)}
    page = f"/mentions/{told['one']}"

    def article() -> str:
        return visitor.text(page).partition('<article class="clipping"')[2].partition("</article>")[0]

    assert there not in article()
    answer = visitor.post(path, {"id": told["one"], "back": page, **{name: value.format(**facts) for name, value in data.items()}})
    assert (answer.status_code, answer.location) == (303, page)
    whole = visitor.text(page)
    assert there in whole.partition('<article class="clipping"')[2]
    other = office.as_role("coordinator")
    other.post(undo_in(whole))  # nobody takes back what somebody else did
    assert there in article()
    answer = visitor.post(undo_in(whole))
    assert (answer.status_code, answer.location) == (303, page)
    assert there not in article()


def test_answers_bring_the_changed_pieces_alone(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    data: dict[str, object] = {"id": [told["one"]], "action": "star", "shown": f"standing-{told['one']} standing-{told['two']}"}
    text = visitor.post("/mentions/mark", data, headers=HX).get_data(as_text=True)
    assert f'id="standing-{told["one"]}" hx-swap-oob="true"' in text
    assert f'standing-{told["two"]}"' not in text
    assert "/mentions/back?deed=" in text


def test_the_right_sense_is_said_with_a_wrong_one(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    visitor.post("/mentions/verdict", {"one": f"{told['one']}:wrong_sense.expulsion"})
    visitor.post("/mentions/verdict", {"id": told["slogan"], "action": "wrong_sense.return"})
    with office.app.store.reading() as session:
        held = {row.id: (row.sense, row.relevant) for row in session.scalars(select(Mention))}
        said = [*session.scalars(select(MentionVerdict.sense).order_by(MentionVerdict.id))]
        deeds = [one.facts for one in entries(session, Chosen(subject_kind="mention"))]
    assert held[told["one"]] == ("expulsion", False)
    assert held[told["slogan"]] == ("return", True)
    assert said == ["expulsion", "return"]
    assert [one["sense"] for one in deeds] == ["return", "expulsion"]
    assert "cita nozīme: galēji labējo sauklis" in visitor.text(f"/mentions/{told['one']}")
    for wrong in ("wrong_sense.x", "relevant.return"):
        assert visitor.post("/mentions/verdict", {"one": f"{told['one']}:{wrong}"}).status_code == 400


def test_the_last_verdict_comes_back_when_its_notice_is_gone(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    for name in ("one", "two"):
        visitor.post("/mentions/verdict", {"one": f"{told[name]}:critical"})
    visitor.text("/me")
    visitor.post("/mentions/undo")
    with office.app.store.reading() as session:
        assert [session.get_one(Mention, told[name]).verdict for name in ("one", "two")] == ["critical", None]
    visitor.post("/mentions/undo")
    visitor.post("/mentions/undo")
    assert "nav ko atsaukt" in visitor.text("/mentions")


def test_views_are_kept_shared_and_taken_away(office: Office, told: dict[str, int]) -> None:
    visitor, other = office.as_role("comms"), office.as_role("reader")
    assert "Saglabāt šo atlasi" not in visitor.text("/mentions")
    page = visitor.text("/mentions?language=lv&q=zi%C5%86a")
    asked = re.search(r'name="asked" value="([^"]+)"', page)
    assert asked is not None
    visitor.post("/mentions/views", {"name": "Vietējie", "asked": asked[1].replace("&amp;", "&"), "shared": "1"})
    page = other.text("/mentions")
    link = re.search(r'href="(/mentions\?[^"]+)"[^>]*>Vietējie<', page)
    assert link is not None
    assert 'aria-label="Mainīt atlasi' not in page
    found = {int(number) for number in re.findall(r'id="mention-(\d+)"', other.text(link[1].replace("&amp;", "&")))}
    assert found == shown(visitor, language="lv", q="ziņa")
    other.post("/mentions/views/1", {"action": "drop"})
    assert "Vietējie" in other.text("/mentions")
    visitor.post("/mentions/views/1", {"action": "unshare"})
    assert "Vietējie" not in other.text("/mentions")
    visitor.post("/mentions/views", {"name": "Otra", "asked": "language=ru"})
    visitor.post("/mentions/views/2", {"action": "up"})
    assert re.findall(r">(Vietējie|Otra)</a>", visitor.text("/mentions")) == ["Otra", "Vietējie"]
    visitor.post("/mentions/views/1", {"action": "drop"})
    assert "Vietējie" not in visitor.text("/mentions").partition("toasts")[0]
    assert visitor.post("/mentions/views/2", {"action": "sing"}).status_code == 400
    visitor.post("/mentions/views", {"name": " ", "asked": ""})
    assert "tone-person" in visitor.text("/mentions")


def test_a_partner_sees_no_hand_of_the_office(office: Office, told: dict[str, int]) -> None:
    staff = office.as_role("comms")
    number = told["one"]
    staff.post("/mentions/note", {"id": number, "note": "Iekšēja piezīme"})
    staff.post("/mentions/tag", {"id": number, "tag": "slepenā birka"})
    staff.post("/mentions/assign", {"id": number, "to": str(staff.user_id)})
    partner = office.as_role("partner", "Ludzas novads")
    for path in ("/mentions", "/mentions?view=mine", "/mentions?tag=slepen%C4%81+birka", f"/mentions?assigned={staff.user_id}", f"/mentions/{number}"):
        page = partner.text(path)
        assert "Pirmā ziņa" in page  # a filter that is not theirs changes nothing
        for word in ("Iekšēja", "slepenā birka</", "#slepenā", "Vārds comms", "data-unread", "data-done", 'name="tag"', 'name="assigned"'):
            assert word not in page, (path, word)
    for path in ("/mentions/mark", "/mentions/tag", "/mentions/note", "/mentions/assign", "/mentions/views", "/mentions/back"):
        assert partner.post(path, {"id": number, "action": "star"}).status_code == 403
    assert partner.get(f"/mentions/{number}/why").status_code == 403


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/mentions/mark", {"id": "1", "action": "sing"}, 400),
        ("/mentions/mark", {"id": "x", "action": "star"}, 400),
        ("/mentions/mark", {"action": "star"}, 303),
        ("/mentions/assign", {"id": "1", "to": "999"}, 400),
        ("/mentions/assign", {"id": "1", "to": "x"}, 400),
        ("/mentions/assign", {"to": ""}, 303),
        ("/mentions/tag", {"id": "1", "tag": ""}, 303),
        ("/mentions/tag", {"off": "x:balva"}, 400),
        ("/mentions/note", {"id": "1", "note": ""}, 303),
        ("/mentions/campaign", {"id": "1", "campaign": "999"}, 400),
        ("/mentions/campaign", {"off": "1:x"}, 400),
        ("/mentions/back?deed=x", {}, 303),
        ("/mentions/1/notes/99/drop", {}, 404),
        ("/mentions/tag", {"id": "999999", "tag": "x"}, 303),
    ],
)
def test_forms_that_do_not_fit_change_nothing(office: Office, told: dict[str, int], path: str, data: dict[str, object], status: int) -> None:
    visitor = office.as_role("comms")
    assert visitor.post(path, data).status_code == status
    with office.app.store.reading() as session:
        assert desk.tags(session) == []
        assert all(one.assigned_to is None for one in session.scalars(select(Mention)))


def test_people_who_have_left_are_not_offered(office: Office, told: dict[str, int]) -> None:
    visitor = office.as_role("comms")
    gone = account(office.app, "reader", name="Aizgājusi Anna")
    account(office.app, "partner", "Ludzas novads", name="Pašvaldības Pēteris")
    assert "Aizgājusi Anna" in visitor.text("/mentions")
    with office.app.store.transaction() as session:
        session.execute(update(User).where(User.id == gone).values(disabled_at=office.clock.now()))
    page = visitor.text("/mentions")
    assert "Aizgājusi Anna" not in page and "Pašvaldības Pēteris" not in page


def test_only_a_minus_is_no_question(office: Office, told: dict[str, int]) -> None:
    page = office.as_role("comms").text("/mentions?q=-sports")
    assert "field-error" in page
    assert 'value="-sports"' in page


def test_what_was_found_is_marked_in_list_and_reading(office: Office) -> None:
    with office.app.store.transaction() as session:
        number = mentions.mention(session, office.clock.now(), "Ozoli atgriežas", text="Ilgi stāsti. Skolēnam vajag skolu un draugus. Beigas.")
    visitor = office.as_role("comms")
    page = visitor.text("/mentions?q=skolai")
    assert '<mark class="sought">skolu</mark>' in page
    assert f'hx-get="/mentions/{number}?q=skolai"' in page
    assert '<mark class="sought">skolu</mark>' in visitor.text(f"/mentions/{number}?q=skolai")
    assert '<mark class="sought">' not in visitor.text(f"/mentions/{number}")
