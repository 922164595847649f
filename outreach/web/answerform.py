"""The answer to a family as a form, and the individual offer that may go with it as a PDF."""

from dataclasses import dataclass, field

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.tracker.letters import answering
from outreach.tracker.letters.reading import Enclosed
from outreach.tracker.models import Household
from outreach.tracker.offers import keeping, paper, reading
from outreach.tracker.offers.reading import OfferSeen
from outreach.web import notices
from outreach.web.fields import Choices, told
from outreach.web.offerform import file_name, sheet
from outreach.web.visit import here, me, now, words

TEXTS = "letters.form"
LONGEST_SUBJECT = 200
_OFFERED = 10


@dataclass(frozen=True)
class Reply:
    """An answer to a family."""

    subject: str = field(default="", metadata=told(max=LONGEST_SUBJECT, autocomplete="off"))
    text: str = field(default="", metadata=told("textarea", max=answering.LONGEST))


@dataclass(frozen=True)
class Offering(Reply):
    """An answer that an offer may go with; by its number."""

    offer: str | None = None


@dataclass(frozen=True)
class Offers:
    """The offers of the family that asked, the latest first; none is opened for the list."""

    household_id: int | None
    seen: tuple[OfferSeen, ...] = ()

    @property
    def form(self) -> type[Reply]:
        return Offering if self.seen else Reply

    @property
    def choices(self) -> dict[str, Choices]:
        t = words()
        each = [(str(one.offer_id), t(f"letters.offer.{one.state}", number=one.number)) for one in self.seen]
        return {"offer": [("", t("letters.offer.none")), *each]} if each else {}

    def begun(self, subject: str, offer_id: int | None) -> Reply:
        """The form as it is begun, with the offer that somebody came from."""
        return Offering(subject, offer=str(offer_id or "")) if self.seen else Reply(subject)

    def chosen(self, given: Reply) -> OfferSeen | None:
        """The offer that is to go with it."""
        wanted = given.offer if isinstance(given, Offering) else None
        return next((one for one in self.seen if str(one.offer_id) == wanted), None)


def offers(household_id: int | None) -> Offers:
    """What may go with an answer to this family; nothing where no family is known yet."""
    if household_id is None:
        return Offers(None)
    with here().store.reading() as session:
        found = reading.of_family(session, household_id)
    fit = [one for one in found if one.state in {"draft", "sent"} and one.has_words and one.erased_at is None]
    return Offers(household_id, tuple(fit[:_OFFERED]))


def enclosed(seen: OfferSeen) -> tuple[Enclosed, ...]:
    """The offer as a file of a letter, the look written down. OutreachError as `paper.made`, `offers.error.missing`."""
    app = here()
    with app.store.transaction() as session:
        opened = reading.opened(session, now(), me().actor, app.seal, seen.household_id, seen.offer_id)
    if opened is None or opened.letter is None:
        raise OutreachError("offers.error.missing", offer_id=seen.offer_id)
    body = paper.made("pdf", sheet(opened.seen, opened.letter, local_day(now(), app.settings.zone)))
    return (Enclosed(f"{file_name(seen)}.pdf", body),)


def went(seen: OfferSeen, state: str) -> None:
    """The letter with the offer is on its way: a draft becomes a sent offer, or a person is told to see to it."""
    if not seen.is_draft:
        return
    if state != "sent":
        notices.tell("letters.told.offer_open", tone="person", number=seen.number)
        return
    today = local_day(now(), here().settings.zone)
    try:
        with here().store.transaction() as session:
            family = session.get_one(Household, seen.household_id)
            people = min(max(1, family.adults + family.children), keeping.HIGHEST)
            moved = keeping.send(
                session, now(), me().actor, seen.household_id, seen.offer_id, today, "mail", people, today
            )
    except OutreachError as error:
        notices.tell("letters.told.offer_unmarked", tone="person", number=seen.number, reason=words().error(error))
        return
    notices.tell("offers.told.sent_moved" if moved else "offers.told.sent", number=seen.number)
