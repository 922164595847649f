"""Channels in the settings: how they are, why they rest, and that a secret stays where it belongs."""

import dataclasses
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import select

from campaigns.models import ChannelRow, Delivery
from outreach.core.errors import WireError
from outreach.core.registry import kinds
from outreach.people.models import ROLES, AuditEntry
from tests.benchmarks.replay import listening
from tests.outreach.web.conftest import Office

LIST = "/settings/channels"
FOLDER = {"kind": "folder", "name": "Mape", "kind_folder": "/srv/ieraksti"}
MASTODON = {"kind": "mastodon", "name": "Konts", "kind_server": "https://x.example", "kind_token_env": "OUTREACH_X_TOKEN", "kind_visibility": "public"}


def rows(office: Office) -> list[ChannelRow]:
    with office.app.store.reading() as session:
        return list(session.scalars(select(ChannelRow).order_by(ChannelRow.id)))


def trail(office: Office) -> list[tuple[str, dict[str, object]]]:
    with office.app.store.reading() as session:
        return [(one.action, dict(one.facts)) for one in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


@pytest.mark.parametrize("role", ROLES)
def test_who_may_look_pause_and_add(office: Office, role: str) -> None:
    office.as_role("administrator").post(f"{LIST}/new", FOLDER)
    visitor = office.as_role(role)
    assert visitor.get(LIST).status_code == (403 if role == "partner" else 200)
    assert visitor.get(f"{LIST}/new").status_code == (200 if role == "administrator" else 403)
    assert visitor.post(f"{LIST}/new", MASTODON).status_code == (303 if role == "administrator" else 403)
    assert visitor.post(f"{LIST}/1/switch", {"action": "pause"}).status_code == (303 if role in {"administrator", "comms"} else 403)
    if role in {"coordinator", "reader"}:
        assert html.fromstring(visitor.text(LIST)).xpath("//main//form") == []


@pytest.mark.parametrize("kind", sorted(kinds("campaigns.channels")))
def test_every_kind_has_a_form_with_its_fields(office: Office, kind: str) -> None:
    tree = html.fromstring(office.as_role("administrator").text(f"{LIST}/new?kind={kind}"))
    drawn = {entry.get("name") for entry in tree.xpath("//main//form//*[@name]")}
    assert {f"kind_{name}" for name in (field.name for field in dataclasses.fields(kinds("campaigns.channels")[kind]))} <= drawn


def test_a_channel_is_made_paused_for_a_reason_taken_back_and_resumed(office: Office) -> None:
    admin = office.as_role("administrator")
    assert admin.post(f"{LIST}/new", FOLDER).location == LIST
    assert [(one.name, one.kind, one.settings, one.paused) for one in rows(office)] == [("Mape", "folder", {"folder": "/srv/ieraksti"}, False)]
    officer = office.as_role("comms")
    officer.post(f"{LIST}/1/switch", {"action": "pause", "reason": "channels.reason.mourning"})
    assert (rows(office)[0].paused, rows(office)[0].pause_reason) == (True, "channels.reason.mourning")
    page = officer.text(LIST)
    assert "Sēru vai klusā diena" in page and "Ieplānotie ieraksti gaida, līdz kanālu ieslēgs." in page
    [undo] = html.fromstring(page).xpath("//div[@id='toasts']//form/@action")
    officer.post(undo)
    assert not rows(office)[0].paused
    officer.post(f"{LIST}/1/switch", {"action": "pause"})
    officer.post(f"{LIST}/1/switch", {"action": "resume"})
    assert [action for action, _ in trail(office)] == ["create", "pause", "resume", "pause", "resume"]
    assert trail(office)[1][1] == {"name": "Mape", "reason": "channels.reason.mourning"}
    with listening(office.app.store.engine) as heard:
        officer.text(LIST)
    assert len(heard.statements) <= 12


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("1", {"action": "delete"}, 400), ("1", {}, 400), ("1", {"action": "pause", "reason": "public.error.500"}, 400),
        ("9", {"action": "pause"}, 404), ("9", {"action": "resume"}, 404),
    ],
)
def test_a_deed_that_is_none_is_refused(office: Office, path: str, data: dict[str, object], status: int) -> None:
    admin = office.as_role("administrator")
    admin.post(f"{LIST}/new", FOLDER)
    assert admin.post(f"{LIST}/{path}/switch", data).status_code == status
    assert not rows(office)[0].paused


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Šis lauks jāaizpilda."), ({"kind_token_env": ""}, "Šis lauks jāaizpilda."), ({"name": "Mape"}, "jau ir"),
        ({"kind_token_env": "s3cr3t-kanarijs=="}, "nevis pašai atslēgai"), ({"kind_token_env": "atslēga"}, "nevis pašai atslēgai"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_lost(office: Office, change: dict[str, str], said: str) -> None:
    admin = office.as_role("administrator")
    admin.post(f"{LIST}/new", FOLDER)
    answer = admin.post(f"{LIST}/new", MASTODON | {"kind_server": "https://<b>x"} | change)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in page
    assert "https://&lt;b&gt;x" in page and "<b>x" not in page
    assert "s3cr3t" not in page
    assert len(rows(office)) == 1


def test_a_secret_is_told_by_its_name_and_whether_it_is_set(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = office.as_role("administrator")
    admin.post(f"{LIST}/new", MASTODON)
    monkeypatch.delenv("OUTREACH_X_TOKEN", raising=False)
    page = admin.text(LIST)
    assert "OUTREACH_X_TOKEN" in page and "nav iestatīta" in page
    monkeypatch.setenv("OUTREACH_X_TOKEN", "kanarijs")
    page = admin.text(LIST)
    assert "nav iestatīta" not in page and "iestatīta" in page and "kanarijs" not in page


def test_no_channel_yet(office: Office) -> None:
    assert html.fromstring(office.as_role("administrator").text(LIST)).xpath("//div[@class='empty-state']//a/@href") == [f"{LIST}/new"]
    assert html.fromstring(office.as_role("reader").text(LIST)).xpath("//div[@class='empty-state']//a") == []


@pytest.mark.parametrize(
    "variable",
    ["OUTREACH_DATA_KEY", "OUTREACH_MAIL_PASSWORD", "OUTREACH_OIDC_SECRET", "OUTREACH_STORE__URL", "OUTREACH_SOURCE_NAV", "PATH", "s3cr3tKanarijs"],
)
def test_no_channel_gives_the_program_s_secrets_to_a_server_of_somebody_s_choice(office: Office, variable: str) -> None:
    """What a channel's variable holds goes to its server: whoever looks after accounts must not get the families' key so."""
    answer = office.as_role("administrator").post(f"{LIST}/new", MASTODON | {"kind_token_env": variable})
    assert answer.status_code == 422
    assert f'value="{variable}"' not in answer.get_data(as_text=True)
    assert rows(office) == []


def test_a_channel_s_own_page_says_everything_of_it(office: Office) -> None:
    office.as_role("administrator").post(f"{LIST}/new", FOLDER)
    officer = office.as_role("comms")
    page = officer.text(f"{LIST}/1")
    for said in ("Teksta garums", "Lai neizietu divreiz", "Ja kaut kas neizdodas", "Cik bieži", "Cena", "Izmēģināt"):
        assert said in page
    officer.post(f"{LIST}/1/reach", {"countries": ["IE", "NO"]})
    assert rows(office)[0].countries == ["IE", "NO"] and "Īrija, Norvēģija." in officer.text(f"{LIST}/1")
    assert officer.post(f"{LIST}/1/reach", {"countries": "XX"}).status_code == 422
    assert officer.get(f"{LIST}/9").status_code == 404 and officer.post(f"{LIST}/9/reach", {}).status_code == 404
    assert html.fromstring(office.as_role("reader").text(f"{LIST}/1")).xpath("//main//form") == []


@pytest.mark.parametrize("kind", sorted(kinds("campaigns.channels")))
def test_every_kind_says_its_terms_in_words(office: Office, kind: str) -> None:
    page = office.as_role("administrator").text(f"{LIST}/new?kind={kind}")
    for said in ("Attēli", "Lai neizietu divreiz", "Ja kaut kas neizdodas", "Cik bieži", "Cena", "YouTube", "draugiem.lv"):
        assert said in page


def test_a_post_to_oneself_is_shown_first_sent_once_and_counted_nowhere(office: Office, tmp_path: Path) -> None:
    office.as_role("administrator").post(f"{LIST}/new", FOLDER | {"kind_folder": str(tmp_path / "posts")})
    officer = office.as_role("comms")
    tree = html.fromstring(officer.text(f"{LIST}/1/trial"))
    assert "apakšmapē test" in tree.text_content() and list(tmp_path.rglob("*.txt")) == []
    [key] = tree.xpath("//main//input[@name='key']/@value")
    for _ in range(2):
        page = officer.post(f"{LIST}/1/trial", {"key": key}).get_data(as_text=True)
        assert "Izmēģinājuma ieraksts ir kanālā" in page
    assert len(list(tmp_path.rglob("*.txt"))) == 1
    assert trail(office)[-1] == ("try", {"name": "Mape", "came": "there"})
    with office.app.store.reading() as session:
        assert session.scalars(select(Delivery)).all() == []


def test_a_try_that_fails_says_why_and_pauses_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUTREACH_X_TOKEN", raising=False)
    office.as_role("administrator").post(f"{LIST}/new", MASTODON)
    officer = office.as_role("comms")
    page = officer.post(f"{LIST}/1/trial", {"key": "a" * 32}).get_data(as_text=True)
    assert "Nekas nav nosūtīts" in page and "OUTREACH_X_TOKEN" in page and not rows(office)[0].paused
    monkeypatch.setattr("campaigns.trying.attempt", lambda *_: (_ for _ in ()).throw(WireError("http.timeout", ambiguous=True)))
    page = officer.post(f"{LIST}/1/trial", {"key": "b" * 32}).get_data(as_text=True)
    assert "Skaidras atbildes nav" in page and f'value="{"b" * 32}"' in page
    assert [facts.get("came") for action, facts in trail(office) if action == "try"] == ["refused", "doubt"]


def test_a_kind_without_private_posts_says_so(office: Office) -> None:
    office.as_role("administrator").post(f"{LIST}/new", {"kind": "manual", "name": "Grupa", "kind_place": "Grupa"})
    tree = html.fromstring(office.as_role("comms").text(f"{LIST}/1/trial"))
    assert "Šeit publicē cilvēks" in tree.text_content() and tree.xpath("//main//input[@name='key']") == []
