"""The webhook channel: its body, its signature and its secrets."""

import base64
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest
from jsonschema_rs import Draft7Validator
from standardwebhooks import Webhook, WebhookVerificationError

from consumers.delivery.batches import AlertBatch, describe_left_out, message_id
from consumers.delivery.channels.secrets import NoSecret
from consumers.delivery.channels.webhook import check_secrets, event_body, read_secrets, request_body, signed_headers
from monitor.clock import utc
from monitor.config import Target
from monitor.messages import Alert
from monitor.messages.codec import encode
from tests.make import START, alert

CLOUDEVENTS = Path(__file__).parents[2] / "data" / "cloudevents-1.0.json"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
DESK = Target("desk", webhook="https://example.org/")


def test_the_library_of_the_specification_verifies_the_signature() -> None:
    body = request_body([alert()])
    headers = signed_headers(message_id([alert()]), body, [SECRET], utc())
    assert headers["webhook-id"] == "kim:s1:1"
    assert Webhook(SECRET).verify(body, headers)["data"]["watch"] == "kim"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"kim", b"kin"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, signed_headers(message_id([alert()]), body, [SECRET], utc() - timedelta(hours=1)))


def test_a_digest_is_one_message_that_lists_its_alerts() -> None:
    one, other = alert(), alert(2, id="kim:s2")
    body = orjson.loads(request_body([one, other]))
    assert (body["type"], body["data"]["count"]) == ("alert.v1.digest", 2)
    assert [each["id"] for each in body["data"]["alerts"]] == ["kim:s1", "kim:s2"]
    assert message_id([one, other]) == message_id([one, other]) != message_id([other, one])


def test_the_alerts_of_one_story_are_a_message_that_names_their_watches() -> None:
    body = orjson.loads(request_body([alert(), alert(id="train:s1", watch="train")]))
    assert (body["data"]["story"], body["data"]["watches"]) == ("s1", ["kim", "train"])
    of_two = orjson.loads(request_body([alert(), alert(id="kim:s2")]))
    assert ("story" in of_two["data"], of_two["data"]["watches"]) == (False, ["kim"])


@pytest.mark.parametrize("alerts", [(alert(),), (alert(), alert(id="kim:s2"))])
def test_a_digest_says_how_many_alerts_it_leaves_out_and_how_to_list_them(alerts: tuple[Alert, ...]) -> None:
    body = orjson.loads(request_body(AlertBatch("digest:1", alerts, left_out=7)))
    assert (body["type"], body["data"]["count"], body["data"]["left_out"]) == ("alert.v1.digest", len(alerts), 7)
    assert body["data"]["left_out_hint"] == "newsmonitor deliveries list --state left-out"


def test_the_message_of_a_burst_names_its_minute() -> None:
    body = orjson.loads(request_body(AlertBatch("digest:1", (alert(), alert(id="kim:s2")), burst=START)))
    assert body["data"]["burst"] == "2026-03-10T04:00:00Z"


def test_what_a_message_leaves_out_is_said_in_words() -> None:
    assert describe_left_out(AlertBatch("1", (alert(),), 1)) == "1 more alert: newsmonitor deliveries list --state left-out"
    assert describe_left_out([alert()]) == describe_left_out(AlertBatch("1", (alert(),))) == ""


@pytest.mark.parametrize("batch", [[alert(title="Caf\u00e9\u202e")], [alert(), alert(2, id="kim:s2")]])
def test_an_event_conforms_to_the_schema_of_cloudevents_and_has_the_same_data(batch: list[Alert]) -> None:
    event, usual = orjson.loads(event_body(batch)), orjson.loads(request_body(batch))
    Draft7Validator(orjson.loads(CLOUDEVENTS.read_bytes()), validate_formats=True).validate(event)
    # An attribute has lower-case letters and digits only.
    assert all(re.fullmatch("[a-z0-9]+", name) for name in event)
    assert (event["data"], event["type"], event["id"]) == (usual["data"], f"newsmonitor.{usual['type']}", message_id(batch))
    assert datetime.fromisoformat(event["time"]) == datetime.fromisoformat(usual["timestamp"])


def test_the_event_of_one_alert_is_that_of_its_record() -> None:
    headers = encode(alert()).headers
    attributes = {name.removeprefix("ce_"): value for name, value in headers.items() if name.startswith("ce_")}
    assert orjson.loads(event_body([alert()])).items() >= attributes.items()


def test_an_event_is_signed_as_any_other_message() -> None:
    body = event_body([alert()])
    headers = signed_headers(message_id([alert()]), body, [SECRET], utc())
    assert Webhook(SECRET).verify(body, headers)["data"]["watch"] == "kim"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"kim", b"kin"), headers)


def test_both_secrets_sign_during_a_key_rotation() -> None:
    other = "whsec_" + base64.b64encode(b"another secret, 24 bytes").decode()
    body = request_body([alert()])
    headers = signed_headers(message_id([alert()]), body, [SECRET, other], utc())
    assert Webhook(SECRET).verify(body, headers) == Webhook(other).verify(body, headers)


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    assert read_secrets(replace(DESK, secret_env="DESK_SECRET"), tmp_path) == [SECRET]
    (tmp_path / "key").write_text(f"{SECRET}\n")
    assert read_secrets(replace(DESK, secret_file="key"), tmp_path) == [SECRET]
    assert check_secrets(replace(DESK, secret_file="key"), tmp_path) == []


@pytest.mark.parametrize(
    "target",
    [
        DESK,
        replace(DESK, secret_env="NO_SUCH_VARIABLE"),
        replace(DESK, secret_file="absent"),
        replace(DESK, secret_file="\0"),
    ],
)
def test_a_missing_secret_is_a_problem(target: Target, tmp_path: Path) -> None:
    with pytest.raises(NoSecret, match="target 'desk'"):
        read_secrets(target, tmp_path)
    assert len(check_secrets(target, tmp_path)) == 1


def test_a_malformed_secret_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", "whsec_!")
    with pytest.raises(NoSecret, match="does not hold a secret"):
        read_secrets(replace(DESK, secret_env="DESK_SECRET"), tmp_path)
