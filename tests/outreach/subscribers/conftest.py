"""Rows of readers lead to editions and accounts: a store for these tests has every room's tables."""

from outreach import wiring

wiring.models()
