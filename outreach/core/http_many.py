"""The gear for hundreds of requests: curl's transfers in one thread, with the promises of the guarded wire.

Names are looked up by threads of our own, so that a dead name server delays nobody, and curl is told the
addresses. The rule about addresses is asked where curl opens a connection.
"""

import os
import ssl
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cache, lru_cache

import pycurl

from outreach.core.dial import trusted
from outreach.core.errors import WireError
from outreach.core.gear import Ended
from outreach.core.http_many_names import Found, Names
from outreach.core.http_many_told import place_of, root_of
from outreach.core.http_many_transfer import Transfer
from outreach.core.http_url import Refused
from outreach.core.http_values import Answer, Request
from outreach.core.http_walk import SAFE, Rules, Walk

_ADDRESSES = 4096
# Limits are looked after at most so often.
_SWEEP_SECONDS = 0.02
# Another thread may have ended the wire: so often it is looked for.
_LOOK_SECONDS = 0.05
_NAME_SECONDS = 0.005
# A turn costs by the number of transfers, not of events: where few of many have something, others may come up.
_FEW, _FEW_SECONDS = 16, 0.002
# So long may its driver be away without its counting.
_AWAY_SECONDS = 0.1


class ManyGear:
    """Sends up to `at_once` requests side by side; see `Gear` for what its methods promise.

    Connections are kept between GETs of one host. `refuses` says of a method whether it may not be sent any more.
    """

    def __init__(self, rules: Rules, at_once: int, refuses: Callable[[str], bool]) -> None:
        # The same addresses come again and again.
        allowed = None if rules.allowed is None else lru_cache(_ADDRESSES)(rules.allowed)
        self._rules = rules = replace(rules, allowed=allowed)
        self._refuses = refuses
        self.at_once = at_once
        self._waiting: deque[tuple[Hashable, Request]] = deque()
        self._running: set[Transfer] = set()
        self._idle: list[Transfer] = []
        self._ended: list[Ended] = []
        self._names: Names[Transfer] = Names(rules.resolve)
        self._hurry = False  # whether curl has something to do that no connection tells of
        self._turned = 0.0
        self._next_sweep = float("inf")
        self._authorities: int | None = None
        self._closed = False
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, at_once * 4)

    @property
    def under_way(self) -> int:
        return len(self._running) + len(self._waiting) + len(self._ended)

    def clock(self) -> float:
        return time.monotonic()

    def start(self, key: Hashable, request: Request) -> None:
        if len(self._running) < self.at_once:
            self._begin(key, request)
        else:
            self._waiting.append((key, request))

    def wait(self, seconds: float) -> list[Ended]:
        until = time.monotonic() + seconds
        self._forgive(time.monotonic())
        while True:
            left = until - time.monotonic()
            if not self._running and not self._ended:
                time.sleep(max(left, 0.0))
                return []
            self._turn(0.0 if self._ended else left)
            if self._ended:
                ended, self._ended = self._ended, []
                return ended
            if time.monotonic() >= until:
                return []

    def _forgive(self, now: float) -> None:
        """While whoever drives us read what had come, nobody listened: that is no silence of the servers'."""
        away = now - self._turned
        if self._running and self._turned and away > _AWAY_SECONDS:
            for transfer in self._running:
                transfer.forgive(min(away, now - transfer.began))
        self._turned = now

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for transfer in self._running:
            self._remove(transfer)
        for transfer in (*self._running, *self._idle):
            transfer.close()
        for rest in (self._running, self._idle, self._waiting, self._ended):
            rest.clear()
        self._multi.close()
        if self._authorities is not None:
            os.close(self._authorities)

    def _begin(self, key: Hashable, request: Request) -> None:
        now = time.monotonic()
        walk = Walk(self._rules, request)
        if self._refuses(walk.method):
            self._ended.append(Ended(key, None, walk.error("http.stopped"), 0.0))
            return
        try:
            step = walk.first()
        except Refused as refused:
            error = walk.refused(refused)
        else:
            transfer = self._idle.pop() if self._idle else Transfer(self._rules, self._authorities_file)
            transfer.take(key, walk, step, now)
            self._running.add(transfer)
            self._go(transfer, now)
            return
        self._ended.append(Ended(key, None, error, 0.0))

    def _go(self, transfer: Transfer, now: float) -> None:
        """Sends the transfer's step, once the addresses of its name are known."""
        host, port, number = place_of(root_of(transfer.step.url))
        if number:
            self._send(transfer, now, None)
            return
        found = self._names.known((host, port), now)
        if found is not None:
            self._found(transfer, now, found)
            return
        transfer.look_up(now)
        self._sweep_by(transfer.due(now))
        self._names.ask((host, port), transfer)

    def _send(self, transfer: Transfer, now: float, addresses: tuple[str, ...] | None) -> None:
        transfer.aim(now, addresses)
        self._multi.add_handle(transfer.curl)
        self._hurry = True
        self._sweep_by(now + min(self._rules.connect_seconds, self._rules.read_seconds, transfer.ends - now))

    def _found(self, transfer: Transfer, now: float, found: Found) -> None:
        if isinstance(found, Exception) or not found:
            self._finish(transfer, transfer.walk.error("http.dns"))
            return
        allowed = self._rules.allowed
        fit = tuple(one for one in found if allowed is None or allowed(one))
        if fit:
            # An address with the name of a network card is none that curl can be told.
            self._send(transfer, now, tuple(one for one in fit if "%" not in one) or fit)
        else:
            self._finish(transfer, transfer.walk.forbidden(found[0]))

    def _turn(self, seconds: float) -> None:
        """Waits for something to happen, and does what has to be done then."""
        if self._hurry or self._names.any_told:
            self._hurry = False
        else:
            self._rest(seconds)
        self._multi.perform()
        self._turned = now = time.monotonic()
        self._reap()
        for transfer, found in self._names.heard(now):
            self._found(transfer, now, found)
        if now >= self._next_sweep:
            self._sweep(now)
        if self._refuses("GET"):
            self._stop()
        while self._waiting and len(self._running) < self.at_once:
            self._begin(*self._waiting.popleft())

    def _rest(self, seconds: float) -> None:
        soon = self._multi.timeout()
        rest = min(seconds, _NAME_SECONDS if self._names.pending else _LOOK_SECONDS, soon / 1000 if soon >= 0 else 1.0)
        if rest <= 0:
            return
        began = time.monotonic()
        ready = self._multi.select(rest)
        now = time.monotonic()
        if not ready:
            # With no connection open it comes back at once.
            if now - began < rest / 2:
                time.sleep(min(rest, _NAME_SECONDS))
        elif len(self._running) > _FEW and ready * _FEW < len(self._running):
            time.sleep(max(min(self._turned + _FEW_SECONDS - now, rest), 0.0))

    def _stop(self) -> None:
        for transfer in [one for one in self._running if one.walk.method in SAFE]:
            self._remove(transfer)
            self._finish(transfer, transfer.walk.error("http.stopped"))

    def _reap(self) -> None:
        left = 1
        while left:
            left, well, badly = self._multi.info_read()
            for curl in well:
                self._came(curl.transfer, 0, "")
            for curl, code, message in badly:
                self._came(curl.transfer, code, message)

    def _came(self, transfer: Transfer, code: int, message: str) -> None:
        self._multi.remove_handle(transfer.curl)
        end = transfer.end(code, message)
        if end is None:
            self._go(transfer, time.monotonic())
            return
        if not isinstance(end, tuple):
            self._finish(transfer, end)
            return
        walk = transfer.walk
        try:
            transfer.step = walk.on(transfer.step, *end)
        except Refused as refused:
            error = walk.refused(refused)
        else:
            self._go(transfer, time.monotonic())
            return
        self._finish(transfer, error)

    def _sweep_by(self, moment: float) -> None:
        if moment < self._next_sweep:
            self._next_sweep = moment

    def _sweep(self, now: float) -> None:
        """Ends what is late."""
        self._next_sweep = float("inf")
        for transfer in list(self._running):
            due = transfer.due(now)
            if due > now:
                self._sweep_by(max(due, now + _SWEEP_SECONDS))
            else:
                error = transfer.late(now)
                self._remove(transfer)
                self._finish(transfer, error)

    def _remove(self, transfer: Transfer) -> None:
        if not self._names.forget(transfer):
            self._multi.remove_handle(transfer.curl)

    def _finish(self, transfer: Transfer, end: Answer | WireError) -> None:
        self._running.discard(transfer)
        seconds = time.monotonic() - transfer.began
        answer, error = (None, end) if isinstance(end, WireError) else (end, None)
        self._ended.append(Ended(transfer.key, answer, error, seconds))
        transfer.drop()
        self._idle.append(transfer)

    def _authorities_file(self) -> str:
        # A file that only we see: curl reads one once and keeps it, where a text in memory is read for each
        # connection.
        if self._authorities is None:
            self._authorities = os.memfd_create("authorities")
            os.write(self._authorities, _authorities(self._rules.context or trusted()))
        return f"/proc/self/fd/{self._authorities}"


@cache
def _authorities(context: ssl.SSLContext) -> bytes:
    return "".join(map(ssl.DER_cert_to_PEM_cert, context.get_ca_certs(binary_form=True))).encode()
