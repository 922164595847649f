"""A table of inquiries as offices have them, two thousand rows of it, and what each row is in truth. Nobody in it exists."""

import io
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

RIGA = ZoneInfo("Europe/Riga")
ROWS = 2_000
HEADS = ("Nr.", "Vārds, uzvārds", "Tālrunis", "E-pasts", "Valsts", "Novads / pagasts", "Cik cilvēku", "Kad sazvanīts", "Kā uzzināja", "Piezīmes")

COUNTRIES = {
    "GB": ("Lielbritānija", "Lielbritanija", "Anglijā", "UK", "United Kingdom", "Великобритания", "Lielbritānja"),
    "IE": ("Īrija", "Irija", "Īrijā", "Ireland", "Ирландия", "Irelnd"),
    "DE": ("Vācija", "Vacija", "Germany", "Германия", "Vācijā", "Germny"),
    "NO": ("Norvēģija", "Norvegija", "Norway", "Норвегия", "Norvģija"),
}
PLACES = {
    "Preiļu novads": ("Preiļi", "Preiļos", "Preiļu nov.", "Aglonas pagasts", "Preilos"),
    "Rēzeknes novads": ("Rēzeknes novads", "Rēzeknes nov.", "Viļāni", "Viļānos", "Maltas pagastā"),
    "Ludzas novads": ("Ludza", "Ludzā", "Ludzas novadā", "Zilupe", "Kārsavā"),
    "Krāslavas novads": ("Krāslava", "Kraslava", "Dagda", "Dagdā", "Indras pag."),
}
SOURCES = {"radio": ("radio", "dzirdēja radio", "радио"), "friends": ("draugi", "no draugiem", "friends"), "facebook": ("Facebook", "fb")}
PEOPLE: dict[int, tuple[Any, ...]] = {1: (1, "viens", "1 cilv."), 2: (2, "2.0", "1+1", "divi"), 3: (3, "trīs", "2+1"), 4: (4, "2+2", "4 cilvēki", "2 pieaugušie, 2 bērni"), 5: (5, "5")}
_SYLLABLES = [consonant + vowel for consonant in "bdgklmnprt" for vowel in "aiou"]
_MONTHS = ("janvārī", "februārī", "martā", "aprīlī", "maijā", "jūnijā", "jūlijā", "augustā", "septembrī", "oktobrī", "novembrī", "decembrī")


@dataclass(frozen=True)
class Truth:
    """What a row is: `take` with its facts, `double` of an earlier row, or `refuse` with the problem's last word."""

    number: int
    fate: str
    problem: str = ""
    name: str = ""
    phone: str = ""
    mail: str = ""
    country: str | None = None
    place: str | None = None
    people: int | None = None
    source: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Messy:
    data: bytes
    truths: tuple[Truth, ...]


def made(seed: int = 9, rows: int = ROWS) -> Messy:
    """The table as XLSX: a title, a head of two merged rows, blank rows between, sums at the end."""
    chance = random.Random(seed)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Saraksts")
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write(0, 0, "Ģimeņu saraksts (iekšējai lietošanai)")
    for at, head in enumerate(HEADS):
        if head in {"Tālrunis", "E-pasts"}:
            sheet.write(2, at, head)
        else:
            sheet.merge_range(1, at, 2, at, head)
    sheet.merge_range(1, 2, 1, 3, "Saziņa")
    truths: list[Truth] = []
    written: list[list[Any]] = []
    line = 3
    for number in range(rows - 1):
        if chance.random() < 0.03:
            line += 1  # a blank row
        cells, truth = _row(chance, number, line + 1, written, truths)
        for at, cell in enumerate(cells):
            _put(sheet, line, at, cell, day)
        written.append(cells)
        truths.append(truth)
        line += 1
    sheet.write(line, 0, "Kopā")
    sheet.write_formula(line, 6, f"=SUM(G4:G{line})", None, 4_321)
    truths.append(Truth(line + 1, "refuse", "total"))
    book.close()
    return Messy(out.getvalue(), tuple(truths))


def _put(sheet: Any, line: int, at: int, cell: Any, day: Any) -> None:
    if isinstance(cell, datetime | date):
        sheet.write_datetime(line, at, datetime(cell.year, cell.month, cell.day), day)
    elif isinstance(cell, tuple):
        sheet.write_formula(line, at, cell[0], None, cell[1])
    elif isinstance(cell, int | float):
        sheet.write_number(line, at, cell)
    elif cell:
        sheet.write_string(line, at, cell)


def _row(chance: random.Random, number: int, line: int, written: list[list[Any]], truths: list[Truth]) -> tuple[list[Any], Truth]:
    luck = chance.random()
    if luck < 0.02:
        return list(HEADS), Truth(line, "refuse", "head")
    if luck < 0.07:
        good = [at for at, one in enumerate(truths) if one.fate == "take"]
        if good:
            at = chance.choice(good)
            return written[at], Truth(line, "double")
    cells, truth = _family(chance, number, line)
    if luck < 0.20:
        return _spoilt(chance, cells, truth)
    return cells, truth


def _family(chance: random.Random, number: int, line: int) -> tuple[list[Any], Truth]:
    name = f"{_word(number, 7)} {_word(number, 13)}ns"
    phone, mail = f"2{6_000_000 + number * 7:07d}", f"{_word(number, 3).lower()}{number}@pasts.example"
    country, place, source = chance.choice(list(COUNTRIES)), chance.choice(list(PLACES)), chance.choice(list(SOURCES))
    people = chance.choice(list(PEOPLE))
    held = date(2023, 1, 1).toordinal() + number % 1_000
    told = date.fromordinal(held)
    reach = chance.choice(("phone", "mail", "both"))
    cells: list[Any] = [
        number + 1, chance.choice((name, f"  {name} ", name.replace(" ", "\n"), name)),
        _phone(chance, phone) if reach != "mail" else "", _mail(chance, mail) if reach != "phone" else "",
        chance.choice(COUNTRIES[country]), chance.choice(PLACES[place]), chance.choice(PEOPLE[people]), _day(chance, told),
        chance.choice(SOURCES[source]), f"jautājums {number}",
    ]  # fmt: skip
    at = datetime.combine(told, time(12), RIGA).astimezone(UTC)
    truth = Truth(line, "take", "", name, phone if reach != "mail" else "", mail if reach != "phone" else "", country, place, people, source, at)
    return cells, truth


def _spoilt(chance: random.Random, cells: list[Any], truth: Truth) -> tuple[list[Any], Truth]:
    how = chance.choice(("day", "day_to_come", "phone", "mail", "formula", "nothing"))
    cells = list(cells)
    if how == "day":
        cells[7] = chance.choice(("31.02.2023", "vakar", "2023", "11/25/2023"))
    if how == "day_to_come":
        cells[7] = "05.11.2031"
    if how == "phone":
        cells[2], cells[3] = chance.choice(("nav", "123", "2x")), ""
    if how == "mail":
        cells[2], cells[3] = "", chance.choice(("ance(at)", "ance@", "pasts.example"))
    if how == "formula":
        cells[9] = "#REF!"
    if how == "nothing":
        cells[1] = cells[2] = cells[3] = cells[9] = ""
    return cells, Truth(truth.number, "refuse", how)


def _word(number: int, step: int) -> str:
    """A word of three syllables, another for each number."""
    size = len(_SYLLABLES)
    code = number * (2 * step + 1) % size**3
    return "".join((_SYLLABLES[code % size], _SYLLABLES[code // size % size], _SYLLABLES[code // size // size])).capitalize()


def _phone(chance: random.Random, number: str) -> Any:
    spaced = f"{number[:2]} {number[2:5]} {number[5:]}"
    return chance.choice(
        (f"+371 {spaced}", float(f"371{number}"), float(number), f"{number[:4]}-{number[4:]}", f"00371{number}", f"371{number}.0", (f"=371{number}+0", int(f"371{number}")))
    )


def _mail(chance: random.Random, mail: str) -> str:
    name, _, host = mail.partition("@")
    return chance.choice((mail, f"{name} @ {host}", mail.upper(), f" {mail} ", f"{name}(at){host}"))


def _day(chance: random.Random, day: date) -> Any:
    serial = day.toordinal() - date(1899, 12, 30).toordinal()
    return chance.choice(
        (
            day, float(serial), day.isoformat(), f"{day.day}.{day.month}.{day.year}", f"{day:%d.%m.%y}", f"{day:%d/%m/%Y}",
            f"{day.year}. gada {day.day}. {_MONTHS[day.month - 1]}", f"{day:%Y%m%d}",
        )
    )  # fmt: skip
