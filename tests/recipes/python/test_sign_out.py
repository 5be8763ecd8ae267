"""A contract test of a Python client. It needs the standard library and pytest only."""

import base64
import http.client
import json
import urllib.error
import urllib.request


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


def is_live(sandbox, token):
    return sandbox.control("GET", "/sandbox/tokens/" + token)["live"]


def test_signing_out_revokes_the_whole_grant(sandbox):
    grant = sandbox.control("POST", "/sandbox/grants")
    assert revoke(sandbox, grant["refresh_token"], token_type_hint="refresh_token") is True
    assert not is_live(sandbox, grant["access_token"])


def test_a_lost_response_is_not_treated_as_a_failure(sandbox):
    grant = sandbox.control("POST", "/sandbox/grants")
    sandbox.control("POST", "/sandbox/faults", {"disconnect": True, "after_revoking": True})
    assert revoke(sandbox, grant["access_token"]) is None
    assert not is_live(sandbox, grant["access_token"])


def test_an_outage_leaves_the_token_live(sandbox):
    grant = sandbox.control("POST", "/sandbox/grants")
    sandbox.control("POST", "/sandbox/faults", {"status": 503, "retry_after": 2})
    assert revoke(sandbox, grant["access_token"]) is False
    assert is_live(sandbox, grant["access_token"])


def test_a_run_of_many_tokens_survives_random_failures(sandbox):
    grants = sandbox.control("POST", "/sandbox/grants", {"count": 100})
    sandbox.control("POST", "/sandbox/faults", {"status": 503, "probability": 0.2, "seed": 7})
    results = [revoke(sandbox, grant["access_token"]) for grant in grants]
    assert results == [not is_live(sandbox, grant["refresh_token"]) for grant in grants]
    assert True in results and False in results
