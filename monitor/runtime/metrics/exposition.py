"""The registry of a process, and what it has in the formats of Prometheus."""

from aiohttp import web
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector


def new_registry(collector: Collector) -> CollectorRegistry:
    """Return a registry of the process with *collector*. Each has one of its own: nothing is registered at an import."""
    registry = CollectorRegistry()
    for each in (ProcessCollector, PlatformCollector, GCCollector):
        each(registry=registry)
    registry.register(collector)
    return registry


def exposition(registry: CollectorRegistry, request: web.Request) -> web.Response:
    """Return what *registry* has, in the format that *request* asks for."""
    try:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    except (TypeError, ValueError):
        # A version that is no number.
        encode, content_type = choose_encoder("")
    return web.Response(body=encode(registry), headers={"Content-Type": content_type})
