"""A campaign's own links on the screen: made, drawn as a square, corrected; who asked because of them."""

from outreach.tracker import intake
from outreach.tracker.jobs import link_new
from tests.outreach.web import planning
from tests.outreach.web.conftest import Office

LINK = {"label": "plakāts autoostā", "target_url": "https://majas.example/", "spoken": "MĀJAS"}


def test_a_poster_from_its_form_to_a_family(office: Office) -> None:
    number = planning.campaign(office)
    visitor = office.as_role("comms")
    assert "vēl nav savu saišu" in visitor.text(f"/campaigns/{number}/links")
    assert visitor.post(f"/campaigns/{number}/links", LINK).status_code == 303
    page = visitor.text(f"/campaigns/{number}/links")
    assert "plakāts autoostā" in page
    assert "/k/MĀJAS" in page
    for kind, begins in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        answer = visitor.get(f"/campaigns/{number}/links/1/qr.{kind}")
        assert answer.data.startswith(begins)
        assert "attachment" in answer.headers["Content-Disposition"]
    assert visitor.get(f"/campaigns/{number}/links/1/qr.gif").status_code == 404
    with office.app.store.transaction() as session:
        # They tell the word that they saw, as people write it.
        told = intake.Incoming("walk_in", code="majas", name="Kāds", contact="+371 20000000")
        intake.receive(session, office.clock.now(), office.app.seal, told)
    link_new(office.app)
    assert '<td class="number">1</td>' in visitor.text(f"/campaigns/{number}/links")
    seen = office.as_role("coordinator").text("/inquiries/1")
    assert "MĀJAS 2026" in seen
    assert "plakāts autoostā" in seen


def test_what_is_wrong_stands_at_its_field(office: Office) -> None:
    number = planning.campaign(office)
    visitor = office.as_role("comms")
    for wrong, said in (
        ({"label": " "}, "Kur tā būs"),
        ({"spoken": "a b"}, "bez atstarpēm"),
        ({"target_url": "ftp://x"}, "ftp://x"),
        ({"ends_on": "vakar"}, "vakar"),
    ):
        answer = visitor.post(f"/campaigns/{number}/links", {**LINK, **wrong})
        assert answer.status_code == 422
        assert said in answer.text
    assert "vēl nav savu saišu" in visitor.text(f"/campaigns/{number}/links")


def test_a_link_is_withdrawn_and_let_on_again(office: Office) -> None:
    number = planning.campaign(office)
    visitor = office.as_role("comms")
    visitor.post(f"/campaigns/{number}/links", LINK)
    assert visitor.post(f"/campaigns/{number}/links/1", {**LINK, "withdrawn": "1"}).status_code == 303
    assert "Saite atsaukta" in visitor.text(f"/campaigns/{number}/links/1")
    assert office.client.get("/k/majas").status_code == 404
    visitor.post(f"/campaigns/{number}/links/1", LINK)
    assert office.client.get("/k/majas").status_code == 302
    day = office.clock.now().date().isoformat()
    visitor.post(f"/campaigns/{number}/links/1", {**LINK, "ends_on": day})
    assert "līdz " in visitor.text(f"/campaigns/{number}/links")


def test_a_partner_sees_the_links_of_their_own_campaigns_alone(office: Office) -> None:
    ours, theirs = planning.campaign(office, "Mūsu", "Ludzas novads"), planning.campaign(office, "Cita")
    office.as_role("comms").post(f"/campaigns/{ours}/links", LINK)
    partner = planning.partner(office, "Ludzas novads")
    page = partner.text(f"/campaigns/{ours}/links")
    assert "plakāts autoostā" in page
    assert "Izveidot saiti" not in page
    assert partner.get(f"/campaigns/{theirs}/links").status_code == 404
    assert partner.get(f"/campaigns/{theirs}/links/1").status_code == 404
    assert partner.post(f"/campaigns/{ours}/links", LINK).status_code == 403
