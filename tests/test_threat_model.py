"""The threat model names tests that there are."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_NAMED = re.compile(r"`(tests/[\w./]+)(?:::(\w+))?`")


def test_every_test_it_names_is_there() -> None:
    named = _NAMED.findall((ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8"))
    assert len(named) > 30
    for file, function in named:
        path = ROOT / file
        assert path.exists(), file
        if function:
            held = ast.parse(path.read_text(encoding="utf-8"))
            assert function in {node.name for node in ast.walk(held) if isinstance(node, ast.FunctionDef)}, (file, function)
