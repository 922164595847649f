"""A server that takes a question and never answers it."""

import socket
import threading

from tests.support.ports import listening


class Hanging:
    """Counts who asked (`asked`) and who is still waiting (`waiting`)."""

    def __init__(self) -> None:
        self._server = listening()
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}/feed.xml"
        self.asked = 0
        self.waiting = 0
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Hanging":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()
        for connection in self._open:
            connection.close()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._hold, args=(connection,), daemon=True).start()

    def _hold(self, connection: socket.socket) -> None:
        try:
            if connection.recv(65536):
                self.asked += 1
                self.waiting += 1
                while connection.recv(65536):
                    pass
                self.waiting -= 1
        except OSError:
            self.waiting -= 1
