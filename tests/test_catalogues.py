"""Catalogues: complete in every language, no key without a text, no text without a use, no words in code."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from outreach.core.text import LANGUAGES, PUBLIC_LANGUAGES, Catalogue, Texts, plural_tags
from outreach.web.access import TABLE

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [
    path
    for package in ("outreach", "scrapers", "campaigns")
    for path in (ROOT / package).rglob("*.py")
    if "versions" not in path.parts
]
SHEETS = sorted((ROOT / "outreach" / "templates").rglob("*.typ"))
TEMPLATES = [path for path in (ROOT / "outreach" / "templates").rglob("*") if path.is_file() and path not in SHEETS]
DOMAINS = sorted(path.stem for path in (ROOT / "outreach" / "translations" / "lv").glob("*.po"))
KEY = re.compile(rf"^(?:{'|'.join(DOMAINS)})(?:\.[a-z0-9_-]+)+$")


def keys(catalogue: Catalogue) -> set[str]:
    return {*catalogue.plain, *catalogue.plural}


def said_in_code() -> set[str]:
    """Every string constant of the code that has a key's form."""
    found: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.match(node.value):
                found.add(node.value)
    for path in TEMPLATES:
        found |= {
            key
            for key in re.findall(r"""["']([a-z]+(?:\.[a-z0-9_-]+)+)["']""", path.read_text(encoding="utf-8"))
            if KEY.match(key)
        }
    return found


def composed_in_code() -> set[str]:
    """Beginnings of keys whose end is computed: f"campaigns.status.{status}", "scrapers.state." ~ state."""
    found: set[str] = set()
    for path in [*SOURCES, *TEMPLATES]:
        found |= set(
            re.findall(
                rf"""["']((?:{"|".join(DOMAINS)})\.(?:[a-z0-9_-]+\.)*)(?:\{{|["']\s*(?:~|\+))""",
                path.read_text(encoding="utf-8"),
            )
        )
    return found


def test_every_language_has_the_same_keys(texts: Texts) -> None:
    first, *others = (texts.catalogues[language] for language in LANGUAGES)
    for other in others:
        assert keys(first) ^ keys(other) == set()
        assert set(first.plural) ^ set(other.plural) == set()


def test_every_key_in_code_has_a_text(texts: Texts) -> None:
    known = keys(texts.catalogues["lv"])
    said = said_in_code() - known - event_names() - {*TABLE}  # pages have names with a dot too
    missing = {key for key in said if catalogue_like(key) and not beginning(key, known)}
    assert sorted(missing) == []


def beginning(key: str, known: set[str]) -> bool:
    """Whether the code completes it to a key: "tracker.stage" and the stage's name; a package's name is none."""
    return any(other.startswith(f"{key}.") for other in known) or (ROOT / key.replace(".", "/")).is_dir()


def catalogue_like(key: str) -> bool:
    return "." in key and not key.endswith((".html", ".txt", ".css", ".csv", ".toml", ".db", ".py"))


def event_names() -> set[str]:
    """Names of log events, modules and the like: first arguments of log calls, getLogger, import_module and kinds."""
    found: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if name in {
                    "info",
                    "warning",
                    "error",
                    "exception",
                    "debug",
                    "getLogger",
                    "Job",
                    "ForeignKey",
                    "close",
                    "open",
                }:
                    found.add(node.args[0].value)
    return found


def test_every_text_is_used(texts: Texts) -> None:
    used, begun = said_in_code(), composed_in_code()
    begun |= {f"{key}." for key in used if key not in keys(texts.catalogues["lv"])}
    # The commands' help is found by the command's own path.
    begun |= {"cli."}
    unused = [
        key for key in keys(texts.catalogues["lv"]) if key not in used and not key.startswith(tuple(begun))
    ]
    assert sorted(unused) == []


def is_public(key: str) -> bool:
    """Whether strangers' pages say it: the press room's own texts are theirs but for what the office reads of it."""
    return key.startswith(("public.", "pressroom.", "pressreply.page.")) and not key.startswith("pressroom.desk.")


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_the_public_pages_are_whole_in_every_language_they_are_offered_in(texts: Texts, language: str) -> None:
    first, own = texts.catalogues[LANGUAGES[0]], texts.catalogues[language]
    wanted = {key for key in keys(first) if is_public(key)}
    assert wanted
    assert {key for key in keys(own) if is_public(key)} == wanted
    if language not in LANGUAGES:
        # Reports are written in it too: their own words whole, of the tracker's what they name.
        assert keys(own) <= keys(first)
        assert {key for key in keys(own) if key.startswith("report.")} == {key for key in keys(first) if key.startswith("report.")}
        assert {key for key in keys(first) if key.startswith(("privacy.paper.", "privacy.section.", "privacy.key.", "privacy.code."))} <= keys(own)
        assert {key.split(".")[0] for key in keys(own)} == {"pressmail", "pressout", "pressprint", "pressreply", "pressroom", "privacy", "public", "report", "statements", "tracker"}
    for key in wanted & {*first.plain}:
        assert fields(own.plain[key]) == fields(first.plain[key]), key
    for key in wanted & {*first.plural}:
        assert {*own.plural[key]} == {*plural_tags(language)}


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_texts_are_whole(texts: Texts, language: str) -> None:
    catalogue = texts.catalogues[language]
    forms = [
        *catalogue.plain.values(),
        *(text for plural in catalogue.plural.values() for text in plural.values()),
    ]
    assert all(text.strip() for text in forms)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_languages_name_the_same_facts(texts: Texts) -> None:
    first, second = (texts.catalogues[language] for language in LANGUAGES)
    differing = [key for key in first.plain if fields(first.plain[key]) != fields(second.plain[key])]
    for key in first.plural:
        told = [set().union(*map(fields, catalogue.plural[key].values())) for catalogue in (first, second)]
        if told[0] | {"count"} != told[1] | {"count"}:
            differing.append(key)
    assert differing == []


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "outreach" / "translations").rglob("*.po")),
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_no_fuzzy_no_double_and_keys_stand_in_their_domain(path: Path) -> None:
    raw = path.read_text(encoding="utf-8")
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name)
    names = [
        message.id if isinstance(message.id, str) else message.id[0] for message in catalogue if message.id
    ]
    assert all(not message.fuzzy for message in catalogue if message.id)
    assert len(re.findall(r"^msgid ", raw, re.M)) - 1 == len(set(names))
    assert all(name.split(".")[0] == path.stem for name in names)


def test_no_words_for_people_in_templates() -> None:
    """What stands between tags and expressions is punctuation at most."""
    for path in TEMPLATES:
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        text = re.sub(r"<(style|script).*?</\1>|<!doctype[^>]*>|<[^>]*>|&[a-z]+;", "", text, flags=re.S)
        assert re.findall(r"[^\W\d_]{2,}", text) == [], path.name


def test_no_words_for_people_on_paper() -> None:
    """A sheet's template says nothing of its own: what stands in brackets, code taken out, is punctuation at most."""
    for path in SHEETS:
        code = re.sub(r"//.*|\"[^\"]*\"", "", path.read_text(encoding="utf-8"))
        # Innermost brackets first; an expression begins with a hash and goes on over dots, calls and lists of arguments.
        for found in re.findall(r"\[([^\[\]]*)\]", code):
            plain = re.sub(r"#[\w.-]+(\([^()]*\))?(\.[\w-]+(\([^()]*\))?)*", "", found)
            assert re.findall(r"[^\W\d_]{2,}", plain) == [], (path.name, found)


def test_no_words_for_people_in_attributes() -> None:
    """What a screen reader or a tip says comes from the catalogues too."""
    told = re.compile(r"""\b(?:aria-label|aria-description|title|placeholder|alt|value)=(["'])(.*?)\1""", re.S)
    for path in TEMPLATES:
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        plain = [re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", found.group(2), flags=re.S) for found in told.finditer(text)]
        assert [words for words in plain if re.search(r"[^\W\d_]{2,} [^\W\d_]{2,}|[A-ZĀČĒĢĪĶĻŅŠŪŽ][^\W\d_]+", words)] == [], path.name


def test_no_latvian_words_in_code() -> None:
    """Texts for people stand in catalogues: a constant of several words with a Latvian letter is one that strayed."""
    strayed = []
    for path in SOURCES:
        # The newsroom speaks as its outlets do; telling languages, walls or questions apart takes their words.
        if "demo" in path.parts or path.name in {"language.py", "challenge.py", "asking_words.py"}:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docs
                and re.search("[a-zāēīū]{3,}[āčēģīķļņšūž].* |.* [a-zāēīū]{3,}[āčēģīķļņšūž]", node.value)
            ):
                strayed.append((path.name, node.value[:60]))
    assert strayed == []
