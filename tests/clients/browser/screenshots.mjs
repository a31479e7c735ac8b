// Walks through the pages with Chromium, scripts turned off, and takes the screenshots. See README.md.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { createHash, randomBytes } from "node:crypto";
import { chromium } from "playwright-core";
import { callbackServer, startServer } from "./servers.mjs";

const images = process.env.IMAGES ?? new URL("../../../docs/images", import.meta.url).pathname;
const password = "correct horse battery";
// So that it can be run again on the same server.
const suffix = process.env.GRANTOR_URL ? `-${randomBytes(4).toString("hex")}` : "";
const ada = { name: "Ada Lovelace", username: `ada${suffix}`, email: `ada${suffix}@example.com` };

async function json(url, body, token) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${url}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

/// A person who makes apps, by the API.
async function maker(base) {
  const account = {
    name: "Acme Software", username: `acme${suffix}`, email: `acme${suffix}@example.com`, dob: "1990-01-02",
    mobile: String(randomBytes(6).readUIntBE(0, 6)).padStart(10, "1").slice(-10),
    password, password_confirmation: password,
  };
  const { access_token } = await json(`${base}/api/v1/register`, account);
  return (name, ...redirects) =>
    json(`${base}/oauth/clients`, { name, redirect: redirects.join(","), confidential: false }, access_token);
}

function request(base, app, redirect_uri, scope = "profile email") {
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(8).toString("hex");
  const query = new URLSearchParams({
    response_type: "code", client_id: app.id, redirect_uri, scope, state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
  });
  return { url: `${base}/oauth/authorize?${query}`, state, verifier, redirect_uri, app };
}

async function exchange(base, asked, code) {
  const body = new URLSearchParams({
    grant_type: "authorization_code", code, client_id: asked.app.id, redirect_uri: asked.redirect_uri,
    code_verifier: asked.verifier,
  });
  const answer = await fetch(`${base}/oauth/token`, { method: "POST", body });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

/// A window without scripts that notes what the browser refuses.
async function open(browser, options = {}) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 800, height: 600 }, ...options });
  const page = await context.newPage();
  const refused = [];
  page.on("console", (message) => refused.push(message.text()));
  return { context, page, refused };
}

async function register(page, person) {
  await page.fill("[name=name]", person.name);
  await page.fill("[name=email]", person.email);
  await page.fill("[name=username]", person.username);
  await page.fill("[name=password]", password);
  await page.fill("[name=password_confirmation]", password);
  await page.click("button[type=submit]");
}

async function signIn(page, person) {
  await page.fill("[name=login]", person.email);
  await page.fill("[name=password]", password);
  await page.click("button[type=submit]");
}

async function arrived(base, callbacks, asked) {
  const query = await callbacks.next();
  assert.equal(query.get("state"), asked.state);
  assert.equal(query.get("iss"), base);
  return query;
}

async function walk(browser, base, newApp) {
  const v4 = await callbackServer("127.0.0.1");
  const v6 = await callbackServer("::1");
  const app = await newApp("Acme Command Line", "http://127.0.0.1/callback", "http://[::1]/callback");
  const { context, page, refused } = await open(browser);

  // From the app to the sign-in page, to the registration page, to the consent page, and back to the app.
  let asked = request(base, app, v4.url);
  await page.goto(asked.url);
  await page.click("a:has-text('Create an account')");
  await register(page, ada);
  assert.match(await page.textContent("h1"), /Acme Command Line/);
  assert.match(await page.textContent("main"), /runs on your own device/);
  await page.uncheck("[type=checkbox][value=email]");
  await page.click("button:has-text('Allow')");
  let query = await arrived(base, v4, asked);
  assert.equal((await exchange(base, asked, query.get("code"))).scope, "profile");
  console.log("register, consent, Allow: the code arrived and works");

  // Consent is remembered: straight to the code. More is asked for: the page again, and Deny.
  asked = request(base, app, v4.url, "profile");
  await page.goto(asked.url);
  assert.ok((await arrived(base, v4, asked)).get("code"));
  asked = request(base, app, v6.url, "profile phone");
  await page.goto(asked.url);
  await page.click("button:has-text('Deny')");
  query = await arrived(base, v6, asked);
  assert.equal(query.get("error"), "access_denied");
  console.log("remembered consent, Deny to an IPv6 callback: arrived");

  // Signed out, then straight from the sign-in form through two redirects to the app.
  await page.goto(`${base}/`);
  await page.click("button:has-text('Sign out')");
  asked = request(base, app, v6.url, "profile");
  await page.goto(asked.url);
  await signIn(page, ada);
  assert.ok((await arrived(base, v6, asked)).get("code"));
  console.log("sign-in form to the callback by redirects alone: arrived");

  // As somebody else, from the consent page.
  await page.goto(request(base, app, v4.url, "profile phone").url);
  await page.click("button:has-text('Use another account')");
  await signIn(page, ada);
  assert.match(await page.textContent("h1"), /Acme Command Line/);

  const cookies = await context.cookies(base);
  assert.ok(cookies.some((cookie) => cookie.httpOnly && cookie.sameSite === "Lax"), JSON.stringify(cookies));
  assert.deepEqual(refused, []);
  await context.close();
  v4.close();
  v6.close();
}

async function shoot(browser, base, newApp) {
  await mkdir(images, { recursive: true });
  const app = await newApp("Acme Notes", "https://notes.example/callback");
  const asked = request(base, app, "https://notes.example/callback", "profile email account");
  const phone = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 1.5, isMobile: true, colorScheme: "dark" };
  const desk = { viewport: { width: 800, height: 700 }, deviceScaleFactor: 1.5, colorScheme: "light" };
  for (const [variant, options] of [["", desk], ["-dark", phone]]) {
    const { context, page, refused } = await open(browser, options);
    const take = (name) => page.screenshot({ path: `${images}/${name}${variant}.png`, fullPage: true });
    await page.goto(asked.url);
    if (!variant) {
      await take("login");
      await page.click("a:has-text('Create an account')");
      await take("register");
      await page.click("a:has-text('Sign in')");
    }
    await signIn(page, ada);
    await take("consent");
    assert.deepEqual(refused, []);
    await context.close();
  }
  console.log(`screenshots in ${images}`);
}

const server = await startServer();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const newApp = await maker(server.url);
  await walk(browser, server.url, newApp);
  if (images) await shoot(browser, server.url, newApp);
} finally {
  await browser.close();
  server.stop();
}
