"""A fault of a query: where it is, and the sentence that a person reads."""

import pytest

from outreach.core.text import Texts
from scrapers.query.expand import expand
from scrapers.query.lists import ListOf
from scrapers.query.parse import QueryError, parse
from scrapers.query.tree import Form

LISTS = {"vietas": ListOf("vietas", ("places",), ("Balvi",), (Form(("balvi",)),))}

# What is typed, the characters that are wrong (from, how many), and how the sentence begins or what is in it.
FAULTS: tuple[tuple[str, int, int, str, str], ...] = (
    ("", 0, 0, "Vaicājums ir tukšs.", "The query is empty."),
    ("  \n", 0, 3, "Vaicājums ir tukšs.", "The query is empty."),
    ("Preiļi AND ()", 12, 1, "13. rakstzīme: šeit jābūt: vārds, pēdiņas, saraksts, lauks, NOT vai “(”, bet ir “)”.",
     "Character 13: a word, a quote, a list, a field, NOT or “(” was expected, found “)”."),
    ("OR Balvi", 0, 2, "1. rakstzīme: šeit jābūt: vārds", "Character 1: a word, a quote"),
    ("Balvi AND OR Ludza", 10, 2, "bet ir “OR”.", "found “OR”."),
    ("NEAR/5 Balvi", 0, 6, "bet ir “NEAR/5”.", "found “NEAR/5”."),
    ("Balvi NOT", 9, 0, "Vaicājums beidzas 10. rakstzīmes vietā", "The query ends where character 10 would be"),
    ("Balvi OR  ", 8, 0, "Vaicājums beidzas 9. rakstzīmes vietā", "The query ends where character 9 would be"),
    ("title:", 6, 0, "jābūt: vārds, pēdiņas, saraksts vai “(”", "a word, a quote, a list or “(” was expected"),
    ("title:NOT x", 6, 3, "7. rakstzīme: šeit jābūt: vārds, pēdiņas, saraksts vai “(”, bet ir “NOT”.",
     "Character 7: a word, a quote, a list or “(” was expected, found “NOT”."),
    ("source:(a OR b)", 7, 1, "8. rakstzīme: šeit jābūt: vērtība", "Character 8: a value, a word or words in quotes"),
    ("Balvi \"remigrācijas koordinators", 6, 1, "7. rakstzīme: šeit atvērtās pēdiņas nav aizvērtas.",
     "Character 7: the quote opened here is not closed."),
    ("~\"remigrācijas", 0, 2, "šeit atvērtās pēdiņas nav aizvērtas", "the quote opened here is not closed"),
    ("Balvi”", 5, 1, "6. rakstzīme: pēdiņas “”” neko neaizver.", "Character 6: the quote “””"),
    ("a (b OR (c d)", 2, 1, "3. rakstzīme: šeit atvērtās iekavas nav aizvērtas.",
     "Character 3: the parenthesis opened here is not closed."),
    ("(a (b OR c", 3, 1, "4. rakstzīme: šeit atvērtās iekavas", "Character 4: the parenthesis opened here"),
    ("a b) c", 3, 1, "4. rakstzīme: “)” aizver iekavas, kas nav atvērtas.", "Character 4: “)” closes a parenthesis"),
    ("{vietas remig*", 0, 1, "1. rakstzīme: saraksts nav aizvērts.", "Character 1: the list is not closed."),
    ("vietas}", 6, 1, "7. rakstzīme: “}” aizver sarakstu", "Character 7: “}” closes a list"),
    ("{ } a", 0, 3, "1. rakstzīme: starp “{” un “}” jābūt saraksta nosaukumam", "between “{” and “}” a list's name"),
    ("Balvi NEAR Ludza", 6, 4, "7. rakstzīme: “NEAR” nav pilnīgs.", "Character 7: “NEAR” is not complete."),
    ("Balvi NEAR/ Ludza", 6, 5, "“NEAR/” nav pilnīgs", "“NEAR/” is not complete"),
    ("Balvi BEFORE/pieci Ludza", 6, 12, "“BEFORE/pieci” nav pilnīgs", "“BEFORE/pieci” is not complete"),
    ("Balvi near/5 Ludza", 6, 6, "“near/5” nav pilnīgs", "“near/5” is not complete"),
    ("Balvi NEAR/101 Ludza", 6, 8, "attālums drīkst būt no 0 līdz 100", "the distance must be from 0 to 100"),
    ("Balvi NEAR/3 NOT Ludza", 13, 9, "14. rakstzīme: abās pusēs NEAR jābūt", "Character 14: on both sides of NEAR"),
    ("source:lsm BEFORE/3 x", 0, 10, "1. rakstzīme: abās pusēs BEFORE jābūt", "Character 1: on both sides of BEFORE"),
    ("x NEAR/3 (a b)", 9, 5, "10. rakstzīme: abās pusēs NEAR", "Character 10: on both sides of NEAR"),
    ("re*grācija", 2, 1, "3. rakstzīme: “*” drīkst būt tikai vārda beigās.", "Character 3: “*” may only stand at the end"),
    ("Balvi *igrācija", 6, 1, "7. rakstzīme: “*” drīkst būt", "Character 7: “*” may only stand"),
    ("re*", 0, 3, "1. rakstzīme: pirms “*” jābūt vismaz 3 burtiem", "at least 3 letters are needed before “*”"),
    ("\"Balvu re-e*\"", 7, 5, "8. rakstzīme: pirms “*” jābūt vismaz 3 burtiem", "Character 8: at least 3 letters"),
    ("~remig*", 0, 7, "tikai viena no zīmēm “=”, “~” un “*”", "only one of “=”, “~” and “*”"),
    ("=\"~Balvu novads\"", 2, 6, "3. rakstzīme: vārdam drīkst būt tikai viena", "Character 3: a word takes only one"),
    ("tilte:Balvi", 0, 6, "1. rakstzīme: lauka “tilte:” nav. Vai domājāt “title:”?", "Did you mean “title:”?"),
    ("a autors:Bērziņš", 2, 7, "3. rakstzīme: lauka “autors:” nav.", "Character 3: there is no field “autors:”."),
    ("title:(a text:b)", 0, 16, "1. rakstzīme: laukā title: vai text: nevar būt", "Character 1: a title: or text: cannot stand"),
    ("tier:valsts x", 5, 6, "6. rakstzīme: līmeņa “valsts” nav. Ir šie līmeņi: national, regional",
     "Character 6: there is no tier “valsts”. The tiers are: national, regional"),
    ("lang:latviešu x", 5, 8, "6. rakstzīme: valodas “latviešu” nav. Ir šīs valodas: lv, ltg, ru",
     "Character 6: there is no language “latviešu”. The languages are: lv, ltg, ru"),
    ("NOT Balvi", 0, 9, "1. rakstzīme: šeit tikai izslēdz", "Character 1: this only rules out"),
    ("Balvi OR NOT Ludza", 0, 18, "šeit tikai izslēdz", "this only rules out"),
    ("Balvi -Ludza", 6, 6, "7. rakstzīme: ar “-” vārdu neizslēdz. Rakstiet: NOT Ludza.", "Write: NOT Ludza."),
    ("Balvi & Ludza", 6, 1, "7. rakstzīme: šeit nav neviena burta vai cipara", "Character 7: there is no letter or figure"),
    ("\"–\"", 0, 3, "1. rakstzīme: šeit nav neviena burta", "Character 1: there is no letter"),
    ("source:\"-\" x", 7, 3, "8. rakstzīme: šeit nav neviena burta", "Character 8: there is no letter"),
    ("a" * 4001, 4000, 1, "rakstzīmju skaits ir 4001, atļauts 4000", "it has 4001 characters, 4000 are allowed"),
    ("NOT " * 41 + "a", 4, 161, "dziļāk par 40 līmeņiem", "more than 40 levels deep"),
    ("Balvi {vieta}", 6, 7, "7. rakstzīme: saraksta “{vieta}” nav. Vai domājāt “{vietas}”?", "Did you mean “{vietas}”?"),
    ("{zirgi} Balvi", 0, 7, "1. rakstzīme: saraksta “{zirgi}” nav. Ir šie saraksti: {vietas}.",
     "Character 1: there is no list “{zirgi}”. The lists are: {vietas}."),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "at", "length", "latvian", "english"), FAULTS)
def test_a_fault_says_where_and_what_in_both_languages(
    texts: Texts, typed: str, at: int, length: int, latvian: str, english: str
) -> None:
    with pytest.raises(QueryError) as told:
        expand(parse(typed), LISTS)
    assert (told.value.at, told.value.length) == (at, length)
    assert latvian in texts.in_language("lv").error(told.value)
    assert english in texts.in_language("en").error(told.value)


def test_too_many_forms_are_refused_at_the_word_that_is_too_much(texts: Texts) -> None:
    many = {"daudz": ListOf("daudz", (), (), tuple(Form((f"x{number}",)) for number in range(12_000)))}
    assert expand(parse("a {daudz}"), many)
    with pytest.raises(QueryError) as told:
        expand(parse("a {daudz} {daudz}"), many)
    assert (told.value.key, told.value.at, told.value.length) == ("query.error.forms", 10, 7)
    assert "ar “{daudz}” vaicājumā ir vairāk par 20 000" in texts.in_language("lv").error(told.value).replace("\u00a0", " ")
