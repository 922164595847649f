"""`outreach forms`: every form of a word that a query will find, as a table or as JSON."""

from typing import TYPE_CHECKING

import click

from outreach.commands.frame import Command, as_json, one_line, print_json, shell
from outreach.core.errors import OutreachError

if TYPE_CHECKING:
    from scrapers.forms.shape import Form, Paradigm

_WIDTH = 100
_LANGUAGES = ("lv", "ru", "en", "de", "ltg")


@click.command(cls=Command)
@click.argument("word", nargs=-1, required=True)
@click.option("--lang", type=click.Choice(_LANGUAGES))
@as_json
def forms(word: tuple[str, ...], lang: str | None, json_: bool) -> None:
    from scrapers.forms import paradigm as made
    from scrapers.forms.shape import coarse

    typed = " ".join(word)
    read = made.paradigms(typed, lang)
    if not read:
        raise OutreachError("forms.nothing", word=one_line(typed))
    if json_:
        print_json(_as_data(typed, lang, made.forms(typed, lang), read))
        return
    words = shell().words
    for place, one in enumerate(read):
        if place:
            click.echo()
        language = words(f"forms.lang.{one.lang}")
        part = words(f"forms.pos.{one.pos}")
        click.echo(
            words(
                "forms.head",
                lemma=one.lemma,
                language=language,
                part=part,
                pattern=one.pattern,
                sure=round(one.sure * 100),
            )
        )
        rows: dict[str, dict[str, None]] = {}
        for form in one.forms:
            rows.setdefault(coarse(form), {})[form.text + ("?" if form.uncertain else "")] = None
        labels = {key: words(f"forms.tag.{key}") for key in rows}
        margin = max(len(label) for label in labels.values()) + 4
        for key, texts in rows.items():
            for number, line in enumerate(_lines(list(texts), _WIDTH - margin)):
                click.echo((f"  {labels[key]}" if not number else "").ljust(margin) + line)
    click.echo()
    searched = made.forms(typed, lang)
    click.echo(words("forms.count", count=len(searched)))


def _lines(texts: list[str], width: int) -> list[str]:
    """The texts with commas, broken between them and never within one."""
    lines = [""]
    for place, text in enumerate(texts):
        piece = text + ("," if place < len(texts) - 1 else "")
        if lines[-1] and len(lines[-1]) + 1 + len(piece) > width:
            lines.append(piece)
        else:
            lines[-1] = f"{lines[-1]} {piece}".strip()
    return lines


def _as_data(
    word: str, lang: str | None, searched: "tuple[Form, ...]", read: "tuple[Paradigm, ...]"
) -> dict[str, object]:
    return {
        "word": word,
        "lang": lang,
        "forms": [form.text for form in searched],
        "paradigms": [
            {
                "lemma": one.lemma,
                "lang": one.lang,
                "pos": one.pos,
                "pattern": one.pattern,
                "sure": one.sure,
                "forms": [
                    {"text": form.text, "tag": form.tag, "group": form.group, "uncertain": form.uncertain}
                    for form in one.forms
                ],
            }
            for one in read
        ],
    }


commands = (forms,)
