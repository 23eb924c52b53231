"""E-mail reaches a real mail server, and its answers are told."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme

from consumers.delivery import service as delivery
from consumers.delivery.channels import Result
from consumers.delivery.channels.email import EmailChannel, Handled
from consumers.delivery.channels.smtp_config import SmtpConfig
from monitor.bus.backends import connect
from monitor.cli.shared import read_config
from monitor.config import Config, DeliveryConfig, Target, Watch
from monitor.messages import Delivery
from monitor.messages.codec import encode
from tests.bus import read_all
from tests.integration.command import invoke
from tests.integration.dispatching import trial
from tests.integration.mail_server import PASSWORD, USER, MailServer, mail_server
from tests.make import START, alert
from tests.running import running, until

A, B, C = "a@example.org", "b@example.org", "c@example.org"


def config_of(server: MailServer, to: tuple[str, ...] = (A,), timeout: float = 5, **smtp: Any) -> Config:
    section = {"host": "127.0.0.1", "port": server.port, "security": "none", "from_address": "news@example.org", **smtp}
    return Config(
        watches=(Watch("kim", any=("Kim",)),),
        targets=(Target("desk", extension="email", options={"email": list(to)}),),
        sections={"smtp": SmtpConfig(**section)},
        delivery=DeliveryConfig(timeout=timeout, retries=(5.0, 300.0)),
    )


async def send(config: Config, handled: Handled | None = None, **fields: Any) -> Result:
    async with aiohttp.ClientSession() as session:
        channel = EmailChannel(config.targets[0], config, session, lambda: START, handled or Handled())
        return await channel.send([alert(**fields)])


async def test_a_message_reaches_all_recipients_with_text_and_html() -> None:
    title = "Поезд Кима: «в пути» <b>& дальше</b>"
    async with mail_server() as server:
        result = await send(config_of(server, (A, B), envelope_from="bounces@example.org"), title=title)
    assert result == Result()
    assert server.accepted == [("bounces@example.org", [A, B])]
    (message,) = server.messages
    assert (message["Subject"], message["To"]) == (f"[high] {title}", f"{A}, {B}")
    assert message["From"] == "newsmonitor <news@example.org>"
    text, html = (part.get_content() for part in message.iter_parts())
    assert title in text
    assert "Поезд Кима: «в пути» &lt;b&gt;&amp; дальше&lt;/b&gt;" in html
    assert "<b>" not in html
    assert max(map(len, server.raw[0].split(b"\r\n"))) <= 998
    assert server.raw[0].isascii()


async def test_a_mailbox_that_is_named_twice_gets_a_message_once() -> None:
    async with mail_server() as server:
        assert await send(config_of(server, (A, B, A, "A@Example.org"))) == Result()
    assert [recipients for _, recipients in server.accepted] == [[A, B]]
    assert server.messages[0]["To"] == f"{A}, {B}"


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """An authority whose certificate is in the file ca.pem."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return authority


def context(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(made)
    return made


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_the_login_goes_over_tls(
    security: str, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_USER", USER)
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    login: dict[str, Any] = {"username_env": "MAIL_USER", "password_file": "password", "ca_file": "ca.pem"}
    async with mail_server(context(authority), implicit=security == "tls") as server:
        result = await send(replace(config_of(server, security=security, **login), folder=tmp_path))
    assert (result, server.users, len(server.messages)) == (Result(), [USER.encode()], 1)


async def test_a_wrong_password_is_told_without_it_and_tried_again(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "Falsch7wort")
    login: dict[str, Any] = {"username": USER, "password_env": "MAIL_PASSWORD", "ca_file": "ca.pem", "security": "starttls"}
    async with mail_server(context(authority)) as server:
        result = await send(replace(config_of(server, **login), folder=tmp_path))
    assert (result.status, result.permanent, server.messages) == (535, False, [])
    assert (result.error or "").startswith("127.0.0.1: the login was refused: 535")
    assert "Falsch7wort" not in (result.error or "")


async def test_a_missing_password_sends_nothing() -> None:
    async with mail_server() as server:
        result = await send(config_of(server, username=USER, password_env="NO_SUCH_VARIABLE"))
    assert "the environment variable NO_SUCH_VARIABLE is missing or empty" in (result.error or "")
    assert server.messages == []


async def test_a_server_that_cannot_be_trusted_gets_nothing(authority: trustme.CA, tmp_path: Path) -> None:
    async with mail_server(context(authority)) as server:
        unknown = await send(config_of(server, security="starttls"))
    async with mail_server(context(authority, "other.example")) as server:
        other = await send(replace(config_of(server, security="starttls", ca_file="ca.pem"), folder=tmp_path))
    async with mail_server() as server:
        plain = await send(config_of(server, security="starttls"))
    assert "its certificate is rejected" in (unknown.error or "")
    assert "its certificate is rejected" in (other.error or "")
    assert "smtp security is 'starttls'" in (plain.error or "")
    assert not any(result.permanent for result in (unknown, other, plain))
    assert server.messages == []


@pytest.mark.parametrize(
    ("refusals", "status", "permanent"),
    [
        ({"data": "554 5.7.1 Looks like spam"}, 554, True),
        ({"data": "452 4.3.1 Out of space"}, 452, False),
        ({"sender": "550 5.7.1 Not your address"}, 550, True),
        ({"sender": "530 5.7.0 Log in first"}, 530, False),
        ({A: "550 5.1.1 No such user"}, 550, True),
        ({A: "451 4.7.1 Greylisted"}, 451, False),
        ({A: "000 What is this"}, 0, False),
    ],
)
async def test_a_refusal_is_permanent_if_it_is_of_the_message(
    refusals: dict[str, str], status: int, *, permanent: bool
) -> None:
    async with mail_server() as server:
        server.refusals = refusals
        result = await send(config_of(server))
    assert (result.status, result.permanent, result.partial) == (status, permanent, False)
    assert next(iter(refusals.values())).partition(" ")[2] in (result.error or "")
    assert server.messages == []


async def test_a_recipient_that_is_refused_for_good_is_told_and_keeps_nothing_from_the_others() -> None:
    async with mail_server() as server:
        server.refusals = {B: "550 5.1.1 No such user"}
        result = await send(config_of(server, (A, B)))
    error = f"the mail server refused 1 of 2 recipients: {B}: 550 5.1.1 No such user"
    assert result == Result(550, error, permanent=True, partial=True)
    assert server.accepted == [("news@example.org", [A])]


async def test_only_the_recipients_without_the_message_are_tried_again() -> None:
    handled = Handled()
    async with mail_server() as server:
        config = config_of(server, (A, B, C))
        server.refusals = {B: "450 4.2.1 Busy", C: "550 5.1.1 No such user"}
        first = await send(config, handled)
        server.refusals = {}
        second = await send(config, handled)
        assert await send(config, handled) == replace(second, status=None)
    assert (first.permanent, first.partial) == (False, True)
    assert (second.permanent, second.partial) == (True, True)
    assert second.error == f"the mail server refused 1 of 3 recipients: {C}: 550 5.1.1 No such user"
    assert [to for _, to in server.accepted] == [[A], [B]]
    ids = {message["Message-ID"] for message in server.messages}
    assert len(ids) == 1


async def test_what_all_recipients_have_is_sent_once_more_if_it_is_raised_anew() -> None:
    handled = Handled()
    async with mail_server() as server:
        assert await send(config_of(server), handled) == Result()
        assert await send(config_of(server), handled) == Result()
    assert ([to for _, to in server.accepted], handled.by_message) == ([[A], [A]], {})


async def test_a_partial_failure_does_not_make_the_target_wait() -> None:
    async with mail_server() as server:
        server.refusals = {B: "450 4.2.1 Busy"}
        async with trial(config_of(server, (A, B))) as running:
            running.raise_alert(alert(to=("desk",)))
            await running.run(timedelta(seconds=1), timedelta(seconds=1))
            running.raise_alert(alert(id="kim:s2", story="s2", to=("desk",)))
            await running.run(timedelta(seconds=1), timedelta(seconds=1))
            states = [each for each in running.log if not isinstance(each, Delivery)]
            server.refusals = {B: "550 5.1.1 No such user"}
            await running.run(timedelta(minutes=1))
    assert [to for _, to in server.accepted] == [[A], [A]]
    assert states == []
    assert running.deliveries("kim:s1") == running.deliveries("kim:s2") == ["queued", "retrying", "sent"]
    (last,) = (each for each in running.log[-1:] if isinstance(each, Delivery))
    assert f"{B}: 550 5.1.1 No such user" in (last.error or "")


@asynccontextmanager
async def greeting(text: bytes) -> AsyncIterator[MailServer]:
    """Run a server that sends *text* to each client, and nothing else."""
    writers = list[asyncio.StreamWriter]()

    def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(text)

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        yield MailServer(port=server.sockets[0].getsockname()[1])
    for writer in writers:
        writer.close()


async def test_a_server_that_does_not_answer_is_given_up() -> None:
    async with greeting(b"") as server:
        assert await send(config_of(server, timeout=0.1)) == Result(error="127.0.0.1: no answer within 0.1 s")
    closed = await send(config_of(server))
    assert closed == Result(error="127.0.0.1: no connection (SMTPConnectError)")


async def test_a_server_that_takes_no_mail_today_is_tried_again() -> None:
    async with greeting(b"554 No service for you\r\n") as server:
        assert await send(config_of(server)) == Result(554, "127.0.0.1: refused: 554 No service for you")


async def test_a_message_is_sent_again_under_its_id_if_its_acceptance_was_lost() -> None:
    async with mail_server() as server:
        server.hangs_at = "data"
        lost = await send(config_of(server, timeout=0.2))
        server.hangs_at = "quit"
        again = await send(config_of(server, timeout=0.2))
    assert lost.error == "127.0.0.1: no answer within 0.2 s"
    assert again == Result()
    one, other = server.messages
    assert one["Message-ID"] == other["Message-ID"]


async def test_a_test_message_and_what_was_refused_are_shown_by_the_command(tmp_path: Path) -> None:
    async with mail_server() as server:
        (tmp_path / "monitor.toml").write_text(
            'bus = "sqlite:news.db"\n[[watches]]\nid = "kim"\nany = ["Kim"]\n'
            f'[smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
            f'from_address = "news@example.org"\n[[targets]]\nid = "mail"\nemail = ["{A}", "{B}"]\n'
        )
        code, out, _ = await invoke(tmp_path, "targets", "test", "mail")
        assert (code, out.startswith("mail accepted the test message @test:mail:")) == (0, True)
        server.refusals = {B: "550 No such user"}
        async with (
            connect(f"sqlite:{tmp_path / 'news.db'}") as bus,
            running(bus, delivery.make(lambda: read_config(tmp_path / "monitor.toml"))),
        ):
            await bus.publish([encode(alert(watch="kim", to=("mail",)))])

            async def is_sent() -> bool:
                return any(record.state == "sent" for record in await read_all(bus, Delivery))

            await until(is_sent)
        _, out, _ = await invoke(tmp_path, "targets", "--json")
    row = json.loads(out)
    assert (row["kind"], row["state"], row["last_success"] is None) == ("email", "ok", False)
    assert row["last_error"]["error"] == f"the mail server refused 1 of 2 recipients: {B}: 550 No such user"
