"""The Dockerfile and docker-compose.yml against hadolint, the Compose Specification, and the rules for a container."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema_rs import Draft7Validator

from monitor.config.environment import OTHERS, OWN, find_overrides, misspelt
from monitor.runtime import registry

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SCHEMA = json.loads((ROOT / "tests" / "data" / "compose-spec.json").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]


def lint(text: str) -> subprocess.CompletedProcess[str]:
    """Return what hadolint says of a Dockerfile."""
    command = [str(Path(sys.executable).with_name("hadolint")), "--no-color", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    result = lint(DOCKERFILE)
    assert (result.returncode, result.stdout) == (0, "")


def test_hadolint_would_find_a_base_that_is_not_pinned_and_a_user_that_is_root() -> None:
    result = lint("FROM python:latest\nUSER root\n")
    assert result.returncode == 1
    assert {"DL3007", "DL3002"} <= set(re.findall(r"DL\d+", result.stdout))


def test_the_image_is_small_and_runs_as_an_ordinary_user_with_a_number() -> None:
    stages = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", DOCKERFILE, re.MULTILINE)
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert [name for _, name in stages] == ["wheels", ""]
    assert all(re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", base) for base, _ in stages)
    assert re.findall(r"^USER (\d+):(\d+)$", final, re.MULTILINE) == [("1000", "1000")]
    assert not re.search(r"apt-get|COPY --from|g\+\+", final)
    assert "PIP_NO_CACHE_DIR=1" in final
    assert re.findall(r"^ENTRYPOINT (.+)$", final, re.MULTILINE) == ['["newsmonitor"]']
    assert re.findall(r"^STOPSIGNAL (\w+)$", final, re.MULTILINE) == ["SIGTERM"]
    assert len(re.findall(r"org\.opencontainers\.image\.(title|description|licenses)=", final)) == 3


def test_the_health_check_of_the_image_is_that_of_the_containers() -> None:
    (arguments,) = re.findall(r"^HEALTHCHECK (?:.|\\\n)*?CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert ["CMD", *json.loads(arguments)] == SERVICES["poller"]["healthcheck"]["test"]


def test_the_compose_file_agrees_with_the_specification() -> None:
    validator = Draft7Validator(SCHEMA)
    assert [error.message for error in validator.iter_errors(COMPOSE)] == []
    assert not validator.is_valid({"services": {"poller": {**SERVICES["poller"], "restarts": "always"}}})


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_is_watched_confined_and_started_again(name: str) -> None:
    container = SERVICES[name]
    assert {"test", "interval", "timeout", "retries", "start_period"} <= container["healthcheck"].keys()
    assert container["restart"] == "unless-stopped"
    assert container["deploy"]["resources"]["limits"]["memory"]
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in container.get("ports", []))
    if name != "kafka":
        assert container["read_only"]
        assert "/tmp" in container["tmpfs"]  # noqa: S108  (the folder of the container)
        assert container["depends_on"] == {"kafka": {"condition": "service_healthy"}}


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "kafka"])
def test_each_variable_of_a_container_is_one_that_the_program_reads(name: str) -> None:
    variables, schema = SERVICES[name]["environment"], registry.extensions().schema
    assert list(misspelt(variables, schema)) == []
    known = {each.variable for each in find_overrides(variables, schema)} | {*OWN, *OTHERS}
    assert set(variables) <= known


def test_each_secret_is_a_file_that_is_not_in_the_repository() -> None:
    used = {secret for container in SERVICES.values() for secret in container.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    assert all(secret["file"].startswith("./secrets/") for secret in COMPOSE["secrets"].values())
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert not [
        name for name in SERVICES for variable in SERVICES[name]["environment"] if re.search("PASSWORD|SECRET$", variable)
    ]
