"""What automatic answers mean, as people and mail programs really write them; and what is never taken for a new address."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.postbox.quoted import own_words
from outreach.pressroom.sending import answerdates, answers
from outreach.pressroom.sending.answerletter import read
from outreach.pressroom.sending.answers import Meaning, meaning

# A Thursday.
DAY = date(2026, 11, 26)
OLD, OURS = "janis@vestis.example", "zinas@birojs.example"


def d(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


# (what is written, until when); all of them say that somebody is away.
AWAY: list[tuple[str, date | None]] = [
    # Latvian
    ("Esmu atvaļinājumā līdz 5. janvārim.", d(1, 5, 2027)),
    ("Esmu atvalinajuma lidz 5.janvarim.", d(1, 5, 2027)),
    ("Esmu prombūtnē līdz 2027. gada 5. janvārim (ieskaitot).", d(1, 5, 2027)),
    ("No 3. līdz 10. decembrim esmu komandējumā, uz vēstulēm atbildēšu vēlāk.", d(12, 10)),
    ("Prombūtne 30.11.2026.–04.12.2026.", d(12, 4)),
    ("Labdien! Atgriezīšos darbā 5. janvārī.", d(1, 4, 2027)),
    ("No 7. decembra būšu atpakaļ birojā.", d(12, 6)),
    ("Esmu atvaļinājumā. Darbā būšu 14.12.", d(12, 13)),
    ("Neesmu birojā līdz pirmdienai.", d(11, 30)),
    ("Atgriezīšos pirmdien, 7. decembrī.", d(12, 6)),
    ("Slimības dēļ nestrādāju līdz novembra beigām.", d(11, 30)),
    ("Bērna kopšanas atvaļinājumā no 1. septembra. Steidzamos gadījumos rakstiet redakcija@vestis.example.", None),
    ("Esmu atvaļinājumā līdz 20. novembrim.", d(11, 20)),
    ("Neesmu birojā. Atbildēšu, kad varēšu!", None),
    ("Prombūtnē līdz februārim.", d(1, 31, 2027)),
    # English
    ("I am out of the office until 5 January.", d(1, 5, 2027)),
    ("I'm on annual leave until Jan 5, 2027 and will reply then.", d(1, 5, 2027)),
    ("I am away from 3 to 10 December with limited access to my e-mail.", d(12, 10)),
    ("I'm away from the 3rd to the 10th.", d(12, 10)),
    ("Out of office December 3-10.", d(12, 10)),
    ("I will be back in the office on Monday, December 7.", d(12, 6)),
    ("Thank you. I'm on holiday, returning on 2026-12-15.", d(12, 14)),
    ("I am travelling through the end of November.", d(11, 30)),
    ("I'm out of the office today and will be back tomorrow.", d(11, 26)),
    ("I am on maternity leave from 3 December. For urgent matters write to editor@vestis.example.", None),
    ("I am out of the office until 31/12/2026.", d(12, 31)),
    ("I am out of the office until 12/31/2026.", d(12, 31)),
    ("I'm on vacation until 10 December and will be back on 12 December.", d(12, 11)),
    ("Out until Friday. Back on Monday!", d(11, 29)),
    ("I am out of the office until further notice, third floor, room 3.", None),
    ("OOO till 1st of December", d(12, 1)),
    ("I'm away. My phone is 2 611 22 33, open Monday to Friday 9-17.", None),
    # Russian
    ("Я в отпуске до 5 января.", d(1, 5, 2027)),
    ("Нахожусь в отпуске с 3 по 10 декабря включительно.", d(12, 10)),
    ("Буду отсутствовать до 05.01.2027, отвечу позже.", d(1, 5, 2027)),
    ("Нахожусь в командировке. Вернусь 7 декабря.", d(12, 6)),
    ("На больничном. Выйду на работу в понедельник.", d(11, 29)),
    ("Меня не будет: отсутствую до 10-го числа.", d(12, 10)),
    ("В отпуске до конца декабря.", d(12, 31)),
    ("Я в декретном отпуске, по срочным вопросам пишите redakcija@vestis.example", None),
    # German
    ("Ich bin bis zum 5. Januar im Urlaub.", d(1, 5, 2027)),
    ("Ich bin bis einschließlich 11. Dezember 2026 nicht im Büro.", d(12, 11)),
    ("Ich bin vom 3. bis 10. Dezember auf Dienstreise.", d(12, 10)),
    ("Ich bin abwesend und ab dem 7. Dezember wieder erreichbar.", d(12, 6)),
    ("Ab Montag bin ich wieder zurück.", d(11, 29)),
    ("Bin im Urlaub bis Ende Februar.", d(2, 28, 2027)),
    # Two languages, one absence; and a day that a calendar does not have
    ("Esmu prombūtnē līdz 10.12.2026.\n\nI am out of the office until 10 December 2026.", d(12, 10)),
    ("Away until 31 February.", None),
]

MOVED: list[tuple[str, str]] = [
    ("Mana jaunā e-pasta adrese ir janis.berzins@tv.example.", "janis.berzins@tv.example"),
    ("Esmu mainījis adresi uz janis@tv.example, lūdzu, labojiet savā sarakstā.", "janis@tv.example"),
    ("Mainu savu e-pastu uz Janis@TV.example", "janis@tv.example"),
    ("Šajā redakcijā vairs nestrādāju. Rakstiet man uz janis@tv.example", "janis@tv.example"),
    ("janis@tv.example ir mana jaunā adrese, vecā drīz beigs darboties.", "janis@tv.example"),
    ("My e-mail address has changed to j.berzins@tv.example", "j.berzins@tv.example"),
    ("I moved to janis@tv.example", "janis@tv.example"),
    ("I have moved to TV. You can reach me at janis@tv.example.", "janis@tv.example"),
    ("Please note my new email:\njanis@tv.example", "janis@tv.example"),
    (f"My address {OLD} is changing. New address: <janis@tv.example>", "janis@tv.example"),
    ("Please update your records: janis@tv.example", "janis@tv.example"),
    ("I no longer work here. My new address is janis@tv.example; for the newspaper write to editor@vestis.example", "janis@tv.example"),
    ("Мой новый адрес: janis@tv.example", "janis@tv.example"),
    ("Адрес изменился на janis@tv.example", "janis@tv.example"),
    ("Я больше не работаю в редакции. Пишите мне на janis@tv.example", "janis@tv.example"),
    ("Meine neue E-Mail-Adresse lautet janis@tv.example", "janis@tv.example"),
    ("Sie erreichen mich ab sofort unter janis@tv.example", "janis@tv.example"),
]

# No longer there, and whom else to write to is no new address of theirs.
GONE = [
    "Jānis Bērziņš redakcijā vairs nestrādā. Rakstiet redakcija@vestis.example",
    "Šī e-pasta adrese vairs netiek lietota. Turpmāk rakstiet uz redakcija@vestis.example",
    "Darba attiecības ar Jāni Bērziņu ir izbeigtas.",
    "Jānis no longer works at Vēstis. Please contact his colleague at editor@vestis.example instead.",
    "This mailbox is no longer monitored.",
    "Janis has left the newspaper. Write to editor@vestis.example instead",
    "Он больше не работает в нашей редакции, обращайтесь: redakcija@vestis.example",
    "Янис уволился, по всем вопросам redakcija@vestis.example",
    "Herr Berzins ist nicht mehr bei uns tätig. Bitte wenden Sie sich an redaktion@vestis.example",
]

# Away, and somebody else's address, or a place, beside it: never a move.
NO_MOVE = [
    "Esmu atvaļinājumā līdz 5. janvārim. Steidzamos gadījumos rakstiet kolēģei anna@vestis.example",
    "I'm out of the office. In urgent cases write to my colleague's new address: anna@vestis.example",
    "I am on leave, you can reach me at private@pasts.example until 5 January",
    "Я в отпуске, меня замещает Анна: anna@vestis.example",
    "Ich bin im Urlaub, meine Vertretung: anna@vestis.example",
    "Prombūtnē. Mūsu jaunā adrese: Brīvības iela 5, Rīga, e-pasts info@vestis.example",
    "I am away. anna@vestis.example is not my new address",
    f"Out of office. My new address is {OLD}",
    f"Out of office. My address has changed to {OURS}",
]

NOTHING = [
    "Jūsu vēstule saņemta, paldies!",
    "We have received your message. Ticket #2026-11-26 will be answered until 5 January.",
    "Спасибо за ваше письмо.",
    "",
]


@pytest.mark.parametrize(("text", "until"), AWAY)
def test_away_and_until_when(text: str, until: date | None) -> None:
    assert meaning("Re: Relīze", text, DAY, {OLD, OURS}) == Meaning("away", until)


@pytest.mark.parametrize(("text", "mail"), MOVED)
def test_a_new_address(text: str, mail: str) -> None:
    told = meaning("Automatic reply", text, DAY, {OLD, OURS})
    assert (told.kind, told.moved_to) == ("moved", mail)


@pytest.mark.parametrize("text", GONE)
def test_no_longer_there(text: str) -> None:
    assert meaning("Automatic reply", text, DAY, {OLD, OURS}) == Meaning("gone")


@pytest.mark.parametrize("text", NO_MOVE)
def test_a_substitute_is_no_move(text: str) -> None:
    told = meaning("Automatic reply", text, DAY, {OLD, OURS})
    assert (told.kind, told.moved_to) == ("away", None)


@pytest.mark.parametrize("text", NOTHING)
def test_that_our_mail_has_come_means_nothing(text: str) -> None:
    assert meaning("Automatic reply: Relīze", text, DAY) == Meaning("nothing")


QUOTES = [
    "\n\nOn Mon, 23 Nov 2026 at 10:00, Birojs <{ours}> wrote:\n> Mūsu jaunā adrese: cits@birojs.example\n",
    "\n\n2026. gada 23. novembrī 10:00 Birojs <{ours}>\nrakstīja:\n\n> Mūsu jaunā adrese: cits@birojs.example\n",
    "\n\n-----Original Message-----\nFrom: Birojs\nMūsu jaunā adrese: cits@birojs.example",
    "\n\n________________________________\nNo: Birojs <{ours}>\nNosūtīts: pirmdien\nMūsu jaunā adrese: cits@birojs.example",
    "\n\nОт: Birojs\nОтправлено: 23 ноября\nМой новый адрес: cits@birojs.example",
    "\n\nVon: Birojs\nGesendet: Montag\nMeine neue Adresse: cits@birojs.example",
    "\n\nAm 23.11.2026 um 10:00 schrieb Birojs:\nMeine neue Adresse: cits@birojs.example",
    "\n\nYour message:\nMy new address is cits@birojs.example, away until 5 January",
]


@pytest.mark.parametrize("quote", QUOTES)
@pytest.mark.parametrize("own", ["Esmu prombūtnē.", "Paldies, publicēsim!"])
def test_a_quoted_original_is_nobodys_words(own: str, quote: str) -> None:
    assert own_words(own + quote.format(ours=OURS)) == own
    page = f"<p>{own}</p><blockquote>Meine neue Adresse: cits@birojs.example</blockquote>"
    letter = read(f"Content-Type: text/html; charset=utf-8\r\n\r\n{page}".encode())
    assert letter is not None and letter.text == own


def test_an_answer_under_the_quotation_is_read() -> None:
    text = "On Monday Birojs wrote:\n> Relīze\n> otrā rinda\n\nPaldies, publicēsim!\n"
    assert own_words(text) == "Paldies, publicēsim!"
    assert own_words("No rīta: labi.\nTikšanās wrote it down.\n") == "No rīta: labi.\nTikšanās wrote it down."


HEADS = [
    ("Auto-Submitted: auto-replied", "Re: x", True),
    ("Auto-Submitted: no", "Re: x", False),
    ("X-Autoreply: yes", "x", True),
    ("X-Autorespond: x", "x", True),
    ("Precedence: auto_reply", "x", True),
    ("Precedence: list", "Re: x", False),
    ("Return-Path: <>", "x", True),
    ("X-Y: z", "Automātiskā atbilde: Relīze", True),
    ("X-Y: z", "Automatic reply: Relīze", True),
    ("X-Y: z", "Re: Out of Office", True),
    ("X-Y: z", "Автоответ: Relīze", True),
    ("X-Y: z", "Automatische Antwort: Relīze", True),
    ("X-Y: z", "Abwesenheitsnotiz", True),
    ("X-Y: z", "Re: Automātiskā durvju atvēršana", False),
    ("X-Auto-Response-Suppress: All", "Re: x", False),
]


@pytest.mark.parametrize(("head", "subject", "automatic"), HEADS)
def test_answers_of_machines_are_told_from_peoples(head: str, subject: str, automatic: bool) -> None:
    letter = read(f"{head}\r\nSubject: {subject}\r\n\r\nx".encode())
    assert letter is not None and letter.automatic is automatic


def test_a_letter_is_taken_apart() -> None:
    raw = (
        b"From: =?windows-1257?Q?J=E2nis?= <Janis@Vestis.example>\r\nMessage-ID: <b@vestis.example>\r\nIn-Reply-To: <a@birojs.example>\r\n"
        b"References: <first@birojs.example>\r\n <a@birojs.example>\r\nDate: Thu, 26 Nov 2026 10:00:00 +0200\r\nSubject: =?utf-8?q?Re:_Rel=C4=ABze?=\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
    ) + "Спасибо!\r\n".encode("cp1251") + (
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: other\r\n\r\nMy new address is x@y.example\r\n--b--\r\n"
    )
    letter = read(raw)
    assert letter is not None and letter.written_at is not None
    assert (letter.message_id, letter.refs, letter.sender, letter.subject, letter.text, letter.written_at.hour) == (
        "<b@vestis.example>", ("<a@birojs.example>", "<first@birojs.example>"), OLD, "Re: Relīze", "Спасибо!", 8,
    )
    assert "Janis" not in repr(letter) and "Спасибо" not in repr(letter)
    unnamed = read(b"Subject: x\r\n\r\nx")
    assert unnamed is not None and unnamed.message_id.endswith("@unnamed>")
    assert read(b"Content-Type: multipart/report; boundary=b\r\n\r\n--b--") is None


@given(st.text(max_size=300), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_any_text_means_something(text: str, day: date) -> None:
    told = meaning(text, f"away until {text} 29.02. {text}", day)
    assert told.until is None or abs((told.until - day).days) < 40_000
    read(text.encode("utf-8", "surrogatepass"))


@given(st.dates(date(2026, 1, 1), date(2032, 12, 31)), st.integers(0, 300))
def test_a_day_without_a_year_is_the_next_one(day: date, ahead: int) -> None:
    wanted = date.fromordinal(day.toordinal() + ahead)
    for text in (f"{wanted.day}.{wanted.month:02}.", f"{wanted:%B} {wanted.day}", f"{wanted.day} {wanted:%b}"):
        assert answerdates.until(f"I am away until {text}", day) == wanted
    assert answerdates.until(f"back on {wanted.isoformat()}", day) == date.fromordinal(wanted.toordinal() - 1)


def test_long_letters_take_no_time_to_speak_of() -> None:
    """Signs that nearly fit, thousands of times: the work grows with the length, no faster."""
    for text in ("until " * 4_000, "1-" * 10_000, "a@b." * 6_000, "mana jauna adrese " * 1_500, "x" * 30_000, "\n" * 20_000):
        assert answers.moved_to(own_words(text)) is None
        meaning(text, text, DAY)
