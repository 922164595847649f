"""The documents tell the truth: settings, packages, commands, names and links in them are those of the program."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePath
from pkgutil import resolve_name

import click
import pytest

from outreach.cli import outreach
from outreach.core.settings import Settings, described
from outreach.core.text import LANGUAGES, Texts

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = [path for path in DOCUMENTS if path.parent.name == "decisions"]
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
_FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_ROW = re.compile(r"^\| `([^`]+)` \|(?: `([^`]*)` \|)?", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_NAME = re.compile(r"(?:outreach|scrapers|campaigns)(?:\.\w+)+")
_PATH = re.compile(r"(?:outreach|scrapers|campaigns|tests|docs)/[\w./-]*")
# Written in two parts: no file here names a registry's host.
_REGISTRY = re.compile(r"\b(?:pypi|pythonhosted|npmjs|crates|rubygems)\.(?:org|com|io)\b", re.IGNORECASE)


def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def code(document: Path) -> Iterator[str]:
    """Every line of code in a document: fenced blocks line by line, and what stands between backticks."""
    whole = text(document)
    for block in _FENCED.findall(whole):
        yield from block.splitlines()
    yield from _SPAN.findall(_FENCED.sub("", whole))


def commands(document: Path) -> Iterator[list[str]]:
    """The words after `outreach` of every command that a document tells to type."""
    for line in code(document):
        found = re.search(r"(?:^|[\s/])outreach +(?!\.\.\.)(.+)", line)
        if found:
            yield shlex.split(found[1], comments=True)


def unknown(words: list[str]) -> str | None:
    """What is wrong with a command line, None if the program has this command and these options."""
    command: click.Command = outreach
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name not in command.commands:
            return f"no command {name}"
        command = command.commands[name]
    options = {
        "--help",
        *(name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)),
    }
    strange = [word for word in rest if word.startswith("--") and word not in options]
    return f"no option {strange[0]}" if strange else None


def test_every_setting_stands_in_the_operating_manual_with_its_default() -> None:
    manual = text(ROOT / "docs" / "operating.md").split("## Settings")[1].split("\n## ")[0]
    told = dict(_ROW.findall(manual))
    known = {}
    for name, _ in described():
        part, key = name.split(".")
        fields = getattr(Settings.model_fields[part].annotation, "model_fields")  # noqa: B009  (mypy knows no fields of a type)
        default = fields[key].default
        known[name] = json.dumps(str(default) if isinstance(default, PurePath) else default)
    assert told == known


def test_every_runtime_package_has_its_line_among_the_decisions() -> None:
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    needed = {re.match(r"[\w.-]+", line)[0] for line in project["dependencies"]}  # type: ignore[index]
    (page,) = [path for path in DECISIONS if path.stem.endswith("-dependencies")]
    assert {name for name, _ in _ROW.findall(text(page))} == needed


@each_document
def test_every_command_exists(document: Path) -> None:
    assert {" ".join(words): unknown(words) for words in commands(document) if unknown(words)} == {}


def test_the_readme_tells_commands_and_the_check_would_see_a_wrong_one() -> None:
    assert len(list(commands(ROOT / "README.md"))) >= 6
    assert unknown(["sources", "enable", "X"]) is None
    assert unknown(["sources", "remove"]) == "no command remove"
    assert unknown(["backup", "x.db", "--force"]) == "no option --force"


@each_document
def test_every_make_target_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.MULTILINE))
    told = {found for line in code(document) for found in re.findall(r"(?:^|\s)make ([a-z]+)", line)}
    assert told <= targets


@each_document
def test_links_lead_to_files(document: Path) -> None:
    inside = [link.partition("#")[0] for link in _LINK.findall(text(document)) if "://" not in link]
    assert [link for link in inside if not (document.parent / link).exists()] == []


@each_document
def test_names_of_the_code_are_names_in_the_code(document: Path, texts: Texts) -> None:
    """Paths lie in the tree; dotted names are modules, their members, or keys of the catalogues."""
    words = texts.in_language(LANGUAGES[0])
    missing = []
    for span in code(document):
        if _PATH.fullmatch(span) and not (ROOT / span).exists():
            missing.append(span)
        elif _NAME.fullmatch(span) and not words.knows(span) and span.rpartition(".")[2] not in {"db", "po", "toml"}:
            try:
                resolve_name(span)
            except (ImportError, AttributeError):
                missing.append(span)
    assert missing == []


def test_the_readme_is_one_screen() -> None:
    assert len(text(ROOT / "README.md").splitlines()) <= 100


@each_document
def test_no_document_names_a_registry(document: Path) -> None:
    assert _REGISTRY.findall(text(document)) == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_form(decision: Path) -> None:
    number = decision.name[:4]
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", decision.name)
    assert text(decision).startswith(f"# {int(number)}. ")
    assert re.findall(r"^## (.+)$", text(decision), re.MULTILINE) == ["Question", "Answer", "Why", "Cost"]


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
