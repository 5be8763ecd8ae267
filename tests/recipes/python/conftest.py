"""One sandbox for each pytest process, reset before each test, and the coverage of all of them at the end.

With pytest-xdist (`-n 3`), each worker has its own sandbox, and the controller adds up their coverage.
"""

from collections import Counter

import pytest
from sandbox import Sandbox

REQUIRED = {"status:200", "status:503", "hint:refresh_token", "hint:none", "encoding:json", "auth:basic"}

# How often each part of the contract was exercised.
coverage = Counter()


@pytest.fixture(scope="session")
def running_sandbox(pytestconfig):
    sandbox = Sandbox()
    yield sandbox
    rows = sandbox.control("GET", "/sandbox/coverage")["rows"]
    counts = {row["key"]: row["count"] for row in rows}
    if hasattr(pytestconfig, "workeroutput"):
        pytestconfig.workeroutput["coverage"] = counts  # A worker of pytest-xdist: send it to the controller.
    else:
        coverage.update(counts)
    sandbox.stop()


@pytest.fixture
def sandbox(running_sandbox):
    running_sandbox.control("POST", "/sandbox/reset?keep=coverage")
    yield running_sandbox
    # Where to look when a request breaks the spec: each line names the request and what is wrong with it.
    assert running_sandbox.control("GET", "/sandbox/violations") == []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    coverage.update(getattr(node, "workeroutput", {}).get("coverage", {}))


def missing(config):
    # Workers cover a part only. So does a run of selected tests (`-k`, `file.py::test`).
    if hasattr(config, "workeroutput") or config.option.keyword or any("::" in arg for arg in config.args):
        return []
    return sorted(key for key in REQUIRED if coverage[key] == 0)


def pytest_sessionfinish(session):
    if missing(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    if keys := missing(config):
        terminalreporter.section("contract", red=True)
        terminalreporter.line("not covered: " + ", ".join(keys))
