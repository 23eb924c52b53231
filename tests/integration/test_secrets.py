"""The secrets of a config: in no record, no log line, no answer and no output of a command."""

import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.fakefeed import FakeFeed
from tests.integration.command import invoke, started
from tests.integration.receiver import SECRET
from tests.ports import unused_port
from tests.running import until

ORDINARY = "kranich-lieferung"
SECRETS = {
    "password": "Pfefferminz7",
    "query": "Sonnenblume42x",
    "unnamed query": "Nachtfalter99",
    "path": "LAVENDELFELD",
    "random path": "q8Zr2Kd91mXv03TbWs",
    "private path": ORDINARY,
    "redirect": "Holunder1Bluete",
    "failing": "Zitronenfalter5",
    "blocked": "Wacholder6beere",
    "webhook": "Ginsterweg8tor",
    "webhook path": "w7Lq0Pz5Nd3Yc8Vh",
    "apprise": "Schafgarbe3tee",
}
"""A secret in each place of the config that may have one."""
COMMANDS = (
    *("check --json", "status --json", "feeds list", "feeds list --json", "feeds export", "alerts --json", "watch lint"),
    *("watch list", "watch list --json", "deliveries list --state all --json", "dead list", "streams check"),
    *("targets list", "targets list --json", "targets test chat --json"),
)


def leaking_feed(*secrets: str) -> str:
    """Return a feed that repeats each of *secrets* in links and texts."""
    items = "".join(
        f"<item><guid>{number}</guid><title>Zebrafish number {number} has {secret}</title><link>#{number}</link>"
        f"<description>Read http://news.invalid/{secret}/x, or with {secret}.</description>"
        f"<enclosure url='http://news.invalid/a.mp3?auth={secret}' type='audio/mpeg' length='1'/></item>"
        f"<item><guid>b{number}</guid><title>Zebrafish, again {number}</title><link>http://news.invalid/p?key={secret}</link></item>"
        for number, secret in enumerate(secrets)
    )
    return f"<rss version='2.0'><channel><title>Feed of {' '.join(secrets)}</title>{items}</channel></rss>"


def config(fake: FakeFeed, port: int) -> str:
    at = fake.url("").removeprefix("http://")
    s = SECRETS
    urls = (
        f"http://reader:{s['password']}@{at}/a?token={s['query']}&lang=en",
        f"http://{at}/b?{s['unnamed query']}",
        f"http://{at}/tok/{s['path']}/feed.rss",
        f"http://{at}/u/{s['random path']}.xml",
        f"http://{at}/moves?id=7",
        f"http://{at}/fails?apikey={s['failing']}",
        f"http://10.1.2.3/x?apikey={s['blocked']}",
    )
    feeds = "".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls)
    return f"""
bus = "sqlite:news.db"
listen = "127.0.0.1:{port}"
[fetch]
every = 1
spacing = 0
failing_after = 1
allow_networks = ["127.0.0.0/8"]
[delivery]
allow_networks = ["127.0.0.0/8"]
[entities]
model = "table"
{feeds}
[[feeds]]
url = "http://{at}/desk/{ORDINARY}.rss"
private = true
[[watches]]
id = "zebrafish"
query = "zebrafish AND (feed:\\"{urls[0]}\\" OR zebrafish)"
to = ["hook"]
[[watches]]
id = "health"
health = ["failing", "moved", "gone", "silent", "recovered"]
to = ["hook", "chat"]
[[targets]]
id = "hook"
webhook = "http://{at}/hook/{s["webhook path"]}?key={s["webhook"]}"
secret_env = "HOOK_SECRET"
[[targets]]
id = "chat"
apprise = "mmost://{at}/{s["apprise"]}"
"""


def serve(fake: FakeFeed) -> None:
    """Let the feeds answer. Each repeats its secrets."""
    s = SECRETS
    leaks = {
        "/a": (s["password"], s["query"]),
        "/b": (s["unnamed query"],),
        f"/tok/{s['path']}/feed.rss": (s["path"],),
        f"/u/{s['random path']}.xml": (s["random path"],),
        f"/desk/{ORDINARY}.rss": (ORDINARY,),
        "/moved": (s["redirect"],),
    }
    for path, secrets in leaks.items():
        fake.responds(path, leaking_feed(*secrets), content_type="application/rss+xml")

    async def move(_: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": f"/moved?apikey={s['redirect']}"})

    fake.handlers["/moves"] = move
    fake.responds("/fails", "", status=500)


def stored(file: Path) -> str:
    """Return everything in the bus, as one text."""
    with closing(sqlite3.connect(file)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(str(row) for table in tables for row in db.execute(f'SELECT * FROM "{table}"'))


async def test_no_secret_of_the_config_is_stored_logged_or_printed(
    tmp_path: Path, fake: FakeFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = unused_port()
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    (tmp_path / "monitor.toml").write_text(config(fake, port))
    serve(fake)
    outputs: dict[str, str] = {}
    async with started(tmp_path, "run"):

        async def has_stored(text: str) -> bool:
            return (tmp_path / "news.db").exists() and text in stored(tmp_path / "news.db")

        await until(lambda: has_stored("Zebrafish, again 1"))
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/ready") as answer:
            outputs["ready"] = await answer.text()
        await until(lambda: has_stored("Feed failing"))
        await until(lambda: has_stored("Failed to send Mattermost notification"))
        for command in COMMANDS:
            outputs[command] = "\n".join(map(str, await invoke(tmp_path, *command.split())))
    outputs["bus"], outputs["log"] = stored(tmp_path / "news.db"), (tmp_path / "run.log").read_text()
    address = fake.url("").removeprefix("http://")
    for url in (f"{address}/moves?id=7", f"u:{SECRETS['password']}@{address}/a?token={SECRETS['query']}"):
        outputs[f"feeds test {url}"] = str((await invoke(tmp_path, "feeds", "test", f"http://{url}"))[1:])
    for command in ("add", "remove"):
        url = f"http://{address}/desk/{ORDINARY}.rss"
        outputs[f"feeds {command}"] = str((await invoke(tmp_path, "feeds", command, url))[1:])
    found = {(name, place) for name, secret in SECRETS.items() for place, text in outputs.items() if secret in text}
    assert found == set()
    assert "Zebrafish" in outputs["bus"]
    assert SECRET not in "".join(outputs.values())


@pytest.mark.parametrize("line", ["htp://{}", "http//{}", "{}", "<http://{}>", "ftp://{}", "http://{} x"])
async def test_an_error_in_a_url_shows_none_of_its_secrets(tmp_path: Path, line: str) -> None:
    place = f"me:{SECRETS['password']}@desk.example/tok/{SECRETS['path']}/feed?token={SECRETS['query']}"
    url = line.format(place)
    for table in (
        f'[[feeds]]\nurl = "{url}"\n',
        f'[[targets]]\nid = "hook"\nwebhook = "{url}"\nsecret_env = "X"\n',
        f'bus = "{url}"\n',
    ):
        (tmp_path / "monitor.toml").write_text(table)
        code, out, err = await invoke(tmp_path, "check")
        assert code == 1
        assert not [name for name, secret in SECRETS.items() if secret in out + err], out + err
    (tmp_path / "monitor.toml").write_text("")
    _, out, err = await invoke(tmp_path, "feeds", "add", url)
    assert not [name for name, secret in SECRETS.items() if secret in out + err], out + err


@pytest.mark.parametrize(
    "text",
    [
        '[[feeds]]\nurl = ["{0}"]\n',
        'feeds = ["{0}", "{0}"]\n',
        'bus = ["{0}"]\n',
        '[[targets]]\nid = "hook"\nwebhook = ["{0}"]\nsecret_env = "X"\n',
        '[[targets]]\nid = "hook"\nwebhook = "https://desk.example/"\nsecret_env = ["whsec_{1}"]\n',
        '[[feeds]]\nurl = "https://desk.example/our/{1}"\nprivate = true\n' * 2,
        'bus = "sqlite:news.db?key={1}"\n',
    ],
)
async def test_an_error_in_the_form_of_a_key_shows_no_secret(tmp_path: Path, text: str) -> None:
    secret = SECRETS["query"]
    (tmp_path / "monitor.toml").write_text(text.format(f"https://me:{secret}@desk.example/feed?token={secret}", secret))
    code, out, err = await invoke(tmp_path, "check")
    assert code == 1
    assert secret not in out + err


async def test_an_export_has_the_secrets_only_if_it_is_asked_for_them(
    tmp_path: Path, fake: FakeFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    (tmp_path / "monitor.toml").write_text(config(fake, 1))
    _, out, err = await invoke(tmp_path, "feeds", "export")
    assert SECRETS["query"] not in out
    assert "--secrets prints them whole" in err
    _, out, err = await invoke(tmp_path, "feeds", "export", "--secrets")
    assert SECRETS["query"] in out
    assert SECRETS["password"] in out
    assert err == ""
