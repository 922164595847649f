"""The results sentence of a period: who returned with the office's support, who by itself, with whom work
goes on.

The wording is the office's own (`[results.<language>]` of its profile); the numbers come from records, and
each number says which.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from babel.dates import format_date
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.office import Office
from outreach.core.text import plural_form
from outreach.report import Label, Period, Table, Written
from outreach.tracker.returns import GROUPS, gather


@dataclass(frozen=True)
class Results:
    """The results sentence and the table behind it."""

    kind: ClassVar[str] = "results"

    def write(self, session: Session, office: Office, period: Period, language: str) -> Written:
        """OutreachError `report.error.wording` where the office has no wording in that language."""
        groups = gather(session, period.first, period.last)
        counted = {name: (len(groups.of(name)), sum(entry.people for entry in groups.of(name))) for name in GROUPS}
        rows = tuple((Label(f"tracker.stage.{name}"), *counted[name]) for name in GROUPS)
        table = Table(
            "report.results.title",
            ("report.column.stage", "report.column.families", "report.column.people"),
            rows,
            tuple(("", f"{name}.families", f"{name}.people") for name in GROUPS),
        )
        numbers: dict[str, int] = {}
        records: dict[str, tuple[int, ...]] = {}
        for name in GROUPS:
            numbers[f"{name}.families"], numbers[f"{name}.people"] = counted[name]
            records[f"{name}.families"] = tuple(sorted(entry.household_id for entry in groups.of(name)))
            records[f"{name}.people"] = tuple(sorted(entry.stage_id for entry in groups.of(name)))
        told = sentence(office, period, language, counted)
        kinds = {name: "household" if name.endswith(".families") else "stage" for name in numbers}
        return Written(self.kind, period, language, (told,), (table,), numbers, records, kinds)


def sentence(office: Office, period: Period, language: str, counted: Mapping[str, tuple[int, int]]) -> str:
    """The sentence in the office's wording; `counted` holds (families, people) by group."""
    wording = Wording(office, language)
    facts = {"when": wording.when(period)}
    for name in GROUPS:
        facts[name] = wording.clause(name, *counted[name])
    told = wording.template("sentence").format_map(facts)
    return told[:1].upper() + told[1:]


@dataclass(frozen=True)
class Wording:
    """One language's part of the office's results wording.

    `sentence` puts the clauses together; each group is a table of templates by CLDR plural category, with
    `none` for no family at all; `people` is one of persons; `when` names periods; `date` is a Unicode date
    pattern.
    """

    office: Office
    language: str

    def clause(self, group: str, count: int, people: int) -> str:
        """What is said of a group of `count` families with so many people."""
        said = self._plural("people", people).format_map({"count": self._number(people)})
        return self._plural(group, count).format_map({"count": self._number(count), "people": said})

    def when(self, period: Period) -> str:
        names = self._table("when")
        day = self._day(self.template("date"))
        told = self._text(names.get(period.kind), f"when.{period.kind}")
        return told.format_map(
            {
                "year": str(period.first.year),
                "quarter": str(period.quarter),
                "first": day(period.first),
                "last": day(period.last),
            }
        )

    def template(self, name: str) -> str:
        return self._text(self._all().get(name), name)

    def _plural(self, name: str, count: int) -> str:
        forms = self._table(name)
        if count == 0 and "none" in forms:
            return self._text(forms["none"], f"{name}.none")
        form = plural_form(self.language, count)
        return self._text(forms.get(form), f"{name}.{form}")

    def _day(self, pattern: str) -> Callable[[date], str]:
        return lambda day: format_date(day, format=pattern, locale=self.language)

    def _number(self, value: int) -> str:
        # Four figures stand together in all of these languages' running text.
        return str(value) if value < 10_000 else f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")

    def _all(self) -> Mapping[str, object]:
        told = self.office.results.get(self.language)
        if told is None:
            known = ", ".join(sorted(self.office.results))
            raise OutreachError("report.error.wording", language=self.language, known=known, file=self._file)
        return told

    def _table(self, name: str) -> Mapping[str, object]:
        told = self._all().get(name)
        if not isinstance(told, dict):
            raise self._missing(name)
        return told

    def _text(self, value: object, name: str) -> str:
        if not isinstance(value, str):
            raise self._missing(name)
        return value

    def _missing(self, name: str) -> OutreachError:
        return OutreachError("report.error.form", language=self.language, form=name, file=self._file)

    @property
    def _file(self) -> str:
        return str(self.office.folder / "office.toml")
