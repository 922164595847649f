"""What of families is sealed with the office's key: columns of the store, and folders of files."""

from collections.abc import Callable

from sqlalchemy.orm import InstrumentedAttribute

from outreach.core.reseal import Place, Sealed, SealedFolder
from outreach.tracker import families, intake
from outreach.tracker.cases import papers, tasks
from outreach.tracker.cases.models import Paper, Task
from outreach.tracker.heard import noting
from outreach.tracker.heard.models import Heard
from outreach.tracker.letters import files
from outreach.tracker.letters import sealing as letters
from outreach.tracker.letters.models import Letter, LetterFile
from outreach.tracker.models import Household, Inquiry
from outreach.tracker.offers import sealing as offers
from outreach.tracker.offers.models import Offer

Named = Callable[[str, str], str]


def places() -> tuple[Place, ...]:
    """Every place, files last: what names them is in the store."""
    return (
        *_of(Household.token, families.sealed_place, Household.name_sealed, Household.note_sealed),
        *_of(Household.token, families.sealed_place, Household.hold_sealed),
        *_of(Inquiry.token, intake.sealed_place, Inquiry.name_sealed, Inquiry.contact_sealed, Inquiry.text_sealed),
        *_of(Letter.token, letters.place, Letter.address_sealed, Letter.subject_sealed, Letter.text_sealed),
        *_of(LetterFile.token, letters.place, LetterFile.name_sealed),
        Sealed(Heard.words_sealed, (Heard.token,), noting.sealed_place),
        Sealed(Task.words_sealed, (Task.token,), tasks.place),
        Sealed(Paper.name_sealed, (Paper.token,), papers.place),
        Sealed(Offer.words_sealed, (Offer.token,), offers.place),
        SealedFolder(files.FOLDER),
        SealedFolder("papers"),
        SealedFolder("brought"),
    )


def _of(
    token: InstrumentedAttribute[str], named: Named, *columns: InstrumentedAttribute[str | None]
) -> list[Sealed]:
    """Columns whose place is their name without its end, and the row's token."""
    return [Sealed(one, (token,), _place(named, one.key.removesuffix("_sealed"))) for one in columns]


def _place(named: Named, column: str) -> Callable[[str], str]:
    return lambda token: named(column, token)
