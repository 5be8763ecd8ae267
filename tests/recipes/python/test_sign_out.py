"""A contract test of a Python client. It needs the standard library and pytest only."""

import base64
import http.client
import json
import os
import subprocess
import urllib.error
import urllib.request

import pytest


class Sandbox:
    """A `digilocker sandbox` process."""

    def __init__(self):
        command = [os.environ.get("DIGILOCKER", "digilocker"), "sandbox", "--port", "0", "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        start = json.loads(self.process.stdout.readline())
        self.base_url = start["base_url"]
        self.client_id = start["client_id"]
        self.client_secret = start["client_secret"]

    def control(self, method, path, body=None):
        """A request to the control API: see /sandbox/openapi.json."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base_url + path, data, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            text = response.read()
        return json.loads(text) if text else None

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=10) == 0


@pytest.fixture(scope="module")
def sandbox():
    sandbox = Sandbox()
    yield sandbox
    sandbox.stop()


def revoke(sandbox, token, **parameters):
    """Replace this with your client. True if the token is revoked, False if it is not, None if unknown."""
    credentials = f"{sandbox.client_id}:{sandbox.client_secret}".encode()
    request = urllib.request.Request(
        sandbox.base_url + "/public/oauth2/1/revoke",
        json.dumps({"token": token, **parameters}).encode(),
        {
            "Authorization": "Basic " + base64.b64encode(credentials).decode(),
            "Content-Type": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)["success"] is True
    except urllib.error.HTTPError:
        return False
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return None


def test_signing_out_revokes_the_whole_grant(sandbox):
    grant = sandbox.control("POST", "/sandbox/grants")
    assert revoke(sandbox, grant["refresh_token"], token_type_hint="refresh_token") is True
    assert sandbox.control("GET", "/sandbox/tokens/" + grant["access_token"]) == {"live": False}


def test_a_lost_response_is_not_treated_as_a_failure(sandbox):
    grant = sandbox.control("POST", "/sandbox/grants")
    sandbox.control("POST", "/sandbox/faults", {"disconnect": True, "after_revoking": True})
    assert revoke(sandbox, grant["access_token"]) is None
    assert sandbox.control("GET", "/sandbox/tokens/" + grant["access_token"]) == {"live": False}


def test_an_outage_leaves_the_token_alive(sandbox):
    grant = sandbox.control("POST", "/sandbox/grants")
    sandbox.control("POST", "/sandbox/faults", {"status": 503, "retry_after": 2})
    assert revoke(sandbox, grant["access_token"]) is False
    assert sandbox.control("GET", "/sandbox/tokens/" + grant["access_token"]) == {"live": True}


def test_the_contract_was_kept_and_covered(sandbox):
    """The last test: it checks the requests of the tests above."""
    assert sandbox.control("GET", "/sandbox/violations") == []
    required = {"status:200", "status:503", "hint:refresh_token", "hint:none", "encoding:json", "auth:basic"}
    assert required - set(sandbox.control("GET", "/sandbox/coverage")["covered"]) == set()
