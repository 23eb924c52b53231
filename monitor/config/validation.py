"""Validate monitor.toml: explain the errors of the JSON Schema, and check the rules that the schema cannot express.

Each check yields the path of an invalid value, and a message that says how to correct it.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from functools import cache
from math import isfinite
from typing import Any
from zoneinfo import available_timezones

from monitor.bus.backends import url_problem
from monitor.config.addresses import host_problem, listen_problem, port_problem
from monitor.config.durations import duration_problem, parse_duration
from monitor.config.extensions import NO_EXTENSIONS, Extensions
from monitor.config.limits import too_large
from monitor.config.model import Burst, StoriesConfig
from monitor.config.problems import KeyPath
from monitor.config.schema_errors import Errors, format_path, schema_errors
from monitor.config.suggestions import nearest
from monitor.text.codes import country_problem, language_problem

RuleErrors = Iterator[tuple[str, str]]
"""Pairs of the key of a watch's rule and an error message."""

DURATIONS = (("at_least", "within"), ("burst", "within"), ("burst", "half_life"))
_ENVIRONMENT_NAME = re.compile(r"(?!whsec_)[A-Za-z_][A-Za-z0-9_.-]{0,255}")
DEFAULT_HALF_LIFE = Burst("").half_life


def validate(data: dict[str, Any], extensions: Extensions = NO_EXTENSIONS, *, complete: bool = True) -> Errors:
    """Yield all errors of the merged config *data*. If it is not *complete*, names of other tables are not checked."""
    if errors := list(_not_representable_in_json(data)):
        # The schema validator cannot read such values.
        yield from errors
        return
    yield from schema_errors(data, extensions)
    yield from _target_errors(data, extensions)
    yield from _watch_errors(data, check_targets=complete)
    yield from _notices_errors(data) if complete else ()
    for section in ("fetch", "delivery"):
        yield from _network_errors(data, section)
    yield from _address_errors(data)
    yield from _user_agent_errors(data)
    yield from ((path, f"{format_path(path)}{message}") for path, message in too_large(data))
    yield from _code_errors(data)
    if isinstance(bus := data.get("bus"), str) and (message := url_problem(bus)):
        yield ["bus"], f"bus: {message}"


def _not_representable_in_json(value: Any, path: KeyPath = ()) -> Errors:
    """Yield the dates, times, infinite numbers and integers of more than 64 bits: TOML has them, JSON does not."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _not_representable_in_json(inner, (*path, key))
    elif isinstance(value, date | time):
        yield path, f'{format_path(path)}{value} is a date or a time to TOML: for a text, write "{value}"'
    elif isinstance(value, float) and not isfinite(value):
        yield path, f"{format_path(path)}{value} cannot be used as a number: write another, or remove the key"
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        yield path, f"{format_path(path)}{value} is too large: write a number of at most 64 bits"


def _target_errors(data: dict[str, Any], extensions: Extensions) -> Errors:
    """Yield the wrong options and quiet hours of targets, and the secrets that cannot be found."""
    for index, target in enumerate(tables(data, "targets")):
        for key, message in _secret_errors(target):
            yield ["targets", index, key], f"{format_path(['targets', index, key])}{message}"
        if isinstance(quiet := target.get("quiet"), dict):
            for message in _quiet_errors(quiet):
                yield ["targets", index, "quiet"], f"{format_path(['targets', index, 'quiet'])}{message}"
        if message := _zone_problem(target.get("digest")):
            yield ["targets", index, "digest"], f"{format_path(['targets', index, 'digest'])}{message}"
        if isinstance(pace := target.get("pace"), str) and (message := duration_problem(pace)):
            yield ["targets", index, "pace"], f"{format_path(['targets', index, 'pace'])}{message}"
        if "cloudevents" in target and "webhook" not in target:
            path: KeyPath = ["targets", index, "cloudevents"]
            yield path, f'{format_path(path)}only a webhook posts CloudEvents: remove the key, or write webhook = "https://..."'
        for key, kinds in extensions.misplaced_options(target):
            yield ["targets", index, key], f"{format_path(['targets', index])}{key!r} only goes with {kinds}: remove it"


def _secret_errors(target: Mapping[str, Any]) -> RuleErrors:
    """Yield the keys of *target* that name a secret nobody reads or finds. No message has the value, which may be a secret."""
    if "webhook" not in target and "log" in target:
        for key in sorted({"secret_env", "secret_file"} & set(target)):
            yield key, "the log needs no secret: remove the key, or write webhook = in place of log ="
        return
    if {"secret_env", "secret_file"} <= set(target):
        yield "secret_file", "the target has secret_env and secret_file: remove one of them"
    name, file = target.get("secret_env"), target.get("secret_file")
    if isinstance(name, str) and name and not _ENVIRONMENT_NAME.fullmatch(name):
        yield "secret_env", 'this is not the name of an environment variable: write its name alone, as in "DESK_SECRET"'
    if isinstance(file, str) and "\0" in file:
        yield "secret_file", "the name of the file contains a NUL character: write it anew"


def _notices_errors(data: dict[str, Any]) -> Errors:
    """Yield an error if `delivery.notices` names a target that is not in the config."""
    delivery, targets = data.get("delivery"), sorted(str(target.get("id")) for target in tables(data, "targets"))
    name = delivery.get("notices") if isinstance(delivery, dict) else None
    if isinstance(name, str) and name not in targets:
        path: KeyPath = ["delivery", "notices"]
        yield path, f"{format_path(path)}{_explain_unknown_target(name, targets)}"


def _watch_errors(data: dict[str, Any], *, check_targets: bool) -> Errors:
    targets = sorted(str(target.get("id")) for target in tables(data, "targets"))
    days = _story_days(data)
    for index, watch in enumerate(tables(data, "watches")):
        to = watch.get("to", ())
        for name in to if isinstance(to, list) and check_targets else ():
            if name not in targets:
                message = _explain_unknown_target(str(name), targets)
                yield ["watches", index, "to"], f"{format_path(['watches', index])}{message}"
        for key, message in rule_errors(watch, days):
            path: KeyPath = ["watches", index, key]
            yield path, f"{format_path(path)}{message}"


def rule_errors(watch: Mapping[str, Any], story_days: float) -> RuleErrors:
    """Yield the errors in the rules of *watch*, a table of the file. A story accepts articles for *story_days* days."""
    durations = [(key, watch[key][part]) for key, part in DURATIONS if isinstance(watch.get(key), dict) and part in watch[key]]
    durations += [(key, watch[key]) for key in ("silence", "pace") if key in watch]
    bad_durations = [
        (key, message) for key, value in durations if isinstance(value, str) and (message := duration_problem(value))
    ]
    yield from bad_durations
    if "health" in watch:
        counting = (key for key in ("at_least", "burst", "silence") if key in watch)
        yield from ((key, "counts articles, but a watch on health matches none; remove one of them") for key in counting)
    if not bad_durations:
        yield from _inconsistent_durations(watch, story_days)
    if isinstance(quiet := watch.get("quiet"), dict):
        yield from (("quiet", message) for message in _quiet_errors(quiet))
    if message := _zone_problem(watch.get("digest")):
        yield "digest", message


def _inconsistent_durations(watch: Mapping[str, Any], story_days: float) -> RuleErrors:
    at_least, burst = watch.get("at_least"), watch.get("burst")
    if (
        isinstance(at_least, dict)
        and isinstance(within := at_least.get("within"), str)
        and parse_duration(within) > timedelta(story_days)
    ):
        yield (
            "at_least",
            f"within {within} is longer than a story is open: shorten it, or raise stories.days ({story_days:g})",
        )
    if isinstance(burst, dict) and isinstance(within := burst.get("within"), str):
        half_life = burst.get("half_life", DEFAULT_HALF_LIFE)
        if isinstance(half_life, str) and parse_duration(half_life) < parse_duration(within):
            yield "burst", f"half_life {half_life} is shorter than within {within}: lengthen half_life, or shorten within"


def _quiet_errors(quiet: Mapping[str, Any]) -> Iterator[str]:
    start, end = quiet.get("start"), quiet.get("end")
    if message := _zone_problem(quiet):
        yield message
    if isinstance(start, str) and start == end:
        yield f"starts and ends at {start}: give two times; to deliver nothing at all, remove the target from `to`"


def _zone_problem(hours: object) -> str:
    """Return why the zone of the table *hours* is none, and which is meant; "" if it is one, or the table has none."""
    zone = hours.get("zone") if isinstance(hours, dict) else None
    if not isinstance(zone, str) or zone in _time_zones():
        return ""
    close = "UTC" if zone.casefold() in {"z", "utc", "gmt"} else nearest(zone, _places())
    return f"unknown time zone {zone!r}{f': did you mean {close!r}?' if close else ': write one such as Europe/Berlin'}"


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _places() -> list[str]:
    """Return the zones that are called after a place. Similar abbreviations and offsets are other zones."""
    return [zone for zone in _time_zones() if "/" in zone and not zone.startswith("Etc/")]


def _network_errors(data: dict[str, Any], section: str) -> Errors:
    table = data.get(section, {})
    networks = table.get("allow_networks", ()) if isinstance(table, dict) else ()
    for network in networks if isinstance(networks, list) else ():
        try:
            ipaddress.ip_network(network)
        except ValueError:
            yield [section, "allow_networks"], f"{section}.allow_networks: {_network_problem(network)}"


def _network_problem(network: object) -> str:
    try:
        meant = ipaddress.ip_network(str(network), strict=False)
    except ValueError:
        return f"{network!r} is not a network: write one such as 10.1.0.0/16, or an address such as 10.1.2.3"
    return f"{network!r} is not a network, since it has bits set behind the /{meant.prefixlen}: write it as {meant}"


def _address_errors(data: dict[str, Any]) -> Errors:
    """Yield the ports and hosts that cannot be used: in URLs, in `listen` and in [fetch.hosts]."""
    if isinstance(listen := data.get("listen"), str) and (message := listen_problem(listen)):
        yield ["listen"], f"listen: {message}"
    yield from _page_errors(data)
    websub = data.get("websub")
    if isinstance(websub, dict) and isinstance(listen := websub.get("listen"), str) and (message := listen_problem(listen)):
        yield ["websub", "listen"], f"websub.listen: {message}"
    for table, key in (("feeds", "url"), ("targets", "webhook")):
        for index, entry in enumerate(tables(data, table)):
            if isinstance(url := entry.get(key), str) and (message := port_problem(url)):
                yield [table, index, key], f"{format_path([table, index, key])}{message}"
    fetch = data.get("fetch")
    hosts = fetch.get("hosts") if isinstance(fetch, dict) else None
    for host in hosts if isinstance(hosts, dict) else ():
        if message := host_problem(host):
            yield ["fetch", "hosts", host], f"fetch.hosts: {message}"


def _page_errors(data: dict[str, Any]) -> Errors:
    """Yield the address and the time zone of [page] that cannot be used, and names of hosts that are none."""
    page = data.get("page")
    if not isinstance(page, dict):
        return
    if isinstance(listen := page.get("listen"), str) and (message := listen_problem(listen)):
        yield ["page", "listen"], f"page.listen: {message}"
    if isinstance(zone := page.get("zone"), str):
        for message in _quiet_errors({"zone": zone}):
            yield ["page", "zone"], f"page.zone: {message}"
    hosts = page.get("hosts")
    for host in hosts if isinstance(hosts, list) else ():
        if isinstance(host, str) and (message := host_problem(host)):
            yield ["page", "hosts"], f"page.hosts: {message}"
    if {"token_env", "token_file"} <= set(page):
        yield ["page", "token_file"], "page has token_env and token_file: remove one of them"


def _user_agent_errors(data: dict[str, Any]) -> Errors:
    fetch = data.get("fetch")
    user_agent = fetch.get("user_agent") if isinstance(fetch, dict) else None
    if not isinstance(user_agent, str) or not user_agent:
        return
    if not user_agent.strip() or any(not char.isprintable() for char in user_agent):
        message = "must be one line of visible characters: write a name, and a page or an address where you can be reached"
        yield ["fetch", "user_agent"], f"fetch user_agent: {message}"


def _code_errors(data: dict[str, Any]) -> Errors:
    """Yield the languages and countries of feeds that do not exist."""
    for index, feed in enumerate(tables(data, "feeds")):
        lang, country = feed.get("lang"), feed.get("country")
        if isinstance(lang, str) and (message := language_problem(lang)):
            yield ["feeds", index, "lang"], f"{format_path(['feeds', index, 'lang'])}{message}"
        if isinstance(country, str):
            case = "" if country.isupper() else f"{country!r} has lower-case letters; write {country.upper()!r}"
            if message := country_problem(country) or case:
                yield ["feeds", index, "country"], f"{format_path(['feeds', index, 'country'])}{message}"


def _story_days(data: dict[str, Any]) -> float:
    table = data.get("stories")
    days = table.get("days") if isinstance(table, dict) else None
    return days if isinstance(days, int | float) else StoriesConfig().days


def tables(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the list of tables called *name*. Entries that are not tables become empty ones, so that the indexes are right."""
    tables = data.get(name, [])
    return [table if isinstance(table, dict) else {} for table in tables] if isinstance(tables, list) else []


def _explain_unknown_target(name: str, known: Sequence[str]) -> str:
    if close := nearest(name, known):
        return f"unknown target {name!r}: did you mean {close!r}?"
    return (
        f"unknown target {name!r}; known: {', '.join(known)}"
        if known
        else f"unknown target {name!r}; there are no [[targets]] yet"
    )
