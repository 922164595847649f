"""Words that somebody may have meant: those with another mark, one letter more, less, changed or swapped.

Hunspell's own suggestions take a second a word; people mostly miss a mark or a letter, and that is asked in little
time: first the marks, and only where these give nothing what was swapped, doubled or left in, then every letter.
"""

from collections.abc import Callable, Iterator

MOST = 5
_ALPHABETS = {
    "lv": "aāsietrunmklpodvzgbīēcjfšņļūžģķčh",
    "en": "esianrtolcdugmphbyfvkwzxjq",
    "ru": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
}
_MARKS = {
    "lv": dict(zip("aāceēčgģiīkķlļnņsšuūzž", "āačēecģgīiķkļlņnšsūužz", strict=True)),
    "ru": dict(zip("еёий", "ёейи", strict=True)),
    "en": {},
}
_MOST_MARKED = 6


def near(word: str, language: str, knows: Callable[[str], bool], *, whole: bool = True) -> tuple[str, ...]:
    """At most five words that `knows` says are right, the likeliest first, with the capital of the word. Not `whole`:
    without the dear last step. Of words with a hyphen nothing is said.
    """
    if "-" in word:
        return ()
    low = word.lower()
    steps: list[Callable[[str, str], Iterator[str]]] = [_marked, _slips]
    if whole:
        steps.append(_letters)
    found: dict[str, None] = {}
    for step in steps:
        for candidate in dict.fromkeys(step(low, language)):
            told = _right(candidate, word, knows) if candidate != low else None
            if told is not None:
                found.setdefault(told)
                if len(found) == MOST:
                    return tuple(found)
        if found and step is _marked:
            break
    return tuple(found)


def _right(candidate: str, word: str, knows: Callable[[str], bool]) -> str | None:
    capital = candidate[:1].upper() + candidate[1:]
    if word[:1].isupper():
        return capital if knows(capital) or knows(candidate) else None
    if knows(candidate):
        return candidate
    return capital if knows(capital) else None


def _marked(word: str, language: str) -> Iterator[str]:
    """A mark put on or taken off at one place, then at two, then at all at once."""
    marks = _MARKS.get(language, {})
    places = [place for place, letter in enumerate(word) if letter in marks][:_MOST_MARKED]
    changed = []
    for place in places:
        one = word[:place] + marks[word[place]] + word[place + 1 :]
        changed.append((place, one))
        yield one
    for place, one in changed:
        for other in places:
            if other > place:
                yield one[:other] + marks[one[other]] + one[other + 1 :]


def _slips(word: str, _: str) -> Iterator[str]:
    """Two letters swapped, one too many, one that should stand twice, two words that have run together."""
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
    for place in range(len(word)):
        yield word[:place] + word[place] + word[place:]


def _letters(word: str, language: str) -> Iterator[str]:
    alphabet = _ALPHABETS.get(language, "")
    for place in range(len(word) + 1):
        for letter in alphabet:
            yield word[:place] + letter + word[place:]
            if place < len(word):
                yield word[:place] + letter + word[place + 1 :]
