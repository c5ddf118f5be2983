"""Lets the SDK reach one address and nothing else: its makers' servers must play no part here."""

import sys
from urllib.parse import urlsplit

strays = []
reached = 0


class OutsideOfTheFence(Exception):
    """Somebody called another address than the server's."""


def fence(url):
    """From here on this process looks up and connects to the host and port of `url` alone."""
    server = (urlsplit(url).hostname, urlsplit(url).port)

    def audit(event, arguments):
        global reached
        if event == "socket.connect":
            _, called = arguments
        elif event == "socket.getaddrinfo":
            called = arguments
        elif event in ("socket.sendto", "socket.gethostbyname", "socket.gethostbyaddr"):
            called = arguments[-1]
        else:
            return
        if tuple(called[:2]) == server:
            reached += 1
            return
        strays.append(called)
        raise OutsideOfTheFence(f"{called} is outside of the fence")

    sys.addaudithook(audit)
