"""The marks by which a text finds those that may tell its story: the bands of a MinHash over its pairs of stems, which
copies share however much was edited, and its rarest facts, which retellings share.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import rensa

from scrapers.story.facts import Facts, Read
from scrapers.story.likeness import evidence
from scrapers.story.shares import Shares

BANDS = 22
_ROWS = 3
_HASHES = BANDS * _ROWS
_SEED = 42
RARE = 16
# What is no evidence by itself is no trace (nats): a name that one text in ten has, a word that more than a few have.
_TRACE = 1.9
_NO_MARK = 0
_MIX, _SPREAD = np.uint64(0x9E37_79B9_7F4A_7C15), np.uint64(0xC2B2_AE3D_27D4_EB4F)

Marks = npt.NDArray[np.int32]


def bands(read: Read) -> Marks:
    """For each text its band hashes, all below zero; two texts of which half of the pairs of words are the same share
    one nearly always.
    """
    kept = read.words > 0
    words = read.words[kept].astype(np.uint64)
    before = np.zeros(len(read.words) + 1, dtype=np.int64)
    np.cumsum(kept, out=before[1:])
    starts = before[read.starts]
    pairs = words * _MIX
    pairs[:-1] ^= np.roll(words, -1)[:-1] * _SPREAD
    # The last word of a text has no neighbour.
    ends = starts[1:][np.diff(starts) > 0] - 1
    pairs[ends] = words[ends] * _MIX
    if not len(pairs):
        return np.zeros((len(read.facts), BANDS), dtype=np.int32)
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(pairs, starts.astype(np.uint64), _HASHES, _SEED)
    rows = np.array(matrix.to_rows(), dtype=np.uint64).reshape(-1, BANDS, _ROWS)
    told = np.arange(BANDS, dtype=np.uint64)[None, :] * _SPREAD
    for row in range(_ROWS):
        told = (told ^ rows[:, :, row]) * _MIX
        told ^= told >> np.uint64(29)
    below: Marks = -1 - (told >> np.uint64(34)).astype(np.int32)
    below[np.diff(starts) == 0] = _NO_MARK
    return below


def rarest(facts: Sequence[Facts], shares: Shares) -> list[tuple[Marks, list[float]]]:
    """For each text its facts that say most, all above zero, with what each is as evidence: names and numbers first,
    they are what a retelling keeps.
    """
    together = np.concatenate([one.all for one in facts]) if facts else np.zeros(0, dtype=np.int32)
    weights = shares.weights(together)
    told = []
    at = 0
    for one in facts:
        mine = weights[at : at + len(one.all)]
        at += len(one.all)
        mine = evidence(mine, one.keys)
        enough = mine >= _TRACE
        kept, mine = one.all[enough], mine[enough]
        if len(kept) > RARE:
            # The same ones in every text, whatever else is in it.
            order = np.lexsort((kept, -mine))[:RARE]
            kept, mine = kept[order], mine[order]
        told.append((kept, mine.tolist()))
    return told
