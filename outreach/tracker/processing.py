"""What the office does with personal data, for the record of processing activities (Art. 30): how many records there
are of each kind. Counts alone; what they are for stands in the catalogues.
"""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.models import Click, FamilyStory
from outreach.people.models import AuditEntry, User
from outreach.tracker.models import Household, Inquiry
from scrapers.models import Mention


def counts(session: Session) -> Mapping[str, int]:
    """Records by what they are for; `anonymous` families are figures and nobody's data any more. One question."""
    asked = {
        "casework": select(func.count()).select_from(Household).where(Household.anonymous_at.is_(None)),
        "anonymous": select(func.count()).select_from(Household).where(Household.anonymous_at.is_not(None)),
        "inquiries": select(func.count()).select_from(Inquiry).where(Inquiry.anonymous_at.is_(None)),
        "monitoring": select(func.count()).select_from(Mention),
        "stories": select(func.count()).select_from(FamilyStory),
        "links": select(func.count()).select_from(Click),
        "accounts": select(func.count()).select_from(User),
        "trail": select(func.count()).select_from(AuditEntry),
    }
    row = session.execute(select(*(query.scalar_subquery().label(name) for name, query in asked.items()))).one()
    return dict(row._mapping)
