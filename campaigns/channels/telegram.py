"""Telegram: a bot that posts in a channel or group.

Source: core.telegram.org/bots/api: sendMessage, sendPhoto, sendMediaGroup, getMe, "Making requests". Nothing tells the
platform that two messages are the same, and a bot cannot read what stands in its channel: a doubt is a person's.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from campaigns import asking
from campaigns.asking import Verdict
from campaigns.channel import Denied, Health, Limit, Outgoing, Receipt, Secrets, Terms
from campaigns.counting import count
from outreach.core.errors import WireError
from outreach.core.http import Answer, Http, Request

_ROOT = "https://api.telegram.org"
_TEXT, _CAPTION = 4096, 1024  # UTF-16 units
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
# "Bad Request" is said of everything; these words mean the channel, not this post.
_OF_THE_CHANNEL = re.compile(
    r"chat not found|not enough rights|administrator rights|have no rights|chat_write_forbidden|group chat was"
    r"|bot was kicked|bot is not a member|peer_id_invalid|chat_restricted",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Telegram:
    """A bot that is an administrator of the channel; its token comes from BotFather."""

    kind: ClassVar[str] = "telegram"
    terms: ClassVar[Terms] = Terms(same="none", findable="none", pictures=10)

    chat: str  # @name of a public channel, or the number of another
    token_env: str
    quiet: bool = False  # without a sound on the readers' telephones
    test_chat: str = ""  # a chat of one's own that test posts go to

    def limit(self, wire: Http) -> Limit | None:
        return Limit(_TEXT, unit="utf16", with_picture=_CAPTION)

    def publish(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        token = self._token(secrets)
        if outgoing.images and count(outgoing.text, None, "utf16") > _CAPTION:
            length = count(outgoing.text, None, "utf16")
            raise WireError("telegrambot.caption", permanent=True, limit=_CAPTION, excess=length - _CAPTION)
        method, content_type, body = self._message(outgoing)
        request = Request(
            f"{_ROOT}/bot{token}/{method}",
            "POST",
            {"Content-Type": content_type, "Accept": asking.JSON},
            body,
            follow=False,
        )
        answer = asking.post(wire, request)
        told = asking.told(answer)
        sent = told.get("result") if told.get("ok") is True and answer.status == 200 else None
        first = next(iter(asking.rows(sent)), None) if isinstance(sent, list) else sent
        message = asking.number(asking.inside(first, "message_id"))
        if message is None:
            raise self._trouble(answer, token)
        return Receipt(self._address(first, message), str(message))

    def health(self, wire: Http, secrets: Secrets, now: datetime) -> Health:
        """The bot's name; whether it may post shows with the first post. A bot's token does not end."""
        token = self._token(secrets)
        answer = asking.prepare(
            wire, Request(f"{_ROOT}/bot{token}/getMe", headers={"Accept": asking.JSON}, follow=False)
        )
        name = asking.inside(asking.told(answer), "result", "username")
        if not isinstance(name, str):
            raise self._trouble(answer, token, published=False)
        return Health(f"@{name}")

    def privacy(self) -> str | None:
        own = self.test_chat.strip()
        return "channels.trying.seen.telegram" if own and own != self.chat.strip() else None

    def attempt(self, outgoing: Outgoing, wire: Http, secrets: Secrets) -> Receipt:
        """To the chat of one's own; Denied `telegrambot.no_test_chat` where none is set."""
        if self.privacy() is None:
            raise Denied("telegrambot.no_test_chat", pause="campaigns.paused.settings")
        return replace(self, chat=self.test_chat).publish(outgoing, wire, secrets)

    def _token(self, secrets: Secrets) -> str:
        token = asking.needed(secrets, self.token_env)
        if not _TOKEN.fullmatch(token):
            # It becomes part of an address: nothing else may.
            raise Denied("telegrambot.token", pause="campaigns.paused.secret", variable=self.token_env)
        return token

    def _message(self, outgoing: Outgoing) -> tuple[str, str, bytes]:
        """The method, the content type and the body."""
        fields = {"chat_id": self.chat.strip()} | ({"disable_notification": "true"} if self.quiet else {})
        if not outgoing.images:
            fields["text"] = outgoing.text
            if outgoing.link:
                fields["link_preview_options"] = json.dumps({"url": outgoing.link})
            return "sendMessage", asking.FORM, asking.form(fields)
        names = [f"photo{number}" for number, _ in enumerate(outgoing.images[: self.terms.pictures])]
        files = [(name, f"{name}.jpg", image.body) for name, image in zip(names, outgoing.images, strict=False)]
        if len(files) == 1:
            fields["photo"] = f"attach://{names[0]}"
            return "sendPhoto", *asking.multipart({**fields, "caption": outgoing.text}, files)
        media = [{"type": "photo", "media": f"attach://{name}"} for name in names]
        media[0]["caption"] = outgoing.text  # of the first one: it stands under the whole album
        return "sendMediaGroup", *asking.multipart({**fields, "media": json.dumps(media)}, files)

    def _address(self, message: object, number: int) -> str:
        """Where the message is read; of a chat without a name only its members can."""
        name = asking.inside(message, "chat", "username")
        if isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9_]+", name):
            return f"https://t.me/{name}/{number}"
        chat = str(asking.number(asking.inside(message, "chat", "id")) or self.chat.strip())
        return f"https://t.me/c/{chat.removeprefix('-100')}/{number}"

    def _trouble(self, answer: Answer, token: str, *, published: bool = True) -> WireError:
        verdict = _verdict(answer, token)
        what = verdict.what if published else asking.unpublished(verdict.what)
        return asking.trouble(f"telegrambot.{what}", Verdict(what, verdict.facts, verdict.wait))


def _verdict(answer: Answer, token: str) -> Verdict:
    told: Mapping[str, object] = asking.told(answer)
    said = asking.words(told.get("description"), token)
    # A proxy on the way has its own statuses; the platform's number stands in its answer.
    status = asking.number(told.get("error_code")) or answer.status
    what = asking.of_status(status)
    if status == 404:
        what = "denied"  # what is not there is the bot: its token is not one
    elif what == "refused" and (
        _OF_THE_CHANNEL.search(said) or asking.inside(told, "parameters", "migrate_to_chat_id")
    ):
        what = "settings"
    seconds = asking.number(asking.inside(told, "parameters", "retry_after"))
    wait = None if seconds is None else min(timedelta(seconds=max(seconds, 0)), asking.LONGEST_WAIT)
    return Verdict(what, {"status": status, "words": said}, wait if what == "busy" else None)
