"""What is wrong with a query, where, and what was expected instead."""

from outreach.core.errors import OutreachError


class QueryError(OutreachError):
    """A fault of a query: `length` characters from character `at` on (counted from 0; both within the query, or just
    behind its end where something is missing there).

    The fact `character` is `at` counted from 1, as people count. Where something else was expected, the fact
    `expected_key` is a key below ``query.expects.`` and `found` what stands there instead; `Words.error` makes the
    sentence.
    """

    def __init__(self, key: str, /, *, at: int, length: int = 1, **facts: object) -> None:
        super().__init__(key, character=at + 1, **facts)
        self.at = at
        self.length = length
