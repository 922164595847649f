"""How far a campaign is towards its goal: the number, and its picture over time."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from campaigns.overview import CampaignWhole
from campaigns.planning.progress import Point, counted, points
from campaigns.planning.visits import visits
from outreach.charts.chart import Chart, Row
from outreach.core.clock import day_bounds, local_day
from outreach.core.text import Words
from outreach.tracker import by_campaign
from outreach.web import drawn
from outreach.web.drawn import Drawn

# Fewer families than this are told to nobody outside the office.
_FEW = 5


@dataclass(frozen=True)
class Progress:
    """The goal and what has come of it; `reached` is None where it is too few to be told."""

    kind: str
    target: int
    reached: int | None
    course: tuple[Point, ...]


def read(session: Session, campaign: CampaignWhole, today: date, zone: ZoneInfo, *, outside: bool) -> Progress | None:
    """The progress of a campaign; None without a goal that is counted. `outside`: a partner asks."""
    if campaign.goal_kind is None or campaign.goal_target is None:
        return None
    days = points(campaign.starts_on, campaign.ends_on, today)
    course = _course(session, campaign.campaign_id, campaign.goal_kind, days, today, zone)
    reached = course[-1].reached if course else 0
    if outside and campaign.goal_kind in by_campaign.REACHED and 0 < reached < _FEW:
        return Progress(campaign.goal_kind, campaign.goal_target, None, ())
    return Progress(campaign.goal_kind, campaign.goal_target, reached, tuple(course))


def picture(progress: Progress, t: Words) -> Drawn | None:
    """The course as a line below the goal's; None while there is nothing to draw. No transaction may be open."""
    if len(progress.course) < 2:
        return None
    so_far, goal = "plan.progress.so_far", "plan.progress.goal"
    rows = [Row(point.day, point.reached, so_far) for point in progress.course]
    rows += [Row(point.day, progress.target, goal) for point in progress.course]
    title, unit = f"plan.progress.title.{progress.kind}", f"plan.goal.kinds.{progress.kind}"
    return drawn.drawn(Chart("lines", title, "plan.progress.day", unit, tuple(rows)), t)


def _course(
    session: Session, campaign_id: int, kind: str, days: list[date], today: date, zone: ZoneInfo
) -> list[Point]:
    if not days:
        return []
    if kind == "visits":
        ends = [day_bounds(day, zone)[1] for day in (*days[:-1], today)]
        people = visits(session, campaign_id, ends)
        return [Point(day, number) for day, number in zip(days, people, strict=True)]
    if kind == "inquiries":
        return counted([local_day(at, zone) for at in by_campaign.asked(session, campaign_id)], days)
    return counted(by_campaign.reached(session, campaign_id, by_campaign.REACHED[kind], zone), days)
