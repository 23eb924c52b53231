"""The protocol between a process and its worker: frames, and the encoding of what they contain.

A frame is a length of HEADER_BYTES, most significant byte first, and a payload of that length, over one socket pair. The
parent sends sys.path as a bare pickle, then a frame with the setup function, then a frame for each call. Their payloads are
pickles. The worker answers each frame with SUCCESS and the result, or FAILURE and the class and text of the error, in JSON.

A worker reads hostile input, which may take it over. So the parent never unpickles an answer: it decodes JSON by the type of
the result that the setup function declares, and kills a worker whose answer does not conform or is too long.
"""

import pickle
import sys
from collections.abc import Callable
from typing import Any, get_args, get_type_hints

HEADER_BYTES = 8
"""Bytes of a frame's length."""
CHUNK_BYTES = 1 << 16
"""Bytes read from the socket at once. From 128 KiB on, glibc maps new memory for each read, doubling the cost of a call."""
MAX_ANSWER_BYTES = 128 * 1024 * 1024
"""The longest answer: several times the largest feed (fetch.max_bytes)."""
MAX_ERROR_CHARS = 2048
"""The longest text of an error."""
SUCCESS, FAILURE = b"+", b"-"
"""The first byte of an answer's payload."""
Decode = Callable[[memoryview], Any]


def missing_bytes(frame: bytearray) -> int:
    """Return how many bytes *frame* still lacks; a negative number if it has too many."""
    header = frame[:HEADER_BYTES]
    return HEADER_BYTES + (int.from_bytes(header) if len(header) == HEADER_BYTES else 1) - len(frame)


def pack_setup(setup: Callable[..., object], args: tuple[object, ...]) -> list[bytes]:
    """Return the first bytes that a new process reads: sys.path, then a frame with *setup* and the name of our __main__."""
    main_module = None
    if getattr(setup, "__module__", None) == "__main__":
        spec = sys.modules["__main__"].__spec__
        if spec is None:
            raise ValueError(f"{setup.__qualname__} is in a script, from which a process cannot import it: move it to a module")
        main_module = spec.name
    return [pickle.dumps(sys.path, protocol=5), *pack_call((main_module, pickle.dumps((setup, args), protocol=5)))]


def pack_call(argument: object) -> list[bytes]:
    """Return the frame of a call, in one part, or in two if it is long, which saves a copy."""
    return _pack(pickle.dumps(argument, protocol=5))


def pack_result(result: object) -> list[bytes]:
    """Return the frame of a result. Raises TypeError if it has no form in JSON."""
    return _pack(SUCCESS + _encode(result))


def pack_error(error: Exception) -> list[bytes]:
    """Return the frame of an error: the name of its class, and its text."""
    text = str(error)[:MAX_ERROR_CHARS].encode(errors="replace").decode()
    return _pack(FAILURE + _encode((name_of(type(error)), text)))


def unpickle(data: bytes) -> Any:
    """Return the value that the parent has sent. Only a worker may call this."""
    return pickle.loads(data)  # noqa: S301  (from the parent)


def name_of(error: type[Exception]) -> str:
    """Return the full name of a class of errors."""
    return f"{error.__module__}.{error.__qualname__}"


def result_type(setup: Callable[..., object]) -> Any:
    """Return the type of the results of the function that *setup* returns, by its annotations; Any if it has none."""
    returned = get_type_hints(setup).get("return", Any)
    return get_args(returned)[-1] if get_args(returned) else Any


def decoder(result_type: Any) -> Decode:
    """Return the function that decodes values of *result_type* from JSON. It raises an error if they do not conform."""
    import msgspec  # only processes that use a worker need it

    decode: Decode = msgspec.json.Decoder(result_type).decode
    return decode


def _encode(value: object) -> bytes:
    import msgspec

    return msgspec.json.encode(value)


def _pack(payload: bytes) -> list[bytes]:
    header = len(payload).to_bytes(HEADER_BYTES)
    return [header + payload] if len(payload) < CHUNK_BYTES else [header, payload]
