"""One spelling for a word in every language and case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.story import numerals
from scrapers.story.facts import Reader
from scrapers.story.vocabulary import date_fact, number_fact, word_fact
from scrapers.story.words import folded, stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Preiļi", "Прейли"), ("Rēzeknē", "Резекне"), ("Daugavpils", "Даугавпилсе"), ("Krāslavā", "Краславы"),
        ("Jēkabpils", "Екабпилс"), ("Augšdaugavas", "Аугшдаугавском"), ("Kārkliņš", "Карклиньш"),
        ("Kondratjevs", "Кондратьев"), ("Jermakova", "Ермакова"), ("Vucāne", "Вуцане"), ("Krastkalne", "Красткалне"),
        ("Kudiņš", "Kudiņam"), ("Tālbergs", "Talbergs"), ("Rimši", "Rimšu"), ("maiznīca", "maiznīcas"), ("Anna", "Анна"),
    ],
)  # fmt: skip
def test_names_are_one_in_every_spelling_and_case(one: str, other: str) -> None:
    shorter, longer = sorted((stem(one), stem(other)), key=len)
    assert longer == shorter or (len(shorter) >= 6 and longer.startswith(shorter))


@given(st.text(min_size=1))
def test_folding_twice_is_folding_once(word: str) -> None:
    assert folded(folded(word)) == folded(word)


@pytest.mark.parametrize(
    ("written", "number"),
    [("12", 12), ("280,000", 280_000), ("2,3", 2.3), ("2.3", 2.3), ("21.47", 21.47), ("21:47", 21.47), ("6:5", None), ("1.2.3", None)],
)
def test_numbers_are_read_as_outlets_write_them(written: str, number: float | None) -> None:
    assert numerals.value(written) == number


def facts(text: str) -> set[int]:
    return set(Reader().read([("", text)]).facts[0].all.tolist())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("maksāja 812 000 eiro", 812_000), ("maksāja 812 tūkstošus eiro", 812_000), ("вложено 11,6 млн евро", 11_600_000),
        ("četrsimt tūkstošu eiro", 400_000), ("četri simti tūkstoši eiro", 400_000), ("ducis cilvēku", 12),
        ("izglāba četrpadsmit", 14), ("спасли четырнадцать человек", 14), ("the budget is 280,000 euros", 280_000),
        ("1 214 000 eiro", 1_214_000), ("„10 000 eiro”", 10_000),
    ],
)  # fmt: skip
def test_a_number_is_one_however_it_is_told(text: str, number: float) -> None:
    assert number_fact(number) in facts(text)


@pytest.mark.parametrize("text", ["12. martā", "12 марта", "March 12", "no 12. līdz 17. martam sākās", "12.–17. martā"])
def test_a_date_is_one_in_every_language(text: str) -> None:
    assert facts(text) & {date_fact(3, 12), date_fact(3, 17)}


def test_a_thousand_before_the_text_is_no_ones() -> None:
    first, second = Reader().read([("", "Cena bija 12"), ("", "000 un miljons")]).facts
    assert number_fact(12) in first.all.tolist()
    assert number_fact(12_000) not in {*first.all.tolist(), *second.all.tolist()}


def test_names_stand_before_numbers_and_words() -> None:
    text = "Vakar Preiļos maiznīcu atvēra Santa Vaivode, un 80 kukuļi beidzās. Rinda bija gara, un visi bija priecīgi par to visu ļoti."
    (told,) = Reader().read([("Santa cep maizi", text)]).facts
    assert set(told.all[: told.names].tolist()) == {word_fact("Preiļos"), word_fact("Santa"), word_fact("Vaivode")}
    assert told.all[told.names : told.keys].tolist() == [number_fact(80)]
    assert told.headline == (word_fact("Santa"),)
    assert told.script == "l"


@given(st.lists(st.tuples(st.text(), st.text()), max_size=6))
def test_texts_read_together_are_read_as_each_alone(texts: list[tuple[str, str]]) -> None:
    together = Reader().read(texts).facts
    alone = [Reader().read([text]).facts[0] for text in texts]
    assert [(one.all.tolist(), one.names, one.keys, set(one.headline), one.script) for one in together] == [
        (one.all.tolist(), one.names, one.keys, set(one.headline), one.script) for one in alone
    ]
