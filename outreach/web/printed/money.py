"""Money and time as documents write them."""

from outreach.core.text import Words


def euro(t: Words, cents: int) -> str:
    """An amount with its cents."""
    sign = "−" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return sign + t("brief.money", whole=t.number(whole), cents=f"{rest:02d}")


def spent_time(t: Words, minutes: int) -> str:
    """Time of work in hours, to a tenth."""
    return t("brief.hours", hours=t.number(round(minutes / 60, 1)))
