"""The least that a poll can cost: curl's transfers in one thread, validators kept, bodies thrown away.

    python tests/benchmarks/rawloop.py STATE ADDRESSES AT_ONCE
"""

import json
import sys
from pathlib import Path
from typing import Any

import pycurl


def main() -> None:
    state, addresses, at_once = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    kept = state / "validators.json"
    known: dict[str, list[str]] = json.loads(kept.read_text()) if kept.exists() else {}
    waiting = addresses.read_text().split()[::-1]
    multi = pycurl.CurlMulti()
    multi.setopt(pycurl.M_MAXCONNECTS, at_once * 4)
    idle: list[Any] = [_handle() for _ in range(at_once)]
    under_way = 0
    while waiting or under_way:
        while waiting and idle:
            curl, url = idle.pop(), waiting.pop()
            curl.url, curl.told = url, {}
            curl.setopt(pycurl.URL, url)
            tag, modified = known.get(url, ("", ""))
            told = (("If-None-Match", tag), ("If-Modified-Since", modified))
            curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in told if value])
            multi.add_handle(curl)
            under_way += 1
        multi.perform()
        left = 1
        while left:
            left, well, badly = multi.info_read()
            for curl in (*well, *(one[0] for one in badly)):
                multi.remove_handle(curl)
                under_way -= 1
                if curl.getinfo(pycurl.RESPONSE_CODE) == 200 and curl.told:
                    known[curl.url] = [curl.told.get("etag", ""), curl.told.get("last-modified", "")]
                idle.append(curl)
        if not idle or not waiting:
            multi.select(0.2)
    kept.write_text(json.dumps(known))


def _handle() -> Any:
    curl: Any = pycurl.Curl()

    def head(line: bytes) -> None:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            curl.told[name.strip().lower()] = value.strip()

    for option, value in (
        (pycurl.NOSIGNAL, 1),
        (pycurl.FOLLOWLOCATION, 1),
        (pycurl.TIMEOUT, 30),
        (pycurl.ACCEPT_ENCODING, "gzip"),
        (pycurl.WRITEFUNCTION, lambda _piece: None),
        (pycurl.HEADERFUNCTION, head),
    ):
        curl.setopt(option, value)
    return curl


if __name__ == "__main__":
    main()
