"""Who is like whom: reasons, and a crowd that finds the same as looking at everybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.contacts.likeness import MAIL, MOVED, NAME, PHONE, Crowd, like


def who(name: str, outlet: str = "", mail: str | None = None, phone: str = "") -> Draft:
    return Draft(name=name, mail=mail, phone=phone, outlet=outlet)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (who("Jānis", mail="a@b.lv"), who("Cits", mail="a@b.lv"), MAIL),
        (who("Jānis Bērziņš", "LSM.lv"), who("Janis Berzins", "LSM"), NAME),
        (who("Jānis Bērziņš", "LSM.lv"), who("Янис Берзиньш", "LSM.lv"), NAME),
        (who("Bērziņš Jānis", "LSM.lv"), who("Jānis Bērziņš", ""), NAME),
        (who("J. Bērziņš", "LSM.lv"), who("Jānis Bērziņš", "LSM.lv"), NAME),
        (who("Jānis Bērziņš", "LSM.lv"), who("Jānis Bērziņš", "Delfi"), MOVED),
        (who("Jānis Bērziņš", "LSM.lv", phone="+371 26 000 000"), who("Jānis Bērziņš", "Delfi", phone="26000000"), PHONE),
        (who("Jānis Bērziņš", "LSM.lv", phone="26000000"), who("Ieva Ozola", "LSM.lv", phone="26000000"), None),
        (who("Jānis Bērziņš", "LSM.lv"), who("Anna Bērziņa", "LSM.lv"), None),
        (who("J. Bērziņš", "LSM.lv"), who("Jānis Bērziņš", "Delfi"), None),
        (who("A. Bērziņš", "LSM.lv"), who("Jānis Bērziņš", "LSM.lv"), None),
        (who("", "LSM.lv"), who("", "LSM.lv"), None),
    ],
)  # fmt: skip
def test_why_two_may_be_one(one: Draft, other: Draft, why: str | None) -> None:
    for found in (like(one, other), like(other, one)):
        assert (found.why if found else None) == why


NAMES = st.sampled_from(["Jānis Bērziņš", "Janis Berzins", "Anna Kalniņa", "A. Kalniņa", "Ieva Ozola", "Ieva Ozoliņa", "Ozola Ieva"])
PEOPLE = st.lists(st.builds(who, NAMES, st.sampled_from(["LSM.lv", "LSM", "Delfi", ""]), st.none(), st.sampled_from(["", "26000000", "+371 26000000"])), max_size=12)


@given(PEOPLE)
def test_a_crowd_finds_what_looking_at_everybody_finds(people: list[Draft]) -> None:
    pairs = Crowd(people).pairs(1_000)
    every = [(one, other) for at, one in enumerate(people) for other in people[at + 1 :] if like(one, other)]
    assert len(pairs) == len(every)
    assert [pair[2].score for pair in pairs] == sorted((pair[2].score for pair in pairs), reverse=True)


@given(PEOPLE, NAMES)
def test_the_nearest_is_the_likest(people: list[Draft], name: str) -> None:
    new = who(name, "LSM.lv")
    scores = [found.score for one in people if (found := like(new, one))]
    nearest = Crowd(people).nearest(new)
    assert (nearest[1].score if nearest else None) == max(scores, default=None)
