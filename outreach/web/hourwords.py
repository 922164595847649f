"""Hours in words: what a channel's own posts say of them, and on which days nothing is promoted."""

from collections.abc import Callable
from datetime import date, timedelta

from campaigns.moments import expand, read_moments
from campaigns.timing import hours, queueing
from outreach.core.clock import local_day
from outreach.core.text import Words
from outreach.web.visit import here, now


def quiet_days(first: date, last: date) -> Callable[[date], bool]:
    """Whether a day from `first` to `last` is one on which nothing is promoted."""
    spans = [
        (moment.starts_on, moment.ends_on)
        for moment in expand(read_moments(here().office.calendar), first, last)
        if moment.quiet
    ]
    return lambda day: any(start <= day <= end for start, end in spans)


def quiet_ahead() -> Callable[[date], bool]:
    """The same for as far ahead as a queue is looked through."""
    today = local_day(now(), here().settings.zone)
    return quiet_days(today - timedelta(days=1), today + timedelta(days=queueing.DAYS + 2))


def advised(t: Words, told: hours.Advice) -> str:
    """What an advice says, as a sentence."""
    if told.verdict == "few":
        return t("timing.hours.few", count=told.posts, needed=hours.IN_ALL)
    if told.verdict == "best" and told.best is not None:
        best = told.best
        said = t(
            "timing.hours.best", block=block_name(t, best), mean=t.number(round(best.mean, 1)),
            low=t.number(round(best.low, 1)), high=t.number(round(best.high, 1)), count=best.posts,
            rest=t.number(round(told.rest, 1)),
        )  # fmt: skip
        if not told.alike:
            return said
        return f"{said} {t('timing.hours.alike', blocks='; '.join(block_name(t, one) for one in told.alike))}"
    return t(f"timing.hours.{told.verdict}", count=told.posts)


def block_name(t: Words, block: hours.Block) -> str:
    """A block in words: working days, 18:00 to 21:00."""
    days = "timing.block.weekend" if block.weekend else "timing.block.working"
    return t(days, start=f"{block.start:02}:00", end=f"{block.end:02}:00")
