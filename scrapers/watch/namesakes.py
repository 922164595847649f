"""What bears a place's name without being the place, and what only a place can have."""

from scrapers.watch.words import Words

# Named after a place, in the singular: "Ludzas ielās" is Ludza.
_NAMED_AFTER = frozenset({
    "iela", "ielā", "ielai", "prospekts", "prospektā", "prospekta", "gatve", "gatvē", "šoseja", "šosejā", "šosejas",
    "street", "avenue",
})  # fmt: skip
# The same, but only of a region: "Daugavpils tirgus" is in Daugavpils.
_OF_REGIONS = _NAMED_AFTER | {"priekšpilsēta", "priekšpilsētā", "priekšpilsētas", "tirgus", "tirgū"}
# What only a place of a county has: "Maltas vidusskola" is no school of the island.
_LOCAL = (
    "vidusskol", "pamatskol", "pirmsskol", "bibliotēk", "pagast", "pogost", "novad", "nūvod", "apvienīb", "draudz",
    "volost", "волост",
)  # fmt: skip
# What any town has, but an island too.
_INSTITUTIONS = (*_LOCAL, "ģimnāzij", "bērnudārz", "slimnīc", "muzej", "baznīc", "stacij")
_HOUSES = ("tautas", "kultūras"), ("nam", "centr")
_SMALL = 2  # no one is called after a region or a municipality
# First names that stand before a surname which is also a place.
_FIRST_NAMES = frozenset({
    "agnese", "aiga", "aigars", "aija", "ainārs", "alberts", "aldis", "aleksandrs", "aleksejs", "alina",
    "alise", "andrejs", "andris", "anita", "anna", "antons", "antra", "anželika", "arnis", "artūrs", "arvīds",
    "astrīda", "atis", "baiba", "beāte", "biruta", "dace", "daiga", "daina", "daiva", "diāna", "dzintars",
    "dzintra", "edgars", "edīte", "egita", "elza", "elīna", "estere", "evija", "evita", "gatis", "genovefa",
    "gints", "gita", "guna", "guntars", "guntis", "gunārs", "halina", "helēna", "ieva", "igors", "ilga",
    "ilmārs", "ilona", "ilze", "ina", "inese", "ineta", "inga", "ingrīda", "ingūna", "inta", "irina", "irēna",
    "ivars", "iveta", "ivo", "jana", "jekaterina", "jevgēnijs", "jeļena", "jolanta", "jurijs", "juris", "juta",
    "jānis", "kaspars", "kristaps", "kristīne", "kārlis", "laila", "laima", "laimonis", "lauma", "laura",
    "leons", "liene", "ligita", "liliāna", "linda", "lolita", "ludmila", "lāsma", "līga", "lūcija", "madara",
    "maija", "marija", "marika", "maruta", "mihails", "monika", "māra", "māris", "mārtiņš", "nadežda",
    "natālija", "nikolajs", "normunds", "oksana", "olga", "oskars", "oļegs", "pāvels", "pēteris", "raimonds",
    "raitis", "regīna", "renārs", "rihards", "rita", "roberts", "rolands", "romāns", "rudīte", "rūta", "sabīne",
    "sanda", "sandra", "sandris", "sanita", "santa", "sergejs", "sigita", "silvija", "skaidrīte", "solvita",
    "staņislavs", "svetlana", "tatjana", "tomass", "toms", "uldis", "una", "valdis", "valentīna", "valentīns",
    "valija", "valērijs", "vanda", "vera", "vija", "viktorija", "viktors", "vilis", "vineta", "vita",
    "vitālijs", "vladimirs", "vēsma", "zane", "zenta", "zigmārs", "zita", "ēriks", "žanna", "александр",
    "алексей", "андрей", "анна", "виктор", "владимир", "галина", "дмитрий", "екатерина", "елена", "иван",
    "инга", "инесе", "инета", "инна", "ирина", "людмила", "марина", "наталия", "наталья", "николай", "оксана",
    "ольга", "светлана", "сергей", "татьяна", "юлия", "юрис", "янис",
})  # fmt: skip


def bears(words: Words, last: int, level: int, *, called: bool) -> bool:
    """Whether it is a street or a person that bears the name of a place of `level`; the name is word `last` alone.

    `called`: it stands as a person is called, in the nominative.
    """
    lower = words.lower
    after = last + 1
    if after < len(lower) and lower[after] in (_NAMED_AFTER if level else _OF_REGIONS) and _follows(words, last):
        return True
    if level < _SMALL or last == 0:
        return False
    before = lower[last - 1]
    if called and before in _FIRST_NAMES:
        return words.source[words.ends[last - 1] : words.starts[last]] == " " and words.capital(last - 1)
    if len(before) > 1 or before.isdigit():
        return False
    return words.source[words.ends[last - 1] : words.starts[last]] in (". ", ".") and words.capital(last - 1)


def has_institution(words: Words, last: int, *, local: bool) -> bool:
    """Whether the name that ends with word `last` has a school, a library, a parish of its own.

    `local`: only what no country has.
    """
    if not _follows(words, last):
        return False
    lower = words.lower
    if lower[last + 1] in _HOUSES[0]:
        return last + 2 < len(lower) and lower[last + 2].startswith(_HOUSES[1])
    return lower[last + 1].startswith(_LOCAL if local else _INSTITUTIONS)


def _follows(words: Words, last: int) -> bool:
    return last + 1 < len(words.lower) and words.source[words.ends[last] : words.starts[last + 1]] == " "
