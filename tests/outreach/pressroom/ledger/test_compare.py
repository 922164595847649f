"""A release against an article: shares, kinds, and what became of numbers, names and quotes."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.ledger.compare import compare
from outreach.pressroom.ledger.findings import Expired, findings, phones
from outreach.pressroom.ledger.passages import covered, parts, rows
from outreach.pressroom.ledger.sketch import Fingerprint, Index, fingerprint
from outreach.pressroom.ledger.texting import Read, Ready
from outreach.pressroom.ledger.words import lay
from outreach.pressroom.texts import Quoted, Said

SAID = Said(
    1, 1, "release", "lv",
    "Šogad Latgalē atgriezušās 423 ģimenes",
    "Desmit mēnešos ar biroja palīdzību no ārvalstīm uz dzīvi Latgalē atgriezušās 423 ģimenes, liecina biroja dati.",
    "Visvairāk ģimeņu atbraukušas no Īrijas un Vācijas. Rēzeknes novads uzņēmis 187 ģimenes, Daugavpils – vēl 96.\n\n"
    "Trešdaļai ģimeņu ir bērni skolas vecumā, un tie šoruden sākuši mācības Latgales skolās.",
    (), "Latgales remigrācijas birojs palīdz ģimenēm, kuras no ārvalstīm vēlas atgriezties Latgalē, ar padomu un darbu.",
    "Ilona Vucāne, tālrunis 64622015", 1,
    (Quoted("Ģimenes jautā, kurā skolā ir brīva vieta un kas palīdzēs ar pirmo dzīvokli.", "Ilona Vucāne", "koordinatore"),),
)  # fmt: skip
READY = Ready(SAID)
WHOLE = "\n".join((SAID.lead, SAID.body, f"“{SAID.quotes[0].words}” stāsta koordinatore Ilona Vucāne.", "Tālrunis 64622015."))
OTHER = (
    "Preiļos sestdien atklās slidotavu. Treneris Aldis Kalniņš stāsta, ka ledus būs desmit centimetrus biezs un nomā "
    "varēs ņemt slidas par trim eiro. Ieeja bērniem bez maksas, kafejnīcā vārīs zupu."
)


def told(text: str, title: str = SAID.headline, language: str = "lv", gone: tuple[Expired, ...] = (), agency: str | None = None) -> dict[str, dict[str, object]]:
    read = Read(title, text, language)
    return dict(findings(READY, read, compare(READY, read), gone, date(2026, 11, 25), agency))


def test_what_is_printed_whole() -> None:
    likeness = compare(READY, Read(SAID.headline, WHOLE, "lv"))
    assert likeness.kind == "verbatim" and likeness.share > 0.8 and likeness.cover > 0.8 and not likeness.headline_changed
    assert {(fact.kind, fact.state) for fact in likeness.facts} == {("number", "exact"), ("name", "exact"), ("quote", "exact")}
    assert told(WHOLE) == {}


def test_what_is_about_something_else() -> None:
    likeness = compare(READY, Read("Slidotava", OTHER, "lv"))
    assert likeness.kind == "none" and likeness.share == 0 and likeness.facts == ()


@pytest.mark.parametrize("text", ["", "Īsi.", SAID.boilerplate, f"{OTHER} {SAID.boilerplate} {SAID.contact}"])
def test_who_we_are_and_whom_to_call_is_no_print(text: str) -> None:
    assert not compare(READY, Read("Ziņa", text, "lv")).is_print


def test_a_number_that_was_changed() -> None:
    found = told(WHOLE.replace("423", "432"), title="Latgalē atgriežas ģimenes")
    assert found["pressprint.finding.number"]["ours"] == "423"
    assert found["pressprint.finding.number"]["theirs"] == "432"
    assert "432 ģimenes" in str(found["pressprint.finding.number"]["near"])


def test_a_number_that_is_only_left_out_is_no_mistake() -> None:
    assert "pressprint.finding.number" not in told(WHOLE.replace("187 ģimenes", "daudz ģimeņu"))
    assert "pressprint.finding.number" not in told(f"{WHOLE} Pērn Preiļos slidotavu apmeklēja 512 cilvēki.")


@pytest.mark.parametrize(
    ("text", "key", "facts"),
    [
        (WHOLE.replace("Ilona Vucāne", "Ilona Vacāne"), "pressprint.finding.name", {"ours": "Ilona Vucāne", "theirs": "Ilona Vacāne"}),
        (WHOLE.replace("64622015", "64622051"), "pressprint.finding.phone", {"ours": "64622015", "theirs": "64622051"}),
        (WHOLE.replace(" Tālrunis", "").replace("Tālrunis 64622015.", ""), "pressprint.finding.contact", {}),
        ("\n".join((SAID.lead, SAID.body)), "pressprint.finding.quote_dropped", {"speaker": "Ilona Vucāne"}),
    ],
)
def test_what_was_made_of_it(text: str, key: str, facts: dict[str, str]) -> None:
    assert told(text)[key] == facts


def test_inflected_names_are_right_names() -> None:
    assert "pressprint.finding.name" not in told(WHOLE.replace("stāsta koordinatore Ilona Vucāne", "uzsvērts Ilonas Vucānes stāstā"))


def test_another_headline_and_an_agency() -> None:
    found = told(WHOLE, title="Sveiki, mājas!", agency="LETA")
    assert found["pressprint.finding.headline"] == {"theirs": "Sveiki, mājas!"}
    assert found["pressprint.finding.agency"] == {"agency": "LETA"}


@pytest.mark.parametrize(
    ("gone", "text", "stands"),
    [
        (Expired("phone", "Biroja tālrunis", "+371 6462 2000", date(2026, 1, 1), "64622015"), "Zvaniet 64 622 000.", True),
        (Expired("phone", "Biroja tālrunis", "64622000", date(2026, 1, 1), None), "Zvaniet 64622001.", False),
        (Expired("person", "Koordinatore", "Astrīda Leščinska", date(2026, 1, 1), None), "Raksta koordinatorei Astrīdai Leščinskai.", True),
        (Expired("person", "Koordinatore", "Astrīda Leščinska", date(2026, 1, 1), None), "Raksta Astrīdai.", False),
        (Expired("sum", "Pārcelšanās pabalsts", "2400 eiro", date(2026, 1, 1), "3200 eiro"), "Pabalsts būs 2400 eiro.", True),
        (Expired("sum", "Pārcelšanās pabalsts", "2400 eiro", date(2026, 1, 1), "3200 eiro"), "Ceļš izmaksāja 2400 eiro.", False),
        (Expired("mail", "Pasts", "vecais@birojs.example", date(2026, 1, 1), None), "Rakstiet Vecais@birojs.example!", True),
        (Expired("phone", "Biroja tālrunis", "64622000", date(2026, 11, 25), None), "Zvaniet 64622000.", False),  # holds that day
    ],
)
def test_what_does_not_hold_any_more(gone: Expired, text: str, stands: bool) -> None:
    found = told(f"{WHOLE}\n{text}", gone=(gone,))
    assert any(key.startswith("pressprint.finding.outdated") for key in found) is stands


def test_telephones_are_digits() -> None:
    assert phones("Zvaniet +371 6462 2015 vai 26118340, no 9.00 līdz 20.00, 312 000 eiro") == {"64622015", "26118340"}


def test_numbers_in_words_and_groups() -> None:
    numbers = [word.number for word in lay("3,4 miljoni eiro un 312 000 eiro, divpadsmit ģimenes, 2026. gadā").words if word.number]
    assert numbers == [3_400_000, 312_000, 12, 2026]


WORDS = st.lists(st.sampled_from(sorted({word.plain for word in lay(f"{WHOLE} {OTHER}").words})), max_size=80).map(" ".join)


@given(WORDS)
def test_shares_are_shares(text: str) -> None:
    found = compare(READY, Read("", text, "lv"))
    assert 0 <= found.share <= 1 and 0 <= found.cover <= 1 and 0 <= found.headline <= 1 and 0 <= found.score <= 1


@given(st.lists(st.sampled_from(["zaķis", "skrien", "pār", "lauku", "mežā"]), min_size=1, max_size=60))
def test_words_of_the_outlets_own_lower_the_share(added: list[str]) -> None:
    whole = compare(READY, Read("", WHOLE, "lv"))
    more = compare(READY, Read("", f"{WHOLE}\n{' '.join(added)}", "lv"))
    assert more.share < whole.share and more.cover >= whole.cover - 1e-9


@given(st.text(max_size=300))
def test_any_text_is_taken_apart_and_put_together(text: str) -> None:
    laid = lay(text)
    told = [at % 3 == 0 for at in range(len(laid.words))]
    assert "".join(part.text for part in parts(laid, told)) == text
    assert all(begin <= end for begin, end in laid.sentences)


def test_runs_shorter_than_six_words_are_nothing() -> None:
    known = rows([word.plain for word in lay("viens divi trīs četri pieci seši septiņi").words])
    assert covered(["divi", "tris", "cetri", "pieci", "sesi", "septini"], known) == [True] * 6
    assert covered(["divi", "tris", "cetri", "pieci", "sesi"], known) == [False] * 5


@given(st.lists(st.text(max_size=120), max_size=6), st.lists(st.text(max_size=200), max_size=5))
def test_any_texts_may_be_looked_up_and_together_they_find_what_each_finds_alone(releases: list[str], texts: list[str]) -> None:
    index = Index([fingerprint(Ready(replace(SAID, lead=one, body=""))) for one in releases])
    told = [*texts, WHOLE, *texts, f"{SAID.headline}\n{OTHER}"]
    together = index.candidates(told)
    assert together == [index.candidates([one])[0] for one in told]
    assert {number for found in together for number in found} <= set(range(len(releases)))


def test_a_fingerprint_comes_back_from_the_store_as_it_was() -> None:
    made = fingerprint(READY)
    kept = Fingerprint.unpacked(*made.packed())
    assert (kept.runs == made.runs).all() and (kept.facts == made.facts).all() and len(made.runs) > 40
