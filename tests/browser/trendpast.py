"""A year behind the demo's day, for the pictures of trends and quality: every mention, outlet and number is invented."""

from datetime import timedelta
from random import Random

from sqlalchemy import func, select

from outreach.core.app import App
from scrapers.models import Article, Mention, MentionPlace, MentionVerdict, Source, Story
from scrapers.tiles import read_tiles
from scrapers.topicmodels import SenseModel

DAYS = 372
_TITLES = (
    "Ģimene no Dublinas pārceļas uz dzīvi pie ezera", "Atgriežas, lai atvērtu maiznīcu", "Koordinatore: pirmais jautājums vienmēr ir par skolu",
    "Pieci iemesli atgriezties Latgalē", "Novads gaida savējos: brīvas darba vietas un mājokļi", "Pēc desmit gadiem Norvēģijā – atkal mājās",
    "Remigrācijas balva šogad uzņēmīgai mammai", "Kā izvēlēties bērnudārzu, atgriežoties no ārzemēm",
)  # fmt: skip
_SLOGAN = ("Kongresā skandē “remigrāciju”", "Partija sola masveida remigrāciju", "Protests pret “remigrācijas” plānu")
_REGIONS = ("Latgale", "Latgale", "Vidzeme", "Kurzeme", "Zemgale", "Rīga")


def put(app: App) -> None:
    """Fills the year before the office's first mention, once. Numbers below one, so that they grow with time."""
    now, chance = app.clock.now(), Random(11)
    with app.store.transaction() as session:
        if (session.scalar(select(func.min(Article.id))) or 1) < 1:
            return
        places = [name for name, _, _ in read_tiles(app.office.folder / "tiles.csv")]
        outlets = [*session.scalars(select(Source.id).order_by(Source.id))]
        late = outlets[-2:]
        made: list[tuple[int, bool]] = []
        plan = []
        for back in range(DAYS, 0, -1):
            usual = chance.choice((0, 1, 1, 2, 3)) if (now - timedelta(days=back)).weekday() < 5 else chance.choice((0, 0, 1))
            plan += [(back, "return", "lv" if chance.random() < 0.75 else "ru")] * (usual + (14 if back in (24, 61) else 0))
            plan += [(back, "expulsion", lang) for lang, share in (("lv", 0.12), ("ru", 0.6 if back < 12 else 0.14)) if chance.random() < share]
        story = 0
        for place, (back, sense, lang) in enumerate(plan):
            number = place - len(plan)
            at = now - timedelta(days=back, minutes=-place % 600)
            if story == 0 or chance.random() < (0.85 if back not in (24, 61) else 0.3):
                row = Story(created_at=at, title=chance.choice(_TITLES if sense == "return" else _SLOGAN))
                session.add(row)
                session.flush()
                story, title = row.id, row.title
            pool = outlets[:-2] if back > 40 else [*outlets[:-2], *late]
            source_id = chance.choice(pool[: max(2, chance.randint(1, len(pool)))]) if back > 40 else chance.choice(pool)
            address = f"https://arhivs.example/{place}"
            session.add(Article(id=number, source_id=source_id, url=address, canonical_url=address, title=title, first_seen_at=at, published_at=at, lang=lang, text_state="feed"))
            session.flush()
            named = tuple(chance.choices(places, weights=range(len(places), 0, -1), k=chance.choice((0, 1, 1, 2))))
            counts = sense == "return"
            session.add(Mention(
                id=number, article_id=number, source_id=source_id, sense=sense, judged_sense=sense, relevant=counts, judged_relevant=counts, score=0.9, lang=lang,
                matched=[], cues=[], places=list(dict.fromkeys(named)), sentence=title, story_id=story, judged_at=at, has_word=True,
            ))  # fmt: skip
            session.flush()
            for name in {*named, *chance.sample(_REGIONS, chance.choice((0, 1, 1, 2)))}:
                session.add(MentionPlace(place=name, mention_id=number))
            if back < 90 and chance.random() < 0.5:
                verdict = "relevant" if chance.random() < 0.93 else "irrelevant"
                before = session.get_one(Mention, number)
                before.verdict, before.sense = verdict if counts else "wrong_sense", before.sense if verdict == "relevant" else "other"
                session.add(MentionVerdict(batch=f"p{place}", mention_id=number, verdict=before.verdict, sense=before.sense, sense_before=sense, actor="x", at=at))
            made.append((number, counts))
        flips = [{"mention_id": number, "from": "return" if counts else "expulsion", "to": "ambiguous" if counts else "other"} for number, counts in made[-40::9]]
        scores = {"return_recall": 0.985, "return_precision": 0.962, "accuracy": 0.94, "slogan_as_return": 0.004, "plain_labelled": 0.0018}
        session.add(SenseModel(made_at=now - timedelta(days=40), examples=2_140, scores={**scores, "return_recall": 0.971}, weights={}, flips=[], state="active",
                               decided_at=now - timedelta(days=39), decided_by="Laura Bērziņa"))  # fmt: skip
        session.add(SenseModel(made_at=now - timedelta(hours=7), examples=2_388, scores=scores, weights={}, flips=flips, state="candidate"))
