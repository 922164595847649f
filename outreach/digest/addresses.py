"""Where the links of a mail lead; slots stand where each reader's tokens go."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Addresses:
    """`base` is where the pages are, without a slash at its end; `slot_mail` stands for the token of this mail,
    `slot_reader` for the one of its reader.
    """

    base: str
    slot_mail: str
    slot_reader: str

    @property
    def view(self) -> str:
        """The mail in a browser."""
        return f"{self.base}/d/{self.slot_mail}"

    @property
    def settings(self) -> str:
        """What the reader gets and when."""
        return f"{self.base}/subscription/{self.slot_reader}"

    @property
    def stop(self) -> str:
        """No more mails."""
        return f"{self.settings}/off"

    def verdict(self, mention_id: int, verdict: str) -> str:
        """Where a verdict is given: relevant, irrelevant, wrong_sense."""
        return f"{self.view}/judge/{mention_id}?verdict={verdict}"

    def page(self, path: str) -> str:
        """One of the program's pages; `path` begins with a slash."""
        return f"{self.base}{path}"
