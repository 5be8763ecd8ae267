// A contract test of a JavaScript client. It needs Node.js only.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, afterEach, before, beforeEach, test } from "node:test";

const REQUIRED = ["status:200", "status:503", "hint:refresh_token", "hint:none", "encoding:json", "auth:basic"];

let sandbox;

before(async () => {
  const child = spawn(process.env.DIGILOCKER ?? "digilocker", ["sandbox", "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  sandbox = { child, ...JSON.parse(line) };
});

beforeEach(() => control("POST", "/sandbox/reset?keep=coverage"));

// Where to look when a request breaks the spec: each line names the request and what is wrong with it.
afterEach(async () => assert.deepEqual(await control("GET", "/sandbox/violations"), []));

// Node.js runs each file in a process with a sandbox of its own. To require coverage over several files, add up
// the counts of `rows`, as the Python recipe does.
after(async () => {
  const { covered } = await control("GET", "/sandbox/coverage");
  sandbox.child.kill("SIGTERM");
  const [code] = await once(sandbox.child, "exit");
  assert.equal(code, 0);
  assert.deepEqual(REQUIRED.filter((key) => !covered.includes(key)), [], "not covered");
});

// A request to the control API: see /sandbox/openapi.json.
async function control(method, path, body) {
  const response = await fetch(sandbox.base_url + path, { method, body: body && JSON.stringify(body) });
  const text = await response.text();
  assert.ok(response.ok, text);
  return text === "" ? undefined : JSON.parse(text);
}

// Replace this with your client. True if the token is revoked, false if it is not, undefined if unknown.
async function revoke(token, parameters = {}) {
  const credentials = Buffer.from(`${sandbox.client_id}:${sandbox.client_secret}`).toString("base64");
  try {
    const response = await fetch(`${sandbox.base_url}/public/oauth2/1/revoke`, {
      method: "POST",
      headers: { authorization: `Basic ${credentials}`, "content-type": "application/json" },
      body: JSON.stringify({ token, ...parameters }),
    });
    return response.ok && (await response.json()).success === true;
  } catch {
    return undefined;
  }
}

test("signing out revokes the whole grant", async () => {
  const grant = await control("POST", "/sandbox/grants");
  assert.equal(await revoke(grant.refresh_token, { token_type_hint: "refresh_token" }), true);
  assert.deepEqual(await control("GET", `/sandbox/tokens/${grant.access_token}`), { live: false });
});

test("a lost response is not treated as a failure", async () => {
  const grant = await control("POST", "/sandbox/grants");
  await control("POST", "/sandbox/faults", { disconnect: true, after_revoking: true });
  assert.equal(await revoke(grant.access_token), undefined);
  assert.deepEqual(await control("GET", `/sandbox/tokens/${grant.access_token}`), { live: false });
});

test("an outage leaves the token live", async () => {
  const grant = await control("POST", "/sandbox/grants");
  await control("POST", "/sandbox/faults", { status: 503, retry_after: 2 });
  assert.equal(await revoke(grant.access_token), false);
  assert.deepEqual(await control("GET", `/sandbox/tokens/${grant.access_token}`), { live: true });
});
