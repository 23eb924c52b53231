"""The manifests in deploy/kubernetes: against the schemas of Kubernetes' API, and against what the program does."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import kubernetes_validate
import pytest
import yaml

from monitor.config.model import WebsubConfig
from monitor.runtime.health import HUNG_SECONDS, Health, health_endpoint
from monitor.runtime.registry import service_modules
from monitor.runtime.runner import SHUTDOWN_SECONDS
from monitor.runtime.tracing.otel import FLUSH_SECONDS
from page.security.hosts import is_allowed
from tests.integration.command import newsmonitor
from tests.ports import unused_port

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))
VERSIONS = ("1.31.0", kubernetes_validate.latest_version())
MANIFESTS = [
    (name, each)
    for name in KUSTOMIZATION["resources"]
    for each in yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8"))
]
SECRETS = "/run/secrets/newsmonitor"


def of_kind(*kinds: str) -> dict[str, Any]:
    """Return the manifests of these *kinds*, by name."""
    return {each["metadata"]["name"]: each for _, each in MANIFESTS if each["kind"] in kinds}


def workloads() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield each workload: its component, the spec of its pods, and that of its only container."""
    for each in of_kind("Deployment", "StatefulSet").values():
        pod = each["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        yield each["metadata"]["labels"]["app.kubernetes.io/component"], pod, container


WORKLOADS = {component: (pod, container) for component, pod, container in workloads()}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("file", "manifest"), MANIFESTS, ids=lambda value: value if isinstance(value, str) else value["kind"])
def test_a_manifest_is_valid_for_the_api(version: str, file: str, manifest: dict[str, Any]) -> None:
    assert file
    kubernetes_validate.validate(manifest, version, strict=True)


def test_an_unknown_field_would_be_noticed() -> None:
    manifest = {**next(iter(of_kind("Deployment").values())), "replicas": 1}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, VERSIONS[0], strict=True)


def test_each_file_is_a_resource_and_each_name_that_is_used_exists() -> None:
    files = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(KUSTOMIZATION["resources"]) == files
    assert [image["name"] for image in KUSTOMIZATION["images"]] == ["newsmonitor"]
    (secret,) = KUSTOMIZATION["secretGenerator"]
    keys = {Path(name).name for name in secret["files"]}
    for pod, container in WORKLOADS.values():
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        assert volumes["config"]["configMap"]["name"] in of_kind("ConfigMap")
        assert volumes["secrets"]["secret"]["secretName"] == secret["name"]
        used = {each["value"] for each in container["env"] if each["name"].endswith("_FILE")}
        assert {Path(value).name for value in used} <= keys
        assert {str(Path(value).parent) for value in used} == {SECRETS}


def test_there_is_a_workload_for_each_service_and_they_differ_in_their_name_and_resources_only() -> None:
    assert set(WORKLOADS) == {*service_modules(), "page"}
    assert {name: container["args"] for name, (_, container) in WORKLOADS.items() if name != "page"} == {
        name: ["run", name] for name in service_modules()
    }
    assert WORKLOADS["page"][1]["args"] == ["serve"]
    varying = {"name": "", "args": [], "resources": {}}
    first, *others = (
        {**pod, "containers": [{**container, **varying}]} for name, (pod, container) in WORKLOADS.items() if name != "page"
    )
    assert others == [first] * (len(service_modules()) - 1)


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_pod_has_no_more_rights_than_it_needs(name: str) -> None:
    pod, container = WORKLOADS[name]
    context = pod["securityContext"]
    assert (context["runAsNonRoot"], context["runAsUser"] > 0, context["seccompProfile"]) == (
        True,
        True,
        {"type": "RuntimeDefault"},
    )
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
    assert "memory" in container["resources"]["limits"]
    assert all(mount["readOnly"] for mount in container["volumeMounts"] if mount["name"] in {"config", "secrets"})


@pytest.mark.parametrize("name", WORKLOADS)
def test_no_service_of_the_cluster_becomes_a_key_of_the_config(name: str) -> None:
    """Kubernetes would set NEWSMONITOR_PAGE_PORT for the service newsmonitor-page."""
    assert WORKLOADS[name][0]["enableServiceLinks"] is False


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_pod_has_time_to_drain_and_is_listened_to(name: str) -> None:
    pod, container = WORKLOADS[name]
    assert pod["terminationGracePeriodSeconds"] > SHUTDOWN_SECONDS + FLUSH_SECONDS
    (port,) = container["ports"]
    listen = "NEWSMONITOR_PAGE" if name == "page" else "NEWSMONITOR_LISTEN"
    assert {"name": listen, "value": f"0.0.0.0:{port['containerPort']}"} in container["env"]
    probes = [container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]
    assert [(probe["path"], probe["port"]) for probe in probes] == [("/live", "http"), ("/live", "http"), ("/ready", "http")]
    hosts = [header["value"] for probe in probes for header in probe.get("httpHeaders", [])]
    # The page refuses the address of a pod. The services do not look at the host.
    assert [is_allowed(host, []) for host in hosts] == ([True] * 3 if name == "page" else [])


async def test_a_probe_does_not_kill_a_service_that_restores_but_one_that_hangs() -> None:
    health, port = Health(), unused_port()
    health.report("starting", "restoring its state: 1,000 records read")
    async with health_endpoint(f"127.0.0.1:{port}", {"stories": health}), aiohttp.ClientSession() as session:

        async def status(kind: str) -> int:
            path = WORKLOADS["stories"][1][f"{kind}Probe"]["httpGet"]["path"]
            async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                return response.status

        assert [await status(kind) for kind in ("startup", "liveness", "readiness")] == [200, 200, 503]
        health.report("running")
        assert await status("readiness") == 200
        health.heartbeat -= HUNG_SECONDS
        assert [await status("liveness"), await status("readiness")] == [503, 503]


def test_each_workload_has_a_budget_and_selects_its_pods() -> None:
    budgets = of_kind("PodDisruptionBudget")
    for name, workload in of_kind("Deployment", "StatefulSet").items():
        labels = workload["spec"]["template"]["metadata"]["labels"]
        assert workload["spec"]["selector"]["matchLabels"] == labels
        assert budgets[name]["spec"] == {"maxUnavailable": 1, "selector": {"matchLabels": labels}}
    page = of_kind("Service")["newsmonitor-page"]["spec"]
    assert page["selector"] == of_kind("StatefulSet")["newsmonitor-page"]["spec"]["template"]["metadata"]["labels"]


def test_only_pods_that_need_it_reach_the_internet_and_none_reaches_the_cluster_by_it() -> None:
    policies = of_kind("NetworkPolicy")
    assert policies["newsmonitor-services"]["spec"]["policyTypes"] == ["Ingress", "Egress"]
    internet = policies["newsmonitor-internet"]["spec"]
    (expression,) = internet["podSelector"]["matchExpressions"]
    assert expression["values"] == ["poller", "delivery", "page"]
    blocks = [peer["ipBlock"] for peer in internet["egress"][0]["to"]]
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"} <= set(blocks[0]["except"])
    assert {"fc00::/7", "fe80::/10"} <= set(blocks[1]["except"])


def test_hubs_reach_the_poller_and_nothing_else_where_it_listens_for_them() -> None:
    port = int(WebsubConfig().listen.rpartition(":")[2])
    poller = of_kind("Deployment")["newsmonitor-poller"]["spec"]["template"]["metadata"]["labels"]
    service, policy = of_kind("Service")["newsmonitor-hubs"]["spec"], of_kind("NetworkPolicy")["newsmonitor-hubs"]["spec"]
    assert [each["targetPort"] for each in service["ports"]] == [port]
    assert service["selector"] == policy["podSelector"]["matchLabels"] == poller
    (rule,) = policy["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": port}]
    assert rule["from"] == of_kind("NetworkPolicy")["newsmonitor-page"]["spec"]["ingress"][0]["from"]
    # A push must reach the poller that polls the feed, and the service would pass it on to any.
    assert of_kind("Deployment")["newsmonitor-poller"]["spec"]["replicas"] == 1


def test_the_pods_reach_the_brokers_that_the_config_names() -> None:
    settings = tomllib.loads(of_kind("ConfigMap")["newsmonitor-config"]["data"]["monitor.toml"])
    brokers = of_kind("NetworkPolicy")["newsmonitor-services"]["spec"]["egress"][-1]
    (namespace,) = [peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] for peer in brokers["to"]]
    (port,) = [each["port"] for each in brokers["ports"]]
    assert settings["bus"] == f"kafka://kafka.{namespace}.svc:{port}"


async def test_the_settings_for_hubs_in_the_docs_are_valid_for_a_pod(tmp_path: Path) -> None:
    docs = (FOLDER.parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
    section = docs.partition("\n## Kubernetes\n")[2].partition("\n## ")[0]
    (text,) = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)
    settings = tomllib.loads(text)["websub"]
    assert settings["listen"].rpartition(":")[2] == WebsubConfig().listen.rpartition(":")[2]
    assert str(Path(settings["key_file"]).parent) == SECRETS
    assert f"deploy/kubernetes/secrets/{Path(settings['key_file']).name}" in section
    (tmp_path / "monitor.toml").write_text(f'bus = "sqlite:news.db"\n{text}')
    assert (await newsmonitor(tmp_path, "check"))[0] == 0


def test_the_hints_for_scraping_are_those_of_the_port() -> None:
    for name in service_modules():
        annotations = of_kind("Deployment")[f"newsmonitor-{name}"]["spec"]["template"]["metadata"]["annotations"]
        port = WORKLOADS[name][1]["ports"][0]["containerPort"]
        assert annotations == {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": str(port),
            "prometheus.io/path": "/metrics",
        }


async def test_the_config_is_valid_with_the_variables_and_secrets_of_a_pod(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = of_kind("ConfigMap")["newsmonitor-config"]["data"]["monitor.toml"]
    (tmp_path / "monitor.toml").write_text(text)
    for name in KUSTOMIZATION["secretGenerator"][0]["files"]:
        (tmp_path / Path(name).name).write_text("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3\n")
        (tmp_path / Path(name).name).chmod(0o440)
    for each in (variable for _, container in WORKLOADS.values() for variable in container["env"]):
        monkeypatch.setenv(each["name"], each["value"].replace(SECRETS, str(tmp_path)))
    code, out, err = await newsmonitor(tmp_path, "check")
    assert (code, err) == (0, ""), out
    page = of_kind("Service")["newsmonitor-page"]["metadata"]["name"]
    assert f"{page}.{KUSTOMIZATION['namespace']}.svc" in tomllib.loads(text)["page"]["hosts"]
