"""Whether a text under a post asks something: Latvian and Latgalian, English, Russian, German, Norwegian. Pure.

It only sorts a list for a person: what it misses still stands there, below what it found.
"""

import re
import unicodedata

_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_NAME = re.compile(r"(?<!\w)@[\w.@-]+")
_PART = re.compile(r"[^.!?…\n]+[.!?…]*")
_LETTER = re.compile(r"[^\W\d_]")
_LEAD = re.compile(
    r"^(?:un|a|bet|nu|labdien|sveiki|čau|lobdīn|vasali|hi|hello|hey|and|but|so|ok|а|и|но|ну|здравствуйте|привет"
    r"|добрый день"
    r"|hallo|guten tag|und|aber|hei|og|men|paldies|thanks|thank you|спасибо|danke|takk)\b[\s,!:–-]*"
)
# What is sold, begged or preached under posts of strangers.
_SPAM = re.compile(
    r"crypto|bitcoin|\bforex\b|\bloan offer|followers?\b.*\b(?:buy|free|get)|(?:buy|get|free)\b.*\bfollowers?\b"
    r"|check (?:out )?my"
    r"|(?:dm|whatsapp|telegram) me|earn (?:\d|money|up to)|\bcasino|kazino|казино|заработ(?:ок|ай|ать)|крипт"
    r"|nopeln(?:i|īt)|ātrais kredīts"
    r"|инвестиц|подпис(?:ывайтесь|аться) на мой|schnell geld|tjen penger|\bonlyfans|click (?:the )?link|link in bio"
    r"|promo ?code"
)
# Questions that want no answer.
_RHETORIC = re.compile(
    r"^(?:tiešām|nopietni|vai ne|vai tad ne|ne|jā|kā tad|kāpēc gan ne|kas to būtu domājis|vai nav (?:skaisti|jauki"
    r"|brīnišķīgi)"
    r"|vai tas nav (?:skaisti|jauki|brīnišķīgi)|nav slikti,? (?:vai|ne)|really|seriously|right|why not|who knew"
    r"|isn['’]?t (?:it|that|this) .{2,30}"
    r"|how (?:cool|great|nice|lovely) is (?:that|this)|what could be better|who cares|правда|серь[её]зно|да"
    r"|а как же|кто бы мог подумать"
    r"|разве (?:это )?не .{2,30}|ну не (?:красота|чудо)(?: ли)?|кому это нужно|wirklich|echt|im ernst"
    r"|ist das nicht .{2,30}|was will man mehr"
    r"|virkelig|seriøst|ikke sant|er det ikke .{2,30}|kas var būt (?:labāks|skaistāks).{0,20}"
    r"|что может быть лучше.{0,20})$"
)
# Outcries and statements that begin like a question.
_NO_QUESTION = re.compile(
    r"^(?:kā (?:vienmēr|jau|parasti|bērnībā|mājās|pasakā)|cik (?:jauki|skaisti|labi|forši|lieliski|brīnišķīgi|mīļi"
    r"|superīgi|aizkustinoši|žēl|skumji)"
    r"|cik (?:skaist|jauk|lab|forš|brīnišķīg|lielisk)\w+|kāds? (?:prieks|skaistums|jaukums|malacis|kauns|brīnums)"
    r"|kāda (?:skaista|jauka|laime|burvība)"
    r"|kādi malači|kas (?:dara|meklē|grib|vēlas),? tas|lai kur|lai kā|vienalga|kaut kur|kaut kā|kaut kas"
    r"|kai (?:skaisti|vysod|jauki|lobi|šmuki)"
    r"|cik (?:šmuki|lobi|skaisti)|how (?:nice|lovely|beautiful|great|wonderful|cool|cute|sweet|sad|amazing|true"
    r"|touching|inspiring)"
    r"|what (?:an? |great|lovely|wonderful|beautiful|joy|nonsense)|how very|как (?:здорово|хорошо|красиво|всегда"
    r"|приятно|мило|жаль|трогательно|раз|бы|же (?:хорошо|красиво|здорово))"
    r"|как(?:ая|ой|ие|ое) (?:красот|прелест|молод|замечательн|прекрасн|красив|мил|хорош|радост|счаст|чуд|позор"
    r"|ужас)\w*|сколько (?:радост|счаст|красот|тепла|света)\w*"
    r"|wie (?:schön|toll|immer|süß|nett|herrlich|traurig|wunderbar|recht)|was für|welch|hvor (?:fint|flott|koselig"
    r"|bra|vakkert|trist|herlig|hyggelig)"
    r"|hva annet|for et|for en)\b"
)
_CORRELATE = re.compile(r",\s*(?:tas|tā|tad|tur|tie|tam|to|tot|там|тогда|тот|те|то|da|dann|der|då)\b")
_BEGINS = re.compile(
    r"^(?:(?:(?:no|uz|līdz|pie|ar|par|kopš|pa) )?(?:kur(?:am|ai|ā|ieni|ienes)?|kad|cik|kā|kas|ko|kam|kāds?"
    r"|kāda[sim]?|kādi(?:em)?|kādām|kādu|kādā|kurš|kura|kuri|kurus|kāpēc|kādēļ)"
    r"|vai|kaids?|kaida|kod|kai|voi|kuo|kam deļ"
    r"|где|когда|как|куда|откуда|кто|кому|к кому|с кем|что|чем|какие?|какой|какая|какое|каким|каких|какую|в какой"
    r"|в какие|на какой|сколько|почему|зачем|можно ли|есть ли|нужно ли|надо ли|нужны ли|можно|будет ли|возможно ли"
    r"|а если"
    r"|wo|wohin|woher|wann|wie|wer|wem|wen|an wen|was|welche[rnsm]?|warum|wieso|gibt es|kann (?:ich|man|mir)"
    r"|können (?:sie|wir)|könnt ihr|muss (?:ich|man)|darf (?:ich|man)|braucht man|habt ihr|haben sie|ist es möglich"
    r"|ab wann|bis wann"
    r"|når|hvor(?:dan|for)?|hva|hvem|hvilke[nt]?|kan (?:jeg|man|dere|vi|noen)|finnes det|er det (?:mulig|noen"
    r"|fortsatt)|må (?:jeg|man)|har dere|får (?:jeg|man)|trenger (?:jeg|man)"
    r"|(?:where|when|who|what|why|how|which) (?:is|are|s|do|does|did|can|could|will|would|should|to|much|many|long"
    r"|far|old|about|if|kind|sort|documents?|papers?|time|age|date|town|else|exactly)"
    r"|where['’]s|what['’]s|when['’]s|who['’]s|(?:to|for|with|from|until|by) (?:whom|which|what)"
    r"|(?:can|could|do|does|is|are|will|would|should|did|has|have|am|may|must) (?:i|we|you|it|there|this|that|they"
    r"|the|a|an|my|your|any|anyone|someone|somebody|children|kids|people)"
    r"|any (?:idea|chance|info|information|news on|deadline|jobs?|help)|anyone knows?|does anyone)\b"
)
# A statement about what was: "When I was small ...".
_PAST = re.compile(
    r"^(?:kad (?:es |mēs |mani |mana |vēl )?(?:biju|bijām|bija|dzīvoju|dzīvojām|atgriezos|atgriezāmies|atbrauc(?:u"
    r"|ām)|redzu|lasu|aizbraucu|mamma|braucu|skatos)"
    r"|kod (?:es |mes )?(?:beju|dzeivuoju)|kur (?:dzimu|piedzimu|uzaugu|dzimis|augusi)|kā (?:es|mēs) (?:ilgojos"
    r"|ilgojamies|gribētu|priecājos|saprotu|mīlu)"
    r"|когда (?:я|мы|мне|моя|мой) \w+|где родился|как (?:я|мы) (?:скуча|рад|люб|соскуч|вас понима|понима)\w*"
    r"|als ich|wenn ich|wie ich|da ich|når jeg (?:var|ser|leser)|hvor jeg (?:er|vokste)"
    r"|что вы делаете такое|как и (?:я|мы)|kā jau|kas (?:to |mums |man )?(?:zina|prieks|liekas)|kā man (?:pietrūkst"
    r"|patīk))\b"
)
_WANTS = re.compile(
    # lv, ltg
    r"(?:gribē(?:tu|tos|tum)|vēlos|vēlētos|gribu|vēlamies|gribam|labprāt) (?:\w+ ){0,2}(?:uzzināt|zināt|pajautāt"
    r"|jautāt|saprast|noskaidrot|pieteikties|saņemt informāciju)"
    r"|(?:vai|lūdzu) (?:\w+ ){0,2}(?:pasakiet|pastāstiet|palīdziet|padalieties|atsūtiet|ieteiciet)|(?:pasakiet"
    r"|pastāstiet|sakiet|pasaki|palīdziet|atsūtiet|ieteiciet|paskaidrojiet)(?:\w*)(?: man| mums)?,? (?:lūdzu|kā|kur"
    r"|kad|vai|cik|kas|kam|ko)\b"
    r"|(?:varat|varētu|varētu jūs|var kāds|kāds var|var lūdzu) (?:\w+ ){0,2}(?:pateikt|pastāstīt|palīdzēt|ieteikt"
    r"|paskaidrot|atsūtīt)"
    r"|(?:nezinu|nesaprotu|nav skaidrs|neesmu droš\w|nevaru saprast|nevar saprast|interesē|interesētu"
    r"|interesanti),? (?:\w+ )?(?:kur|kā|kad|vai|cik|kas|kam|ko|pie kā|kāds?|kādi|kāda)\b"
    r"|nevaru (?:atrast|sazvanīt|pieteikties|saprast)|kā (?:var )?(?:pieteikties|sazināties|reģistrēties)"
    r"|kur (?:var )?(?:pieteikties|zvanīt|rakstīt|griezties|reģistrēties|uzzināt|atrast)|kam (?:zvanīt|rakstīt)"
    r"|kontaktus?,? lūdzu|vajadzīg[sai]? (?:padoms|palīdzība|informācija)|vajag (?:padomu|palīdzību|informāciju)"
    r"|meklē(?:ju|jam) (?:informāciju|padomu|palīdzību|darbu)|kāds zina"
    r"|(?:grybātu|grybu|gribātu) (?:\w+ )?(?:zynuot|vaicuot|pajautuot|sazynuot)|kai (?:pīsasaceit|pīsaceit"
    r"|pīteik\w+)|pasokit|var kurs pasaceit"
    # en
    r"|(?:would|['’]d) (?:like|love) to (?:know|ask|apply|find out|hear more|learn more|understand)|(?:want|need"
    r"|trying|hoping|wish) to (?:know|ask|apply|find out|understand|figure out)|\bwondering\b|(?:can|could"
    r"|would) (?:you|someone|anyone|somebody) (?:please )?(?:\w+ )?(?:tell|help|explain|send|share|advise|point"
    r"|confirm|let)"
    r"|please (?:tell|send|explain|advise|help|share|let me know|let us know|contact me)|let (?:me|us) know (?:how"
    r"|where|when|if|what|who)|(?:no idea|not sure|don['’]?t know|do not know|unclear|didn['’]?t understand|curious"
    r"|confused)(?: about)? (?:how|where|when|who|what|if|whether|which)|can['’]?t find|cannot find"
    r"|couldn['’]?t find|(?:more|any) (?:info|information|details) (?:\w+ ){0,3}(?:please|pls)|(?:please"
    r"|pls),? (?:more )?(?:info|details)|need (?:some )?(?:help|advice|information|info)|looking for (?:information"
    r"|advice|help|work|a job|details)|question about|i have a question|where do i|how do i|where can i|how can i"
    # ru
    r"|подскажите|подскажет|скажите,? пожалуйста|расскажите,? (?:пожалуйста|как|где|что|о)|хоте(?:л|ла|ли"
    r"|лось) бы (?:узнать|знать|спросить|понять|подать|уточнить)|хочу (?:узнать|спросить|понять|уточнить)"
    r"|хотим (?:узнать|вернуться и не знаем)|интересует|интересно,? (?:как|где|когда|сколько|можно|а|кто)"
    r"|не (?:знаю|знаем|понимаю|понял|поняла|понятно|могу понять),? (?:\w+ )?(?:как|где|куда|когда|что|кому|с чего"
    r"|к кому|какие|сколько|нужно)|не (?:могу|можем) (?:найти|дозвониться)|как (?:можно )?(?:записаться|подать"
    r"|связаться|зарегистрироваться|попасть)|куда (?:обра|звон|пис)\w+|нужн[аы]? (?:помощь|совет|консультация"
    r"|информация)|есть вопрос|у меня вопрос|дайте (?:контакт|телефон)|кто[- ]?(?:то|нибудь)? знает"
    # de
    r"|(?:würde|möchte|will|hätte) (?:ich )?(?:\w+ )?(?:gerne? )?(?:\w+ )?(?:wissen|fragen|erfahren|verstehen)"
    r"|wüsste (?:ich )?gern|ich frage mich|(?:können|könnten) sie (?:\w+ ){0,3}(?:sagen|helfen|erklären|schicken)"
    r"|weiß (?:jemand|nicht,? (?:wo|wie|wann|wer|ob|was|an wen))|(?:brauche|suche) (?:\w+ )?(?:hilfe|rat|infos?"
    r"|informationen|auskunft|arbeit)|bitte (?:um )?(?:info|infos|auskunft|kontakt)|(?:nicht|kein\w*) (?:klar"
    r"|sicher),? (?:wo|wie|wann|wer|ob|was)|ich finde (?:\w+ ){0,3}nicht|habe (?:ich )?eine frage|wo kann (?:ich"
    r"|man)|wie kann (?:ich|man)"
    # no
    r"|lurer på|(?:vil|ønsker|skulle) (?:gjerne )?(?:å )?(?:vite|spørre|visst)|(?:kan|kunne) (?:dere|noen"
    r"|du) (?:\w+ ){0,2}(?:si|fortelle|hjelpe|forklare|sende)|vet (?:noen|ikke) (?:hvor|hvordan|når|hvem|om|hva)"
    r"|trenger (?:hjelp|råd|informasjon)|ser etter (?:informasjon|jobb)|har et spørsmål|finner ikke",
)
_SMALL = 2  # letters in all: "ok?"


def asks(text: str) -> bool:
    """Whether somebody seems to want to know something. Thanks, outcries, emoji and advertisements do not."""
    plain = _plain(text)
    if len(_LETTER.findall(plain)) <= _SMALL or _SPAM.search(text.lower()):
        return False
    return any(_asks(part.strip()) for part in _PART.findall(plain)) or bool(_WANTS.search(_bare(plain)))


def _asks(part: str) -> bool:
    """One sentence with the signs at its end."""
    words = _led(_bare(part))
    if len(_LETTER.findall(words)) <= _SMALL or _RHETORIC.match(words) or _NO_QUESTION.match(words):
        return False
    if "?" in part:
        return True
    if part.endswith("!") or _PAST.match(words) or _CORRELATE.search(words):
        return False
    # One word alone ("Kur", "Cik") has no object; two are a question.
    return bool(_BEGINS.match(words)) and " " in words


def _led(words: str) -> str:
    """Without greetings and small words before the sentence proper."""
    while (shorter := _LEAD.sub("", words)) != words and shorter:
        words = shorter
    return words


def _bare(part: str) -> str:
    return " ".join("".join(sign if sign.isalnum() or sign in " ,'’-" else " " for sign in part).split()).strip(" ,-'’")


def _plain(text: str) -> str:
    """In small letters, without addresses, names and double signs."""
    text = unicodedata.normalize("NFC", text).lower()
    return _NAME.sub(" ", _ADDRESS.sub(" ", text)).strip()
