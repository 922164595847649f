"""Style sheets are one when they are built: what one file calls a thing, no other may call another."""

import re
from collections import defaultdict
from pathlib import Path

SOURCES = Path(__file__).parents[3] / "outreach" / "assets" / "src"
# The last file is for other media and sizes: it speaks of everybody's things.
_OF_ALL = "last.css"


def test_no_two_files_style_the_same_bare_class() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for file in SOURCES.glob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        # Of what stands within a media query the inner selector counts too.
        for selectors in re.findall(r"([^{}]+)\{", rules):
            for selector in re.sub(r"\([^()]*\)", "", selectors).split(","):
                bare = re.fullmatch(r"\s*\.([a-z][\w-]*)\s*", selector)
                if bare and file.name != _OF_ALL:
                    owners[bare[1]].add(file.name)
    assert {name: sorted(files) for name, files in owners.items() if len(files) > 1} == {}
