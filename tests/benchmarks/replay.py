"""What a page asks of the store and draws, and the barest Flask app that does the same without all that is ours.

The bare app sends the same statements through one connection, keeps the rows as they come, and draws the page's own
template with what the page gave it (or, for a page without one, the rows as a table): no session, no access, no forms'
tokens, no rows made into values, no headers. What a page writes (a look at a family) it writes, too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, g, render_template_string, request, template_rendered
from jinja2 import Template
from sqlalchemy import CursorResult, Engine, event

_ROWS = """<!doctype html><html lang="lv"><head><meta charset="utf-8"><title>Rindas</title></head><body>
{% for rows in answers %}<table>
{% for row in rows %}<tr>{% for value in row %}<td>{{ value }}</td>{% endfor %}</tr>
{% endfor %}</table>
{% endfor %}</body></html>"""


@dataclass
class Heard:
    """The statements that went to the store, with their parameters, in order."""

    statements: list[tuple[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Kept:
    """All that is needed to make a page once more."""

    statements: list[tuple[str, Any]]
    template: Template | None
    context: Mapping[str, Any]

    @property
    def writes(self) -> bool:
        """Whether one of the statements writes."""
        return any(not one[0].lstrip().upper().startswith(("SELECT", "WITH")) for one in self.statements)


@contextmanager
def listening(engine: Engine) -> Iterator[Heard]:
    """Hears every statement of the engine while the block runs."""
    heard = Heard()

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if not statement.startswith("BEGIN"):
            heard.statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def kept(pages: Flask, engine: Engine, ask: Callable[[], object]) -> Kept:
    """What `ask`, which gets one page, had read and drawn."""
    drawn: list[tuple[Template, dict[str, Any]]] = []

    def draw(_sender: Any, template: Template, context: dict[str, Any], **_: Any) -> None:
        drawn.append((template, context))

    with listening(engine) as heard, template_rendered.connected_to(draw, pages):
        ask()
    template, context = drawn[-1] if drawn else (None, {})
    return Kept(heard.statements, template, context)


def rows_of(answer: CursorResult[Any]) -> Sequence[Any]:
    """The rows that a statement brings; none of one that brings none."""
    return answer.all() if answer.returns_rows else ()


def bare(pages: Flask, engine: Engine, made: Mapping[str, Kept]) -> Flask:
    """An app that answers the same addresses as `pages`; of them only those in `made`."""
    plain = Flask("bare", static_folder=None)
    # Templates ask for addresses, and for what the office is called.
    plain.extensions = pages.extensions

    def show(**_: Any) -> str:
        page = made[request.full_path.rstrip("?")]
        with engine.connect() as connection:
            answers = [rows_of(connection.exec_driver_sql(statement, given)) for statement, given in page.statements]
            if page.writes:
                connection.commit()
            connection.rollback()
        if page.template is None:
            return render_template_string(_ROWS, answers=answers)
        g.person, g.now = page.context.get("person"), page.context.get("now")
        return page.template.render(page.context)

    for rule in pages.url_map.iter_rules():
        plain.add_url_rule(rule.rule, rule.endpoint, show, methods=rule.methods)
    return plain
