"""A small double of a Bluesky server (PDS): as much of the AT protocol as a channel needs, in memory, on loopback.

Its answers and its rules (a record's name, what `swapRecord` means, pictures that must be there, 300 characters, byte
offsets) were compared with those of a real one, PDS 0.4: `python -m tests.campaigns.real.bluesky`.
"""

import base64
import hashlib
import json
import re
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from campaigns.counting import count
from tests.support.ports import free_port

HANDLE, DID = "birojs.test", "did:plc:birojs23456789abcdefghij"
PASSWORD = "abcd-efgh-ijkl-mnop"
_POST = "app.bsky.feed.post"
_NAME = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_LIFE = 7200  # seconds of an access token
_BLOB = 1_000_000


class _Refused(Exception):
    def __init__(self, status: int, error: str, message: str = "") -> None:
        super().__init__(error)
        self.status, self.told = status, {"error": error, "message": message or error}


@dataclass
class Pds:
    """One server with one account. `faults`: what goes wrong with the next calls of a method, one each, in order:

    a status to answer with, nothing done; `drop`: the connection breaks; either with `_after`: but it was done.
    """

    now: int  # seconds of Unix time, for its tokens
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    blobs: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)  # tokens that it does not know any more
    begun: int = 0
    lock: Lock = field(default_factory=Lock)

    def __enter__(self) -> "Pds":
        self._server = _Server(("127.0.0.1", free_port()), self)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def texts(self) -> list[str]:
        """What is posted."""
        return [record["text"] for record in self.records.values()]

    def forget_blobs(self) -> None:
        """What no post has taken is thrown away after a while."""
        self.blobs.clear()

    def do(self, method: str, told: Any, token: str) -> dict[str, Any]:
        """One call. Raises _Refused."""
        match method:
            case "com.atproto.server.createSession":
                if told.get("identifier") != HANDLE or told.get("password") != PASSWORD:
                    raise _Refused(401, "AuthenticationRequired", "Invalid identifier or password")
                return self._session()
            case "com.atproto.server.refreshSession":
                self._known(token, "refresh")
                self.ended.add(token)
                return self._session()
            case "com.atproto.server.getSession":
                self._known(token, "access")
                return {"handle": HANDLE, "did": DID, "active": True}
            case "com.atproto.identity.resolveHandle":
                if told["handle"] != HANDLE:
                    raise _Refused(400, "InvalidRequest", "Unable to resolve handle")
                return {"did": DID}
            case "com.atproto.repo.uploadBlob":
                self._known(token, "access")
                return {"blob": self._blob(told)}
            case "com.atproto.repo.putRecord":
                self._known(token, "access")
                return self._put(told)
            case "com.atproto.repo.getRecord":
                if told["repo"] not in (HANDLE, DID):
                    raise _Refused(400, "InvalidRequest", f"Could not find repo: {told['repo']}")
                if told["rkey"] not in self.records:
                    raise _Refused(400, "RecordNotFound", f"Could not locate record: {_uri(told['rkey'])}")
                return {"uri": _uri(told["rkey"]), "cid": "bafy", "value": self.records[told["rkey"]]}
        raise _Refused(501, "MethodNotImplemented", "Method Not Implemented")

    def _session(self) -> dict[str, Any]:
        self.begun += 1
        claims = base64.urlsafe_b64encode(json.dumps({"exp": self.now + _LIFE, "n": self.begun}).encode()).decode()
        tokens = {f"{kind}Jwt": f"{kind}.{claims.rstrip('=')}.x" for kind in ("access", "refresh")}
        return {**tokens, "handle": HANDLE, "did": DID, "active": True}

    def _known(self, token: str, kind: str) -> None:
        if not token.startswith(f"{kind}."):
            raise _Refused(401, "AuthMissing", "Authentication Required")
        if token in self.ended:
            raise _Refused(400, "ExpiredToken", "Token has been revoked")

    def _blob(self, body: bytes) -> dict[str, Any]:
        cid = "bafkrei" + hashlib.sha256(body).hexdigest()
        self.blobs[cid] = len(body)
        return {"$type": "blob", "ref": {"$link": cid}, "mimeType": "image/jpeg", "size": len(body)}

    def _put(self, told: Mapping[str, Any]) -> dict[str, Any]:
        name, record = told["rkey"], told["record"]
        raw = record["text"].encode()
        if told["repo"] != DID or told["collection"] != _POST or record["$type"] != _POST or not _NAME.fullmatch(name):
            raise _Refused(400, "InvalidRequest", "Invalid app.bsky.feed.post record")
        if count(record["text"]) > 300 or len(raw) > 3000:
            raise _Refused(400, "InvalidRequest", "Invalid app.bsky.feed.post record: grapheme too big (maximum 300)")
        for facet in record["facets"]:
            if not 0 <= facet["index"]["byteStart"] < facet["index"]["byteEnd"] <= len(raw):
                raise _Refused(400, "InvalidRequest", "Invalid app.bsky.feed.post record: facet")
        for image in record.get("embed", {}).get("images", ()):
            size = self.blobs.get(image["image"]["ref"]["$link"])
            if size is None:
                raise _Refused(400, "BlobNotFound", f"Could not find blob: {image['image']['ref']['$link']}")
            if size > _BLOB:
                raise _Refused(400, "BlobTooLarge", "This file is too large")
        if "swapRecord" in told and told["swapRecord"] is None and name in self.records:
            raise _Refused(400, "InvalidSwap", "Record was at bafy")
        self.records[name] = record
        return {"uri": _uri(name), "cid": "bafy", "validationStatus": "valid"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], pds: Pds) -> None:
        self.pds = pds
        super().__init__(address, _Conversation)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is none of our business."""


class _Conversation(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        self._call({name: values[-1] for name, values in asked.items()})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        is_json = self.headers.get_content_type() == "application/json"
        self._call(json.loads(body) if is_json and body else body)

    def _call(self, told: Any) -> None:
        pds, method = self.server.pds, urlsplit(self.path).path.removeprefix("/xrpc/")
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        with pds.lock:
            pds.asked.append(method)
            planned = pds.faults.get(method, [])
            fault = planned.pop(0) if planned else ""
            try:
                if fault and not fault.endswith("_after"):
                    raise _Refused(0, fault)
                status, answer = 200, pds.do(method, told, token)
            except _Refused as refused:
                status, answer = refused.status, refused.told
        fault = fault.removesuffix("_after")
        if fault == "drop":
            # A reset, not an orderly end: what a crashing server looks like.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        if fault:
            status, answer = int(fault), {"error": "InternalServerError", "message": "Internal Server Error"}
        self._answer(status, json.dumps(answer).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("ratelimit-reset", str(self.server.pds.now + 90))
        self.end_headers()
        self.wfile.write(body)


def _uri(name: str) -> str:
    return f"at://{DID}/{_POST}/{name}"
