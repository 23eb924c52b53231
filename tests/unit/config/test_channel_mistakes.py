"""`newsmonitor check` names place, fault and remedy of mistakes in targets for e-mail and other services."""

from pathlib import Path

import pytest

from consumers.delivery.channels.apprise import check_target
from monitor.config import Target
from tests.unit.config.texts import VALID, check

EMAIL = 'email = ["a@example.org"]'
SMTP = '[smtp]\nhost = "mail.example.org"\nfrom_address = "news@example.org"'


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("email = 'a@example.org'", '15: targets number 1 email: must be a list: write email = ["a@example.org"]'),
        ("mail = ['a@example.org']", "15: targets number 1: unknown key 'mail': did you mean 'email'?"),
        (
            "email = ['a@example.org', 'b']",
            "15: targets number 1 email number 2: 'b' does not have the form of this key (such as desk@example.org)",
        ),
        (
            "email = ['Desk <a@example.org>']",
            "15: targets number 1 email number 1: 'Desk <a@example.org>' does not have the form of this key",
        ),
        (EMAIL, "15: target 'desk': e-mail needs host and from_address of the mail server: add [smtp] with host ="),
        (
            f"{EMAIL}\nsecret_env = 'HOME'\n{SMTP}",
            "16: target 'desk': e-mail has no secret of a target; the password is that of [smtp] (password_env)",
        ),
        (f"{EMAIL}\n{SMTP}\npassword = 'x'", "19: smtp: unknown key 'password': secrets do not belong in the config"),
        (
            f"{EMAIL}\n{SMTP}\nusername = 'kay'\npassword_env = 'NOBODY_HAS_THIS'",
            "20: smtp password_env: the environment variable NOBODY_HAS_THIS is missing or empty; it must hold the password of",
        ),
        (f"{EMAIL}\n{SMTP}\nusername = 'kay'", "19: smtp username: there is no password: add password_env"),
        (f"{EMAIL}\n{SMTP}\npassword_env = 'HOME'", "17: smtp host: there is no username: add it"),
        (
            f"{EMAIL}\n{SMTP}\nusername = 'kay'\npassword_env = 'HOME'\nsecurity = 'none'",
            "21: smtp security: the password would be sent without encryption: write security = ",
        ),
        (
            f"{EMAIL}\n{SMTP}\npassword_file = 'a'\npassword_env = 'HOME'",
            "19: smtp password_file: it has password_env and password_file: remove one of them",
        ),
        (
            "apprise_env = 'NOBODY_HAS_THIS'",
            "15: target 'desk': the environment variable NOBODY_HAS_THIS is missing or empty; it must hold the address of",
        ),
        (
            "apprise = 'nosuch://Wacholder6beere'",
            "15: target 'desk': Apprise knows no such service, or its address lacks something: see https://appriseit.com",
        ),
        ("apprise = 'discord://short'", "15: target 'desk': Apprise knows no such service, or its address lacks something"),
        ("apprise = 'ntfy://a/b ntfy://a/c'", "15: target 'desk': there are several addresses: write a target for each"),
        (
            "apprise_file = 'none'\nsecret_env = 'HOME'",
            "16: target 'desk': secret_env and secret_file are for webhooks: write apprise_env or apprise_file",
        ),
        (
            "apprise = 'ntfy://a/b'\napprise_env = 'HOME'",
            "13: targets number 1: give exactly one of webhook, log, email, apprise, apprise_env and apprise_file: it has ",
        ),
        (
            "log = true\nunsubscribe = 'mailto:a@example.org'",
            "16: targets number 1: 'unsubscribe' only goes with email: remove it",
        ),
        (f"{EMAIL}\n{SMTP}\nsecurity = 'ssl'", "19: smtp security: 'ssl' is not one of 'starttls', 'tls', 'none'"),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_remedy(tmp_path: Path, keys: str, message: str) -> None:
    told = check(tmp_path, VALID.replace("log = true", keys))
    assert any(line.startswith(f"monitor.toml:{message}") for line in told), told
    assert not any("Wacholder6beere" in line for line in told)


def test_a_target_for_email_is_valid(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("x")
    (tmp_path / "password").chmod(0o600)
    login = "port = 2525\nusername = 'kay'\npassword_file = 'password'"
    text = VALID.replace("log = true", f"{EMAIL}\n{SMTP}\n{login}")
    assert check(tmp_path, text) == ["monitor.toml is valid: 1 feeds, 1 watches, 1 targets."]
    (tmp_path / "password").chmod(0o644)
    hint, _ = check(tmp_path, text)
    assert hint.startswith("monitor.toml:21: hint: password holds a secret and can be read by other users of this machine")


def test_a_mailbox_that_is_named_twice_is_told_with_its_line(tmp_path: Path) -> None:
    keys = f"email = ['a@example.org', 'b@example.org', 'A@example.org', 'b@example.org']\n{SMTP}"
    *hints, last = check(tmp_path, VALID.replace("log = true", keys))
    where = "monitor.toml:15: hint: target 'desk': email: "
    assert hints == [
        f"{where}number 3, 'A@example.org', is the same mailbox as number 1, which gets each message once: remove one",
        f"{where}number 4, 'b@example.org', is the same mailbox as number 2, which gets each message once: remove one",
    ]
    assert last.startswith("monitor.toml is valid")


def test_a_target_for_another_service_is_valid(tmp_path: Path) -> None:
    (tmp_path / "address").write_text("ntfys://ntfy.example/desk\n")
    (tmp_path / "address").chmod(0o644)
    hint, last = check(tmp_path, VALID.replace("log = true", "apprise_file = 'address'"))
    assert hint.startswith("monitor.toml:15: hint: address holds a secret and can be read by other users of this machine")
    assert last.startswith("monitor.toml is valid")


def test_a_missing_extra_is_named_with_its_remedy(tmp_path: Path) -> None:
    target = Target("desk", extension="apprise", options={"apprise": "ntfy://ntfy.example/desk"})
    problems = check_target(target, tmp_path, package="no_such_package")
    assert problems == ["target 'desk': it needs Apprise: pip install 'newsmonitor[apprise]'"]
