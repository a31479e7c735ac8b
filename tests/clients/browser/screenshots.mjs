// Walks through the pages with Chromium, scripts turned off, and takes the screenshots. See README.md.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { ada, arrived, desk, exchange, images, launch, maker, open, phone, register, request, signIn, signOut } from "./kit.mjs";
import { callbackServer, startServer } from "./servers.mjs";

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
  await signOut(page, base);
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
const browser = await launch();
try {
  const newApp = await maker(server.url);
  await walk(browser, server.url, newApp);
  if (images) await shoot(browser, server.url, newApp);
} finally {
  await browser.close();
  server.stop();
}
