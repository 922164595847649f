"""Sums of money and hours as the reader's language writes them."""

from babel.numbers import format_decimal

from outreach.core.text import Words


def euro(t: Words, cents: int) -> str:
    """Cents of euro in words: 1 250,50 €; without cents where there are none."""
    pattern = "#,##0" if cents % 100 == 0 else "#,##0.00"
    return t("plan.euro", sum=format_decimal(cents / 100, format=pattern, locale=t.language))


def hours(t: Words, minutes: int) -> str:
    """Minutes as hours: 1,5 h."""
    return t("plan.hours", hours=t.number(round(minutes / 60, 2)))
