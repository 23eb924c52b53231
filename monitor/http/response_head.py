"""Leave out the invalid lines of a response's head, so that one bad header does not cost the whole response."""

import re
from typing import Any

from aiohttp.client_proto import ResponseHandler

MAX_HEAD_BYTES = 256 * 1024
"""The longest head that is searched for invalid lines. aiohttp refuses longer ones anyway."""
MAX_INTERIM = 20
"""The most interim responses (100, 103) before a response. An endless row of them would keep the process busy."""
TOO_MANY_INTERIM = b"too many interim responses\r\n\r\n"
"""What aiohttp gets instead of further ones: no valid head."""
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_VALID_HEAD = re.compile(rb"HTTP/[^\r\n]*\r\n(?:" + _TOKEN + rb":[^\x00\r\n]*\r\n)*\r\n")
_VALID_LINE = re.compile(_TOKEN + rb"[ \t]*:[^\x00\r]*")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BAD_LENGTH = re.compile(rb"(?im)^(?:content-length[ \t]*:[ \t]*(?![0-9 \t])|transfer-encoding[ \t]*:[ \t]*identity[ \t]*\r?$)")
_INTERIM = re.compile(rb"HTTP/\S+ 1\d\d\b")


def repair_head(head: bytes) -> bytes:
    """Return the *head* of a response, from its status line to its empty line, without invalid lines.

    A line is invalid if it has no colon, if its name is not a token (RFC 9110, section 5.1), if it contains a NUL or a carriage
    return, or if it is a Content-Length that is not a number. A line that continues an invalid one is left out with it. Blanks
    between name and colon are left out, and so is a Content-Length beside chunks (RFC 9112, sections 5.1 and 6.3).
    """
    if _VALID_HEAD.fullmatch(head) and not _BAD_LENGTH.search(head) and not _has_two_lengths(head):
        return head
    status, *lines = [line.removesuffix(b"\r") for line in head.split(b"\n")]
    kept, is_kept = [status], True
    for line in lines:
        if not line:
            continue
        if line[:1] not in b" \t":
            is_kept = _VALID_LINE.fullmatch(line) is not None and _BAD_LENGTH.match(line) is None
        elif b"\x00" in line or b"\r" in line:
            continue
        if is_kept:
            kept.append(line if line[:1] in b" \t" else _without_blanks_in_name(line))
    if any(line.lower().startswith(b"transfer-encoding:") and line.lower().rstrip().endswith(b"chunked") for line in kept):
        kept = [line for line in kept if not line.lower().startswith(b"content-length:")]
    return b"\r\n".join([*kept, b"", b""])


def _without_blanks_in_name(line: bytes) -> bytes:
    name, colon, value = line.partition(b":")
    return name.rstrip(b" \t") + colon + value


def _has_two_lengths(head: bytes) -> bool:
    lower = head.lower()
    return b"\ntransfer-encoding:" in lower and b"\ncontent-length:" in lower


class TolerantResponseHandler(ResponseHandler):
    """aiohttp's protocol of a connection, which gets the heads of responses without their invalid lines."""

    _head: bytearray | None = None
    """The part of the head that has arrived; None while a body arrives."""
    _interim_count: int = 0
    """The interim responses before the head."""

    def set_response_params(self, *arguments: Any, **options: Any) -> None:
        """See ResponseHandler. It is called before each response."""
        self._head, self._interim_count = bytearray(), 0
        super().set_response_params(*arguments, **options)

    def data_received(self, data: bytes) -> None:
        """See ResponseHandler. Wait until the head is complete."""
        if self._head is None or not data:
            super().data_received(data)
            return
        searched = max(0, len(self._head) - len(b"\r\n\r"))
        self._head += data
        while self._head is not None:
            end = _HEAD_END.search(self._head, searched)
            searched = 0
            is_http = self._head.startswith(b"HTTP/"[: len(self._head)]) and self._interim_count <= MAX_INTERIM
            if not is_http or (end is None and len(self._head) > MAX_HEAD_BYTES):
                # Not the head of a response: aiohttp says so.
                received, self._head = bytes(self._head), None
                super().data_received(received if self._interim_count <= MAX_INTERIM else TOO_MANY_INTERIM)
            elif end is None:
                return
            else:
                self._pass_on(bytes(self._head[: end.end()]), self._head[end.end() :])

    def _pass_on(self, head: bytes, rest: bytearray) -> None:
        """Pass the repaired *head* on, with the *rest* unless another head follows it, as it does an interim response (103)."""
        is_interim = _INTERIM.match(head) is not None
        self._interim_count += is_interim
        self._head = rest if is_interim else None
        super().data_received(repair_head(head) + (b"" if is_interim else rest))
