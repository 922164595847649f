"""What can be a password, and how it is kept."""

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from outreach.people import passwords
from tests.support import quick

OWN = ("Anna Bērziņa", "anna.berzina@example.org", "Latgales remigrācijas birojs")


@pytest.fixture(autouse=True)
def the_products_own_hasher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", quick.HASHER)


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("", "short"), ("septiņi", "short"), ("a" * 129, "long"), ("password", "common"), ("QwErTy123", "common"),
        ("trustno1", "common"), ("aaaaaaaaaaaa", "common"), ("anna.berzina", "own"), ("Bērziņa2026", "own"),
        ("remigrācijas", "own"), ("ANNA.BERZINA@EXAMPLE.ORG", "own"),
        ("trīs zaļi ezeri", None), ("Bērziņa un divi mazi suņi", None), ("correct horse battery staple", None),
        ("12345678901234567890abc", None), ("a b c d ", None), ("parole ar emoji 🦆", None), ("x" * 60 + "abcd", None),
    ],
)
def test_what_fits(password: str, key: str | None) -> None:
    fault = passwords.fault(password, OWN)
    assert fault == (f"people.password.{key}" if key else None)


@given(st.text(min_size=passwords.SHORTEST, max_size=passwords.LONGEST))
def test_no_rule_of_composition(password: str) -> None:
    """Any letters will do: only what is common, too plain or the owner's own name is refused."""
    assert passwords.fault(password) in {None, "people.password.common"}


def test_a_hash_is_argon2id_salted_and_opens_for_its_password_alone() -> None:
    first, second = passwords.hashed("trīs zaļi ezeri"), passwords.hashed("trīs zaļi ezeri")
    assert first.startswith("$argon2id$v=19$m=65536,t=3,") and first != second
    assert passwords.opens(first, "trīs zaļi ezeri")
    assert not passwords.opens(first, "trīs zaļi ezeri ")
    assert not passwords.opens(first, "x" * 100_000)
    assert not passwords.is_outdated(first)
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


@pytest.mark.parametrize("password", ["", "anything", "x" * 100_000])
def test_where_there_is_none_nothing_opens(password: str) -> None:
    assert not passwords.opens(None, password)
    assert not passwords.opens("no hash at all", password)


def test_an_unknown_account_costs_as_much_work_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            tried.append(kept.rpartition("$")[0].rpartition("$")[0])
            return False

        hash = staticmethod(passwords.hashed)

    known = passwords.hashed("trīs zaļi ezeri")
    passwords._nobody.cache_clear()  # another test may have left one that was made with less work
    passwords._nobody()
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    passwords.opens(known, "x")
    passwords.opens(None, "x")
    assert len(tried) == 2 and tried[0] == tried[1]
