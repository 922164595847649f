"""A mention's history on the screen: kept pages and their envelope, changes, the label beside it, deleting."""

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.people.audit import Chosen, entries
from scrapers import evidence, warc
from scrapers.models import Article, ArticleRevision, Evidence, Mention
from tests.outreach.web import newsdesk
from tests.outreach.web.conftest import Office

PLACE = "Ludzas novads"
HOSTILE = "<link rel=preconnect href=//evil.example><script>alert(1)</script><p>Ķīļ</p>"


def article_of(office: Office, mention_id: int, **columns: object) -> int:
    with office.app.store.transaction() as session:
        row = session.get_one(Article, session.get_one(Mention, mention_id).article_id)
        for name, value in columns.items():
            setattr(row, name, value)
        return row.id


@pytest.fixture
def mention(office: Office) -> int:
    return newsdesk.mention(office, newsdesk.source(office, "Avīze"), "Ozoli <b>mājās", place=PLACE)


def keep(office: Office, mention_id: int, body: bytes, content_type: str | None = "text/html; charset=utf-8", status: int = 200) -> int:
    """Keeps a page of the mention; its number."""
    article_id = article_of(office, mention_id)
    headers = {} if content_type is None else {"Content-Type": content_type, "Set-Cookie": "a=b", "Link": "<//evil.example>; rel=preconnect"}
    folder, now = office.app.settings.folder, office.clock.now()
    url = "https://avize.example/raksti/1"
    kept = warc.keep(folder, url, status, headers, body, now) if status else warc.keep_text(folder, url, body.decode(), now)
    with office.app.store.transaction() as session:
        evidence.record(session, article_id, kept)
        return session.scalars(select(Evidence.id).where(Evidence.sha256 == kept.sha256)).one()


def test_a_kept_page_comes_in_an_envelope_that_lets_it_do_nothing(office: Office, mention: int) -> None:
    number = keep(office, mention, HOSTILE.encode())
    answer = office.as_role("comms").get(f"/mentions/{mention}/kept/{number}")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[:4] == ["sandbox", "default-src 'none'", "img-src data:", "style-src 'unsafe-inline'"]
    assert "allow-" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Set-Cookie" not in answer.headers and "Link" not in answer.headers
    page = answer.get_data(as_text=True)
    assert "Ķīļ" in page and "<link" not in page


KINDS = [
    ("text/html; charset=windows-1257", "Ķīļ <LINK x>".encode("windows-1257"), "text/html; charset=utf-8", "Ķīļ <kept-LINK x>"),
    ("text/html; charset=utf-16", "Ķīļ <IFrame x>".encode("utf-16"), "text/html; charset=utf-8", "Ķīļ <kept-IFrame x>"),
    ("application/xhtml+xml", b"<p>x</p>", "text/html; charset=utf-8", "<p>x</p>"),
    ("image/svg+xml", b"<svg onload='alert(1)'/>", "application/octet-stream", "<svg onload='alert(1)'/>"),
    ("application/rss+xml", b"<rss/>", "text/plain; charset=utf-8", "<rss/>"),
    ("text/plain", b"<script>x</script>", "text/plain; charset=utf-8", "<script>x</script>"),
    ("application/pdf", b"%PDF-1.4 x", "application/octet-stream", "%PDF-1.4 x"),
    ("x/\"y", b"<script>x</script>", "application/octet-stream", "<script>x</script>"),
    (None, b"<p>x</p>", "text/html; charset=utf-8", "<p>x</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "body", "kind", "shown"), KINDS, ids=range(len(KINDS)))
def test_what_a_kept_page_is_shown_as(office: Office, mention: int, told: str | None, body: bytes, kind: str, shown: str) -> None:
    number = keep(office, mention, body, told)
    answer = office.as_role("coordinator").get(f"/mentions/{mention}/kept/{number}")
    assert answer.headers["Content-Type"] == kind
    assert shown in answer.get_data().decode()
    assert ("attachment" in answer.headers.get("Content-Disposition", "")) == (kind == "application/octet-stream")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_private_post_is_shown_as_the_text_it_is_kept_as(office: Office, mention: int) -> None:
    number = keep(office, mention, b"Persona 1: <b>sveiki", status=0)
    answer = office.as_role("comms").get(f"/mentions/{mention}/kept/{number}")
    assert (answer.headers["Content-Type"], answer.get_data(as_text=True)) == ("text/plain; charset=utf-8", "Persona 1: <b>sveiki")


def test_the_file_comes_as_it_lies(office: Office, mention: int) -> None:
    number = keep(office, mention, HOSTILE.encode())
    answer = office.as_role("administrator").get(f"/mentions/{mention}/kept/{number}/warc")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=pieminejums-{mention}-2026-11-23.warc.gz"
    assert b"WARC-Target-URI: https://avize.example/raksti/1" in gzip.decompress(answer.get_data())
    answer.close()


def test_what_was_altered_or_lost_is_not_shown(office: Office, mention: int) -> None:
    number = keep(office, mention, b"<p>Ozoli</p>")
    [path] = Path(office.app.settings.folder, "evidence").rglob("*.gz")
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"Ozoli", b"Egles")))
    visitor = office.as_role("comms")
    for more in ("", "/warc"):
        answer = visitor.get(f"/mentions/{mention}/kept/{number}{more}")
        assert answer.status_code == 503
        assert "Egles" not in answer.get_data(as_text=True) and path.name in answer.get_data(as_text=True)
    path.unlink()
    assert visitor.get(f"/mentions/{mention}/kept/{number}").status_code == 503


@pytest.mark.parametrize("role", ["reader", "partner"])
def test_whose_work_it_is_not_sees_no_kept_page(office: Office, mention: int, role: str) -> None:
    number = keep(office, mention, b"x")
    visitor = office.as_role(role, PLACE if role == "partner" else None)
    assert visitor.get(f"/mentions/{mention}/kept/{number}").status_code == 403
    assert visitor.get(f"/mentions/{mention}/kept/{number}/warc").status_code == 403
    assert visitor.get(f"/mentions/{mention}/delete").status_code == 403
    assert visitor.post(f"/mentions/{mention}/delete").status_code == 403
    page = visitor.text(f"/mentions/{mention}")
    assert "/kept/" not in page and "/delete" not in page


def test_a_page_is_its_own_mentions(office: Office, mention: int) -> None:
    number = keep(office, mention, b"x")
    other = newsdesk.mention(office, newsdesk.source(office, "Cita"), "Cits")
    visitor = office.as_role("comms")
    assert visitor.get(f"/mentions/{other}/kept/{number}").status_code == 404
    assert visitor.get(f"/mentions/{mention}/kept/{number + 1}").status_code == 404


def test_the_mention_tells_its_history(office: Office, mention: int) -> None:
    number = keep(office, mention, b"x")
    at = office.clock.now() - timedelta(hours=1)
    article_id = article_of(office, mention, revision=2, lang_sure=0.1, brought_by="ieva@example.org", brought_from="grupa <i>")
    with office.app.store.transaction() as session:
        session.add(ArticleRevision(article_id=article_id, number=1, at=at, title="Ozoli projām", summary="", text=""))
        session.get_one(Mention, mention).outside = True
        sha = session.get_one(Evidence, number).sha256
    page = office.as_role("comms").text(f"/mentions/{mention}")
    for told in ("2 reizes", sha, f"/mentions/{mention}/kept/{number}/warc", "ārpus raksta", "nav droši", "ieva@example.org", "grupa &lt;i&gt;"):
        assert told in page, told
    partner = office.as_role("partner", PLACE).text(f"/mentions/{mention}")
    assert "ieva@example.org" not in partner and "grupa &lt;i&gt;" in partner
    assert "ārpus raksta" in office.as_role("reader").text("/mentions?standing=all")


def test_changes_are_marked(office: Office, mention: int) -> None:
    article_id = article_of(office, mention, revision=1, title="Ozoli <b>mājās")
    with office.app.store.transaction() as session:
        session.add(ArticleRevision(article_id=article_id, number=0, at=office.clock.now(), title="Ozoli <b>projām", summary="", text=""))
    page = office.as_role("partner", PLACE).text(f"/mentions/{mention}/changes")
    assert "<del>projām</del>" in page and "<ins>mājās</ins>" in page
    assert "&lt;" in page and "<b>" not in page
    assert office.as_role("reader").get(f"/mentions/{mention + 1}/changes").status_code == 404
    elsewhere = newsdesk.mention(office, newsdesk.source(office, "Cita"), "Cits", place="Balvu novads")
    assert office.as_role("partner", PLACE).get(f"/mentions/{elsewhere}/changes").status_code == 404
    assert 'class="empty-state"' in office.as_role("reader").text(f"/mentions/{elsewhere}/changes")


def test_deleting_asks_once_more_and_leaves_nothing_but_its_line(office: Office, mention: int) -> None:
    keep(office, mention, b"x")
    other = newsdesk.mention(office, newsdesk.source(office, "Cita"), "Cits")
    visitor = office.as_role("comms")
    asked = visitor.text(f"/mentions/{mention}/delete")
    assert "Ozoli &lt;b&gt;mājās" in asked and "1 saglabātā lapa" in asked
    answer = visitor.post(f"/mentions/{mention}/delete")
    assert (answer.status_code, answer.location) == (303, "/mentions")
    assert "izdzēsts" in visitor.text("/mentions")
    assert visitor.get(f"/mentions/{mention}").status_code == 404
    assert visitor.get(f"/mentions/{mention}/delete").status_code == 404
    assert visitor.post(f"/mentions/{mention}/delete").status_code == 404
    assert not [*Path(office.app.settings.folder, "evidence").rglob("*.gz")]
    assert visitor.get(f"/mentions/{other}").status_code == 200
    with office.app.store.reading() as session:
        [line] = entries(session, Chosen(action="delete"))
        assert (line.actor, line.subject_kind, line.subject_id) == ("comms@example.org", "mention", mention)


def test_a_file_that_another_article_needs_stays(office: Office, mention: int) -> None:
    other = newsdesk.mention(office, newsdesk.source(office, "Cita"), "Cits")
    keep(office, mention, b"x")
    with office.app.store.transaction() as session:
        row = session.scalars(select(Evidence)).one()
        session.add(Evidence(article_id=session.get_one(Mention, other).article_id, at=row.at, url=row.url, file=row.file, sha256=row.sha256, size=row.size))
    office.as_role("administrator").post(f"/mentions/{mention}/delete")
    assert len([*Path(office.app.settings.folder, "evidence").rglob("*.gz")]) == 1


def test_the_list_and_the_page_tell_of_changes_and_of_a_date_that_cannot_be(office: Office, mention: int) -> None:
    reader = office.as_role("reader")
    assert f"/mentions/{mention}/changes" not in reader.text("/mentions")
    article_of(office, mention, revision=2, published_at=None, date_doubted=True)
    assert f'href="/mentions/{mention}/changes">mainīts 2 reizes' in reader.text("/mentions")
    assert "nevar būt īsts" in reader.text(f"/mentions/{mention}")
    article_of(office, mention, date_doubted=False)
    assert "nevar būt īsts" not in reader.text(f"/mentions/{mention}")
