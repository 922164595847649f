"""How well rules and model together judge texts that neither was made with: they are read here and nowhere else.

Each line of `aside.jsonl`: id, title, text, lang, expected, length. Whoever mends the watch or the model with these
texts in view has to write others.
"""

import json
from collections import Counter
from pathlib import Path

from outreach.core.office import read_office
from scrapers.judge import plain_judge
from scrapers.watch.words import Document

ASIDE = Path(__file__).parent / "aside.jsonl"


def test_texts_kept_aside_are_judged_as_people_judge_them() -> None:
    judge = plain_judge(read_office("latgale", Path(__file__).parents[3]))
    counted: Counter[tuple[str, str]] = Counter()
    for line in ASIDE.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        verdict = judge(Document(item["title"], item["text"]))
        counted[item["expected"], "none" if verdict.sense == "other" else verdict.sense] += 1
    meant = sum(count for (expected, _), count in counted.items() if expected == "return")
    said = sum(count for (_, given), count in counted.items() if given == "return")

    assert sum(counted.values()) == 300
    assert counted["return", "return"] / meant >= 0.91, counted
    assert counted["return", "return"] / said >= 0.95, counted
    assert counted["expulsion", "return"] == counted["russia", "return"] == 0
    assert counted["expulsion", "expulsion"] >= 44
    assert counted["none", "none"] >= 96, counted
