"""Ordinary lemmas of every class, by part of speech and pattern: what the dictionaries are asked about."""

LATVIAN = {
    "noun.m1": "dēls draugs vīrs bērns darbs plāns projekts forums grants novads pagasts reģions uzņēmums pasākums konkurss likums jautājums atbalsts vējš ceļš ciemiņš gadījums burtnieks koordinators skolotājs braucējs iedzīvotājs emigrants ārzemnieks",
    "noun.m2": "brālis lācis latvietis tautietis latgalietis kaķis tētis skaitlis zirnis pavasaris akmens ūdens suns mēness rudens",
    "noun.m3": "tirgus medus alus lietus ledus",
    "noun.f4": "māja skola diena sieva māsa meita programma politika komanda diaspora kustība valoda balva pilsēta nauda iespēja dzīvība skolotāja atgriešana palīdzība organizācija informācija situācija",
    "noun.f5": "ģimene māte upe zeme zāle saule pase bāze puse vide skolniece latviete koordinatore dzimtene pieredze tēvzeme ģimenīte",
    "noun.f6": "valsts pils zivs sirds nakts acs govs krāsns uguns pirts",
    "verb.1": "braukt aizbraukt nākt iet vest nest celt pārcelt dot ņemt pirkt sākt beigt augt just mest sist lauzt kāpt slēgt saukt lūgt sniegt vilkt šķirt dzert ļaut liet skriet palikt atgriezt",
    "verb.2": "strādāt dzīvot domāt runāt meklēt emigrēt organizēt apmeklēt plānot maksāt ceļot studēt uzlabot",
    "verb.3": "lasīt rakstīt mācīt darīt zināt gribēt redzēt turēt cerēt dzirdēt palīdzēt sacīt palielināt vadīt pelnīt",
    "verb.r": "atgriezties pārcelties mācīties celties doties satikties sākties beigties interesēties priecāties piedalīties tikties",
    "adjective": "labs liels mazs jauns vecs īsts skaists gudrs stiprs ātrs silts auksts plašs dārgs tuvs augsts brīvs balts latvisks nacionāls reģionāls uzņēmīgs laimīgs aktīvs sociāls",
}
RUSSIAN = {
    "noun.m1": "стол город завод координатор мигрант эмигрант студент проект грант закон конкурс год брат врач муж участник латвиец возвращенец отец конец подарок рынок дом паспорт",
    "noun.m2": "учитель житель писатель словарь день гость рубль январь",
    "noun.m3": "музей случай герой край трамвай",
    "noun.m6": "гражданин горожанин",
    "noun.f1": "страна школа школьница граница улица работа виза программа сестра студентка девочка бабушка книга рука помощница",
    "noun.f2": "земля неделя семья статья деревня песня",
    "noun.f7": "эмиграция миграция репатриация депортация организация информация партия линия станция",
    "noun.f3": "область помощь жизнь новость возможность ночь дверь тетрадь часть",
    "noun.n1": "окно письмо слово дело правительство государство место число",
    "noun.n2": "море поле солнце",
    "noun.n7": "возвращение решение переселение выдворение здание событие условие",
    "adjective": "новый старый большой молодой латвийский русский родной городской семейный хороший синий последний зимний рабочий местный региональный свободный красный",
    "verb": "вернуть вернуться возвращать возвращаться переехать переезжать уехать уезжать приехать остаться оставаться работать жить помогать помочь решить решать говорить делать читать писать написать сказать рассказать показать искать получить получать купить открыть закрыть принять организовать эмигрировать рисковать участвовать переселить прийти уйти найти начать дать учить видеть смотреть",
}
