"""Hundreds of hosts on loopback, served from one thread: who asked what of which, and how many at the same time."""

import asyncio
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.support.ports import free_port

# How long an answer is under way: long enough for two to be seen side by side.
_ANSWER_SECONDS = 0.004


@dataclass
class Hosts:
    """All addresses of 127.0.0.0/8 on one port; those in `hanging` say nothing until the others have given `enough`
    answers, and then hang up; for the others `body` tells a page by its host and path. `at_once` is the most that were under way by one agent to one host.
    """

    port: int
    hanging: frozenset[str] = frozenset()
    enough: int = 0
    answered: int = 0
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_agent: Counter[str] = field(default_factory=Counter)
    at_once: Counter[tuple[str, str]] = field(default_factory=Counter)
    connections: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most_connections: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _under_way: Counter[tuple[str, str]] = field(default_factory=Counter)

    def url(self, host: str, path: str) -> str:
        return f"http://{host}:{self.port}{path}"

    def body(self, host: str, path: str) -> bytes:
        name = f"{host} {path}"
        text = f"Pagasta padome {name} nolēma salabot tiltu pār upi un ceļu uz staciju. " * 8
        return (
            f"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title><item><title>Tilts {name}</title>"
            f"<link>http://{host}{path}/raksts</link><description>{text}</description></item></channel></rss>"
        ).encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        self.connections[host] += 1
        self.most_connections[host] = max(self.most_connections[host], self.connections[host])
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                await self._answer(host, reader, writer)
        self.connections[host] -= 1
        writer.close()

    async def _answer(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split(" ")[1]
        agent = next(line.partition(":")[2].strip() for line in head.split("\r\n") if line.lower().startswith("user-agent"))
        self.asked[host, path] += 1
        self.by_agent[agent] += 1
        self._under_way[agent, host] += 1
        self.at_once[agent, host] = max(self.at_once[agent, host], self._under_way[agent, host])
        try:
            if host in self.hanging:
                await self._hang(reader)
            await asyncio.sleep(_ANSWER_SECONDS)
        finally:
            self._under_way[agent, host] -= 1
        body = self.body(host, path)
        closing = "\r\nConnection: close" if "connection: close" in head.lower() else ""
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}{closing}\r\n\r\n".encode() + body)
        self.answered += 1
        await writer.drain()
        if closing:
            raise ConnectionResetError

    async def _hang(self, reader: asyncio.StreamReader) -> None:
        while self.answered < self.enough:
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.02)
                break  # the client has left
        raise ConnectionResetError


@contextmanager
def serving(hanging: frozenset[str] = frozenset(), enough: int = 0) -> Iterator[Hosts]:
    """Hosts that answer until the block ends."""
    hosts = Hosts(free_port("0.0.0.0"), hanging, enough)
    ready, over = threading.Event(), asyncio.Event()
    running = asyncio.new_event_loop()

    async def run() -> None:
        server = await asyncio.start_server(hosts.serve, "0.0.0.0", hosts.port, backlog=512)
        ready.set()
        await over.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    thread = threading.Thread(target=running.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(120)
    try:
        yield hosts
    finally:
        running.call_soon_threadsafe(over.set)
        thread.join(10)
        running.close()
