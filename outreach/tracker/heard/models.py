"""How somebody came to ask, in two columns: what they say, and what was tracked. Lines are only ever added."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from outreach.core.db import Base, UtcDateTime

SIDES = ("said", "tracked")
SAID = ("words", "source", "outlet", "campaign", "person", "decoy")
TRACKED = ("code", "qr", "utm", "spoken", "reply", "referrer")


class Heard(Base):
    """One line of one inquiry; it stays with the inquiry whatever family that is found to belong to.

    `what` and `name`: a known source's key (`source`), an outlet's, a campaign's or a decoy's name, a tracked link's
    code; what they said in their own words is sealed (`words_sealed`, bound to `token`). `by`: the person who noted it,
    None for the one who asked or the program. `takes_back`: the line that a person's correction makes void; a row with
    `what` None only does that.
    """

    __tablename__ = "heard"
    __table_args__ = (
        CheckConstraint("side IN ('said', 'tracked')", name="side_known"),
        CheckConstraint(
            "what IN ('words', 'source', 'outlet', 'campaign', 'person', 'decoy', 'code', 'qr', 'utm', 'spoken',"
            " 'reply', 'referrer')",
            name="what_known",
        ),
        Index(None, "inquiry_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiries.id"))
    side: Mapped[str] = mapped_column(String(7))
    what: Mapped[str | None] = mapped_column(String(8))
    name: Mapped[str | None] = mapped_column(Text)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id", ondelete="SET NULL"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id", ondelete="SET NULL"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id", ondelete="SET NULL"))
    token: Mapped[str] = mapped_column(String(32), unique=True)
    words_sealed: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str | None] = mapped_column(String(254))
    takes_back: Mapped[int | None] = mapped_column(ForeignKey("heard.id"))


def _refuse(_mapper: Mapper[Base], _connection: Connection, row: Base) -> None:
    raise TypeError(f"rows of {row.__tablename__} are only ever added")


event.listen(Heard, "before_delete", _refuse)
