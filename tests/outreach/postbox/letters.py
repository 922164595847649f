"""Messages as relays and mail programs write them to whoever sent a mail; addresses are put in by the tests."""

READER = "liga.berzina@pasts.example"
RETURN = "bounces+d12-aaaaaaaaaaaaaaaa@birojs.example"
# Of the mail that came back.
HEADERS = """\
Return-Path: <{envelope}>
From: "Birojs" <zinas@birojs.example>
To: {reader}
Subject: =?utf-8?q?R=C4=ABts?=
Message-ID: <0123456789abcdef@birojs.example>
"""

POSTFIX = """\
Return-Path: <>
X-Original-To: {envelope}
Delivered-To: {envelope}
Date: Mon, 23 Nov 2026 07:00:03 +0200 (EET)
From: MAILER-DAEMON@mx.birojs.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {envelope}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="3F2A.1795410003/mx.birojs.example"
Content-Transfer-Encoding: 8bit

This is a MIME-encapsulated message.

--3F2A.1795410003/mx.birojs.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

<{reader}>: host mx.pasts.example[192.0.2.1] said: {diagnostic} (in reply to RCPT TO command)

--3F2A.1795410003/mx.birojs.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.birojs.example
X-Postfix-Queue-ID: 3F2A
X-Postfix-Sender: rfc822; {envelope}
Arrival-Date: Mon, 23 Nov 2026 07:00:01 +0200 (EET)

Final-Recipient: rfc822; {reader}
Original-Recipient: rfc822;{reader}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.pasts.example
Diagnostic-Code: smtp; {diagnostic}

--3F2A.1795410003/mx.birojs.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{headers}
--3F2A.1795410003/mx.birojs.example--
"""

# Exchange sends the report as it is, but its words for people are HTML, and the status is of its own making.
EXCHANGE = """\
From: postmaster@pasts.example
To: {envelope}
Date: Mon, 23 Nov 2026 05:00:09 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary="9B095B5ADSN=_01DD5"
X-MS-Exchange-Message-Is-Ndr:
MIME-Version: 1.0
Subject: Undeliverable: =?utf-8?B?UsSrdHM=?=
Auto-Submitted: auto-replied

--9B095B5ADSN=_01DD5
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PGI+TmF2PC9iPg==
--inner--

--9B095B5ADSN=_01DD5
Content-Type: message/delivery-status

Reporting-MTA: dns;AM0PR01.prod.outlook.example
Received-From-MTA: dns;mx.birojs.example

Final-Recipient: rfc822;{reader}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {reader} not found by SMTP address lookup

--9B095B5ADSN=_01DD5
Content-Type: message/rfc822

{headers}
<p>x</p>
--9B095B5ADSN=_01DD5--
"""

# Gmail names the address in a header too, and packs the report.
GMAIL = """\
Delivered-To: {envelope}
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: {envelope}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: <0123456789abcdef@birojs.example>
X-Failed-Recipients: {reader}
Content-Type: multipart/report; boundary="000000000000f"; report-type=delivery-status

--000000000000f
Content-Type: text/plain; charset="UTF-8"

** Address not found **
--000000000000f
Content-Type: message/delivery-status
Content-Transfer-Encoding: base64

{packed}
--000000000000f--
"""
GMAIL_REPORT = """\
Reporting-MTA: dns; googlemail.example
Arrival-Date: Sun, 22 Nov 2026 21:00:01 -0800 (PST)

Final-Recipient: rfc822; {reader}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
 550-5.1.1 double-checking the recipient's email address.
"""

QMAIL = """\
Return-Path: <>
Delivered-To: {envelope}
From: MAILER-DAEMON@mx.pasts.example
To: {envelope}
Subject: failure notice

Hi. This is the qmail-send program at mx.pasts.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{reader}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <{envelope}>
To: {reader}

x 550 5.1.1 cits@pasts.example
"""

EXIM = """\
Return-path: <>
Envelope-to: {envelope}
X-Failed-Recipients: {reader}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.pasts.example>
To: {envelope}
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {reader}
    host mx.pasts.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<{reader}>:
    550 5.1.1 User unknown

------ This is a copy of the message, including all the headers. ------

Return-path: <{envelope}>
"""

COMPLAINT = """\
Return-Path: <>
From: <abusedesk@pasts.example>
To: <{sent_to}>
Subject: FW: Rits
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1_13d.2e68ed54"

--part1_13d.2e68ed54
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.
--part1_13d.2e68ed54
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{envelope}>
Original-Rcpt-To: <{reader}>

--part1_13d.2e68ed54
Content-Type: message/rfc822

{headers}
x
--part1_13d.2e68ed54--
"""

AWAY = """\
From: {reader}
To: {envelope}
Subject: =?utf-8?q?Prombūtnē?=
Auto-Submitted: auto-replied
In-Reply-To: <0123456789abcdef@birojs.example>

Zvaniet 550 5.1.1 vai rakstiet {reader}.
"""


def filled(letter: str, reader: str = READER, envelope: str = RETURN, **more: str) -> bytes:
    """A letter with its addresses, and line ends as they travel."""
    facts = {"action": "failed", "status": "5.1.1", "diagnostic": "550 5.1.1 User unknown", "feedback": "abuse", **more}
    headers = HEADERS.format(reader=reader, envelope=envelope)
    told = letter.format(reader=reader, envelope=envelope, headers=headers, sent_to=more.get("sent_to", envelope), **{
        name: value for name, value in facts.items() if name != "sent_to"
    })
    return told.replace("\n", "\r\n").encode()
