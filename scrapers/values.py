"""The values that columns, filters and queries name alike."""

TIERS = ("national", "regional", "local", "diaspora", "social")
OWNERS = ("own", "earned")
VERDICTS = ("relevant", "irrelevant", "wrong_sense", "duplicate", "critical")
SENSES = ("return", "expulsion", "russia", "ambiguous", "other")
TONES = ("critical", "neutral", "favourable")
