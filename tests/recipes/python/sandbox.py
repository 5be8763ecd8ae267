"""A `digilocker sandbox`: a process of its own, or one in another container. It needs the standard library only."""

import json
import os
import subprocess
import urllib.request


class Sandbox:
    def __init__(self):
        self.process = None
        self.base_url = os.environ.get("SANDBOX_URL")
        if self.base_url:
            # In another container: see ../containers. Not with pytest-xdist: its workers would share the sandbox.
            self.client_id = os.environ["SANDBOX_CLIENT_ID"]
            self.client_secret = os.environ["SANDBOX_CLIENT_SECRET"]
            return
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
        if self.process:
            self.process.terminate()
            assert self.process.wait(timeout=10) == 0
