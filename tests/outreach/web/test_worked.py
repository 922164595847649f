"""What worked before the pages: figures by the address's filter, no names, records for the coordinator alone."""

import csv
import io
import zipfile
from datetime import date, timedelta

import pytest
from lxml import html

from campaigns.planning import costs
from outreach.people.models import ROLES
from tests.benchmarks.replay import listening
from tests.outreach.tracker.credit import desk
from tests.outreach.web import families_desk
from tests.outreach.web.conftest import Office
from tests.outreach.web.families_desk import CANARY, silent

PAGE = "/reports/worked"


def told(office: Office) -> list[int]:
    """Eleven inquiries: by a page, by word of mouth and by nobody knows what; three families; one return."""
    with office.app.store.transaction() as session:
        now = office.clock.now()
        page, mail = desk.link(session, "Lapa"), desk.link(session, "Vēstule", "Grants")
        came = desk.family(session, ("contacted", now.date()), ("returned_supported", now.date() + timedelta(days=3)), created=now)
        early = desk.family(session, ("returned_alone", date(2026, 2, 1)), created=now)
        other = desk.family(session, ("contacted", now.date()), created=now, country="GB")
        numbers = [desk.ask(session, (page, 9), (mail, 2), at=now, family=came), desk.ask(session, (page, 3), at=now, family=early)]
        numbers += [desk.ask(session, (page, 5), at=now) for _ in range(3)]
        numbers += [desk.ask(session, "friends", at=now, family=other, country="GB"), *(desk.ask(session, at=now) for _ in range(5))]
        costs.spend(session, now, 1, spent_on=now.date(), cents=10_000, minutes=90, what="Plakāti", actor="x")
    families_desk.ask(office, linked=False)
    return numbers


def page(office: Office, query: str = "", role: str = "coordinator") -> html.HtmlElement:
    return html.fromstring(office.as_role(role).text(PAGE + query))


def lines(tree: html.HtmlElement, name: str = "touches") -> dict[str, list[str]]:
    rows = tree.xpath(f"//div[@id='{name}']//tbody/tr")
    return {" ".join(str(row.xpath("string(th)")).split()): [" ".join(str(cell.text_content()).split()) for cell in row.xpath("td")] for row in rows}


def test_the_page_says_what_came_before_and_how_sure_that_is(office: Office) -> None:
    told(office)
    tree = page(office)
    lead = " ".join(str(tree.xpath("string(//p[@class='lead'])")).split())
    assert lead.startswith("Periodā: 12 jautājumu; sarunu ar biroju sāka 3 ģimenes (9 cilvēki); atgriezās 1 ģimene.")
    assert "Avots nav zināms 50 % jautājumu (robežas 25 %–75 %)." in lead
    text = str(tree.text_content())
    assert "nekad – ka viens izraisīja otru" in text and "1 ģimene atgriezās, pirms sazinājās" in text
    found = lines(tree)
    assert list(found) == ["Avots nav zināms", "Lapa", "Draugi vai radi", "Vēstule"]
    assert found["Lapa"][:5] == ["5", "4,5", "1,5", "4,5", "0,5"]
    assert found["Vēstule"][:2] == ["1", "0,5"] and "nav atšķirami" in found["Lapa"][6]
    assert len(tree.xpath("//figure")) == 3 and len(tree.xpath("//figure//*[local-name()='svg']")) == 6
    assert lines(tree, "costs")["MĀJAS"][2] == "5" and "20 €" in lines(tree, "costs")["MĀJAS"][3]
    assert lines(tree, "countries")["Īrija"][0] == "11"
    shared = lines(tree, "country-costs")
    assert list(shared)[-1] == "Valsts nav norādīta" and shared["Īrija"][3] == "5"
    assert shared["Valsts nav norādīta"][1:] == ["100 €", "1,5 h", "0", "–", "–"]


def test_the_address_is_the_filter_and_what_does_not_fit_is_said(office: Office) -> None:
    told(office)
    assert lines(page(office, "?country=GB"))["Avots nav zināms"][0] == "0"
    assert list(lines(page(office, "?level=campaign&campaign=2"))) == ["Grants", "MĀJAS", "Avots nav zināms"]
    assert "Mūsu pašu" in lines(page(office, "?level=kind"))
    assert lines(page(office, "?end=returned"))["Lapa"][0] == "1"
    few = page(office, "?model=markov")
    assert "Markova ķēde: vajag vismaz 50 gadījumu, ir 12" in str(few.text_content())
    assert lines(few)["Lapa"][:2] == ["5", "–"]
    assert "20" not in "".join(lines(page(office, "?country=IE"), "costs"))
    wrong = page(office, "?period=x&model=magic&campaign=99&country=XX")
    assert len(wrong.xpath("//*[@aria-invalid='true']")) == 4 and lines(wrong)["Lapa"][0] == "5"


def test_an_empty_period_teaches_the_next_step(office: Office) -> None:
    assert page(office).xpath("//div[@class='empty-state']//a[@href='/inquiries']")


def test_numbers_open_their_records_for_the_coordinator_alone(office: Office) -> None:
    numbers = told(office)
    [link] = page(office).xpath("//div[@id='touches']//tr[th='Lapa']//a/@href")
    tree = html.fromstring(office.as_role("coordinator").text(link))
    shown = [one.text for one in tree.iter("a") if "/inquiries/" in str(one.get("href"))]
    assert shown == [str(number) for number in numbers[:5]]
    assert not page(office, role="comms").xpath("//div[@id='touches']//td//a")
    assert office.as_role("comms").get(link).status_code == 403
    assert office.as_role("coordinator").get(f"{PAGE}/records?of=inquiry&name=x").status_code == 404
    assert office.as_role("coordinator").get(f"{PAGE}/records?of=people&name=").status_code == 404


def test_who_may_read_it(office: Office) -> None:
    told(office)
    for role in ROLES:
        visitor = office.as_role(role, "Balvu novads" if role == "partner" else None)
        allowed = role in {"coordinator", "comms", "administrator"}
        assert visitor.get(PAGE).status_code == (200 if allowed else 403)
        assert (PAGE in visitor.text("/reports")) is allowed
        if allowed:
            assert silent(visitor.text(PAGE + "?level=item")) and CANARY not in visitor.text(PAGE)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_table_has_every_line(office: Office, file_format: str) -> None:
    told(office)
    answer = office.as_role("comms").get(f"{PAGE}/table?format={file_format}")
    assert answer.status_code == 200 and f"kas-nostradaja-2026.{file_format}" in answer.headers["Content-Disposition"]
    if file_format == "xlsx":
        text = b"".join(zipfile.ZipFile(io.BytesIO(answer.data)).read(name) for name in ("xl/worksheets/sheet1.xml",)).decode()
        assert "Lapa" in text and silent(text)
        return
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    [row] = [one for one in rows if one and one[0] == "Lapa"]
    assert row[1:8] == ["5", "2", "1", "4,5", "1,5", "4,5", "0,5"]
    assert any("nekad" in cell for one in rows for cell in one)


def test_the_page_asks_little(office: Office) -> None:
    told(office)
    visitor = office.as_role("coordinator")
    office.client.application.extensions["outreach.attention"].forget()
    with listening(office.app.store.engine) as heard:
        visitor.text(PAGE + "?level=item")
    assert len(heard.statements) <= 12
    assert not any("_sealed" in one for one in heard.statements)


def test_what_would_be_without_some_of_it_is_a_sum_and_no_forecast(office: Office) -> None:
    told(office)
    form = page(office, "?level=channel&end=family").xpath("//section[@id='whatif']//form")[0]
    assert {one.get("value") for one in form.xpath(".//input[@type='hidden']")} == {"family"}
    names = [str(one.get("value")) for one in page(office).xpath("//section[@id='whatif']//input[@type='checkbox']")]
    assert len(names) == 3 and "unknown" not in names
    asked = page(office, "?" + "&".join(f"without={name}" for name in names) + "&without=%3Cb%3E")
    said = " ".join(str(asked.xpath("string(//section[@id='whatif'])")).split())
    assert "Draugi vai radi, Lapa, Vēstule" in said and "par 6 mazāk no 12" in said and "ne ar ko citu – 6 (50 %, robežas 25 %–75 %)" in said
    assert "nevis paredzējums" in said and len(asked.xpath("//section[@id='whatif']//input[@checked]")) == 3
    one = " ".join(str(page(office, f"?without={names[0]}").xpath("string(//section[@id='whatif']/p)")).split())
    assert "Bez izvēlētā (Lapa)" in one and "par 4 mazāk no 12" in one
