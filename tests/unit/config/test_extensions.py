"""Sections and kinds of target that other packages add to monitor.toml."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import schemas
from monitor.config import Config, Target
from monitor.config.extensions import Extensions, Section, TargetKind
from monitor.config.load import parse
from monitor.config.problems import InvalidConfig
from monitor.config.reload import ConfigReloader
from tests.unit.config.texts import VALID, problems_of, write


@dataclass(frozen=True)
class SentimentConfig:
    """How sentiment is scored."""

    model: str = "small"
    window: str = "1h"
    threshold: float = 0.5


@dataclass(frozen=True)
class OtherConfig:
    """A section of a package that is not installed."""


SENTIMENT = Section(
    "sentiment",
    SentimentConfig,
    {
        "description": "How sentiment is scored.",
        "properties": {
            "model": {"type": "string", "enum": ["small", "large"]},
            "window": {"$ref": "#/$defs/duration"},
            "threshold": {"type": "number", "minimum": 0, "description": "From 0 to 1."},
        },
    },
)
CHAT = TargetKind(
    "chat",
    {"type": "string", "format": "uri", "pattern": "^https://", "description": "The room's address."},
    {"channel": {"type": "string", "minLength": 1}},
)
EXTENSIONS = Extensions((SENTIMENT,), (CHAT,))
TABLE = '[sentiment]\nmodel = "large"\nthreshold = 0.8\n'
TARGET = '[[targets]]\nid = "room"\nchat = "https://chat.example.org/"\nchannel = "news"\nseverity = "high"\n'


def test_a_section_is_parsed_into_its_type(tmp_path: Path) -> None:
    config = parse(VALID + TABLE, tmp_path, EXTENSIONS)
    assert config.section(SentimentConfig) == SentimentConfig("large", threshold=0.8)
    assert config.hash != parse(VALID, tmp_path, EXTENSIONS).hash


def test_an_absent_section_has_its_defaults(tmp_path: Path) -> None:
    assert parse(VALID, tmp_path, EXTENSIONS).section(SentimentConfig) == SentimentConfig()


def test_a_section_that_no_package_adds_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="section of type OtherConfig; installed sections: sentiment"):
        Config(sections={"sentiment": SentimentConfig()}).section(OtherConfig)


def test_a_target_of_an_added_kind_has_its_options(tmp_path: Path) -> None:
    desk, room = parse(VALID + TARGET, tmp_path, EXTENSIONS).targets
    assert (room.kind, room.severity) == ("chat", "high")
    assert room.options == {"chat": "https://chat.example.org/", "channel": "news"}
    assert desk == Target("desk", log=True)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[sentiment]\nmodle = "large"\n', 2, "sentiment: unknown key 'modle': did you mean 'model'?"),
        ('[sentiment]\nmodel = "huge"\n', 2, "sentiment model: 'huge' is not one of 'small', 'large'"),
        ('[sentiment]\nthreshold = "high"\n', 2, "must be a number, without quotation marks (From 0 to 1.)"),
        ('[sentiment]\nwindow = "soon"\n', 2, "such as 90m, 12h or 7d"),
        ("sentiment = 3\n", 1, "must be a table: write [sentiment], and its keys on the lines below"),
        ("[sentimnt]\n", 1, "unknown key 'sentimnt': did you mean 'sentiment'?"),
        (TARGET.replace("chat =", "caht ="), 3, "unknown key 'caht': did you mean 'chat'?"),
        (TARGET.replace("https", "http"), 3, "(The room's address.)"),
        (TARGET + "log = true\n", 1, "give exactly one of webhook, log and chat"),
        (TARGET.replace("chat =", "webhook ="), 4, "'channel' only goes with chat: remove it"),
    ],
)
def test_a_problem_in_an_extension_has_its_line_and_remedy(text: str, line: int, message: str) -> None:
    problems = problems_of(text, EXTENSIONS)
    assert any(message in problem for _, problem in problems), problems
    assert line in {number for number, _ in problems}, problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TABLE, "unknown key 'sentiment'; known: bus, listen,"),
        (TABLE, "(if a package adds the section [sentiment], it is not installed)"),
        (TARGET, "unknown key 'chat'; known: id, webhook, log,"),
        (TARGET, "(if a package adds this key, it is not installed)"),
    ],
)
def test_an_extension_that_is_not_installed_is_refused_with_a_hint(text: str, message: str) -> None:
    assert any(message in problem for _, problem in problems_of(text))


@pytest.mark.parametrize(
    ("extensions", "message"),
    [
        (Extensions((Section("fetch", SentimentConfig, {}),)), "adds the section [fetch], whose name is taken"),
        (Extensions((Section("hash", SentimentConfig, {}),)), "adds the section [hash], whose name is taken"),
        (Extensions((SENTIMENT, SENTIMENT)), "adds the section [sentiment], whose name is taken"),
        (Extensions((), (TargetKind("webhook", {}),)), "adds the target key 'webhook', whose name is taken"),
        (Extensions((), (TargetKind("chat", {}, {"severity": {}}),)), "adds the target key 'severity'"),
        (Extensions((), (CHAT, TargetKind("room", {}, {"channel": {"type": "integer"}}))), "adds the target key 'channel'"),
    ],
)
def test_two_additions_of_one_name_are_refused(extensions: Extensions, message: str) -> None:
    assert any(message in problem for _, problem in problems_of(VALID, extensions))


def test_two_kinds_may_share_an_option_of_the_same_schema(tmp_path: Path) -> None:
    extensions = Extensions((), (CHAT, TargetKind("room", {"type": "string"}, CHAT.options)))
    text = '[[targets]]\nid = "a"\nroom = "x"\nchannel = "news"\n'
    assert parse(text, tmp_path, extensions).targets[0].options == {"room": "x", "channel": "news"}


def test_the_packaged_schema_is_not_changed() -> None:
    assert "sentiment" in EXTENSIONS.schema["properties"]
    assert "sentiment" not in schemas.load("config.v1")["properties"]


async def test_an_edit_of_a_section_takes_effect_at_once(config_file: Path) -> None:
    reloader = ConfigReloader(config_file, extensions=EXTENSIONS)
    write(config_file, VALID + TABLE)
    with capture_logs() as logs:
        await reloader.apply_edit()
    assert [event["event"] for event in logs] == ["config reloaded"]
    assert reloader().section(SentimentConfig).model == "large"


def test_a_reloader_refuses_a_section_that_no_package_adds(config_file: Path) -> None:
    config_file.write_text(VALID + TABLE)
    with pytest.raises(InvalidConfig, match="unknown key 'sentiment'"):
        ConfigReloader(config_file)
