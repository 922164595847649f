"""Deeds of the trail in words, for every page that shows some."""

from collections.abc import Mapping

from outreach.core.text import Words
from outreach.people.audit import Entry


def said(entry: Entry, t: Words) -> Mapping[str, str]:
    """The words of one deed; a deed or kind without a word of its own says its name."""
    action, kind = f"people.action.{entry.action}", f"people.kind.{entry.subject_kind}"
    return {
        "action": t(action) if t.knows(action) else entry.action,
        "kind": t(kind) if t.knows(kind) else entry.subject_kind,
        "facts": _facts(entry, t),
    }


def _facts(entry: Entry, t: Words) -> str:
    """All facts of a deed; where one says why the program did it, with the others' help, that sentence alone."""
    why = entry.facts.get("why")
    if isinstance(why, str) and t.knows(why):
        return t.fact(why, entry.facts)
    return "; ".join(_fact(name, value, t) for name, value in entry.facts.items() if value is not None)


def _fact(name: str, value: str | int, t: Words) -> str:
    """One plain fact of a deed; a name or value without a word of its own stands as it is."""
    label, shown = f"people.fact.{name}", f"people.role.{value}" if name == "role" else f"people.fact.{name}.{value}"
    return f"{t(label) if t.knows(label) else name}: {t(shown) if t.knows(shown) else value}"
