// What the walks share: the browser, people, apps, and the forms that everybody fills in.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { chromium } from "playwright-core";

export const password = "correct horse battery";
// So that it can be run again on the same server.
export const suffix = process.env.GRANTOR_URL ? `-${randomBytes(4).toString("hex")}` : "";
export const ada = { name: "Ada Lovelace", username: `ada${suffix}`, email: `ada${suffix}@example.com` };

async function json(url, body, token) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${url}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

/// A person who makes apps, by the API.
export async function maker(base) {
  const account = {
    name: "Acme Software", username: `acme${suffix}`, email: `acme${suffix}@example.com`, dob: "1990-01-02",
    mobile: String(randomBytes(6).readUIntBE(0, 6)).padStart(10, "1").slice(-10),
    password, password_confirmation: password,
  };
  const { access_token } = await json(`${base}/api/v1/register`, account);
  return (name, ...redirects) =>
    json(`${base}/oauth/clients`, { name, redirect: redirects.join(","), confidential: false }, access_token);
}

export function request(base, app, redirect_uri, scope = "profile email") {
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(8).toString("hex");
  const query = new URLSearchParams({
    response_type: "code", client_id: app.id, redirect_uri, scope, state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
  });
  return { url: `${base}/oauth/authorize?${query}`, state, verifier, redirect_uri, app };
}

export async function exchange(base, asked, code) {
  const body = new URLSearchParams({
    grant_type: "authorization_code", code, client_id: asked.app.id, redirect_uri: asked.redirect_uri,
    code_verifier: asked.verifier,
  });
  const answer = await fetch(`${base}/oauth/token`, { method: "POST", body });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

/// Where the pictures of the documentation go, and the windows they are taken in.
export const images = process.env.IMAGES ?? new URL("../../../docs/images", import.meta.url).pathname;
export const phone = { viewport: { width: 390, height: 780 }, isMobile: true, colorScheme: "dark" };
export const desk = { viewport: { width: 560, height: 700 }, colorScheme: "light" };

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/// A window without scripts that notes what the browser refuses.
export async function open(browser, options = {}) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 800, height: 600 }, ...options });
  const page = await context.newPage();
  const refused = [];
  page.on("console", (message) => {
    // Forms that were filled in wrong, and pages that say so.
    if (!/status of (403|404|410|422)/.test(message.text())) refused.push(message.text());
  });
  return { context, page, refused };
}

export async function register(page, person) {
  await page.fill("[name=name]", person.name);
  await page.fill("[name=email]", person.email);
  await page.fill("[name=username]", person.username);
  await page.fill("[name=password]", password);
  await page.fill("[name=password_confirmation]", password);
  await page.click("button[type=submit]");
}

export async function signIn(page, person) {
  await page.fill("[name=login]", person.email);
  await page.fill("[name=password]", password);
  await page.click("button[type=submit]");
}

/// By the menu of the account's pages, which is closed in a narrow window.
export async function signOut(page, base) {
  await page.goto(`${base}/account`);
  await page.click(".menu > summary");
  await page.click(".menu button:has-text('Sign out')");
}

export async function arrived(base, callbacks, asked) {
  const query = await callbacks.next();
  assert.equal(query.get("state"), asked.state);
  assert.equal(query.get("iss"), base);
  return query;
}
