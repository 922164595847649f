"""Headlines as ends of addresses: any headline gives Latin letters, none gives two the same."""

import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pressroom.writing.slugs import candidates, slug


@pytest.mark.parametrize(
    ("headline", "wanted"),
    [
        ("Ceturtdien Rēzeknē tiekas ģimenes", "ceturtdien-rezekne-tiekas-gimenes"),
        ("Встреча семей: ещё один шанс", "vstrecha-semei-esche-odin-shans"),
        ("Für Familien in Großrēzekne, på Øya", "fur-familien-in-grossrezekne-pa-oya"),
        ("«55 ģimenes» – 136 cilvēki!", "55-gimenes-136-cilveki"),
        ("東京", "relize"),
        ("", "relize"),
    ],
)
def test_slugs(headline: str, wanted: str) -> None:
    assert slug(headline) == wanted


@given(st.text(max_size=300))
def test_any_headline_gives_an_address(headline: str) -> None:
    made = list(islice(candidates(headline), 12))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one) and len(one) <= 80 for one in made)
    assert len(set(made)) == 12


def test_a_long_headline_is_cut_at_a_word() -> None:
    made = slug("ģimenes atgriežas " * 20)
    assert len(made) <= 72 and made.split("-")[-1] in {"gimenes", "atgriezas"}
