"""A table of inquiries from the command line: looked at, its columns told, taken, and never shown with a family's words."""

import json
from pathlib import Path

from tests.outreach.test_cli import run

__all__ = ["run"]

TABLE = "Vārds;Tālrunis;Kur tagad;Datums\nZeltkanārijs;29123456;Īrija;5.11.2023\nUldis;26111222;Vācija;31.02.2023\nAnce;27333444;Īrija;1.2.2024\nAnce;27333444;Īrija;1.2.2024\n"


def test_a_table_is_looked_at_and_taken(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "saraksts.csv"
    file.write_text(TABLE, encoding="cp1257")
    outlets = tmp_path / "outlets.csv"
    outlets.write_text("name,tier,kind,feed\nLapa,regional,feed,https://a.example/rss\n", encoding="utf-8")
    assert run("inquiries", "import", str(file)).code == 1  # there is no office yet
    assert run("sources", "import", str(outlets)).code == 0
    looked = run("inquiries", "import", str(file), "--dry-run")
    assert looked.code == 0, looked.err
    assert not any(word in looked.out + looked.err for word in ("Zeltkanārijs", "29123456", "31.02.2023"))
    assert "Row 3, Datums: The day cannot be read" in looked.out and "Rows: 4. Can be added: 1. Perhaps double: 2. Cannot be added: 1." in looked.out + looked.err
    bare = tmp_path / "bez.csv"
    bare.write_text(TABLE.partition("\n")[2], encoding="cp1257")
    for more in ((), ("--map=Kur=country",)):  # nobody wrote headings: the first family is none
        shown = run("inquiries", "import", str(bare), "--dry-run", *more)
        assert not any(word in shown.out + shown.err for word in ("Zeltkanārijs", "29123456"))
    for told, word in (("Kur=country", "Kur tagad"), ("Vārds=nonsense", "given"), ("Vārds", "--map")):
        refused = run("inquiries", "import", str(file), f"--map={told}")
        assert refused.code == 1 and word in refused.err
    taken = run("inquiries", "import", str(file), "--map=Kur tagad=country", "--map=1=name", "--map=Datums=", "--answered")
    assert taken.code == 0 and "2 inquiries added." in taken.out, taken.err
    rows = json.loads(run("inquiries", "list", "--json").out)
    assert {(row["country"], row["arrived_by"]) for row in rows} == {("IE", "import"), ("DE", "import")}
    assert "0" in run("inquiries", "import", str(file), "--map=Datums=").err
