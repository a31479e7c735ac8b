// Walks what a person does with a second factor and an e-mail address, scripts turned off, and looks at every page on
// the way. See README.md.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { gallery } from "./gallery.mjs";
import { ada, arrived, desk, images, launch, maker, open, phone, register, request, signIn, signOut } from "./kit.mjs";
import { callbackServer, startServer } from "./servers.mjs";

const settings = { GRANTOR_SERVER__DEVELOPMENT: "true", GRANTOR_PASSWORDS__BCRYPT_COST: "4", GRANTOR_LOG__LEVEL: "warn" };
const submit = (page, text) => page.click(`button:has-text('${text}')`);

/// The code of an authenticator app (RFC 6238), `steps` of 30 seconds from now.
function totp(secret, steps = 0) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of secret.replaceAll(" ", "")) bits += letters.indexOf(letter).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

/// The codes of the step before and the one after work too: three sign-ins without waiting, if the step does not end.
async function early() {
  const left = 30000 - (Date.now() % 30000);
  if (left < 12000) await sleep(left + 50);
}

const written = (server) => JSON.parse(server.run("outbox", "--json", "--limit", "100"));
const newest = (server, kind) => written(server).findLast((message) => message.kind === kind);
const link = (message) => message.body.match(/https?:\S+/)[0];
const digits = (message) => message.body.match(/\b\d{6}\b/)[0];

async function secondFactor(browser, server, see) {
  const base = server.url;
  const { context, page, refused } = await open(browser);
  await page.goto(`${base}/`);
  await see("home", page);
  await page.click("a:has-text('Sign in')");
  await signIn(page, ada);
  await see("account", page);
  for (const name of ["profile", "security", "sessions", "data"]) {
    await page.goto(`${base}/account/${name}`);
    await see(`account-${name}`, page);
  }
  await page.goto(`${base}/account`);
  await page.click(".about a:has-text('Two-factor authentication')");
  await see("factor-off", page);

  await early();
  await submit(page, "Set up an app");
  await see("factor-setup", page);
  const secret = await page.textContent("section:has(#app) p > code");
  await page.fill("[name=code]", "000000");
  await submit(page, "Turn on the app");
  await see("factor-setup-wrong", page);
  await page.fill("[name=code]", totp(secret, -1));
  await submit(page, "Turn on the app");
  const codes = await page.locator(".codes code").allTextContents();
  assert.equal(codes.length, 10);
  await see("factor-codes", page);

  await page.fill("[name=country_code]", "44");
  await page.fill("[name=phone_number]", "12");
  await submit(page, "Send a code");
  await see("factor-sms-wrong", page);
  await page.fill("[name=country_code]", "44");
  await page.fill("[name=phone_number]", "7400123456");
  await submit(page, "Send a code");
  await see("factor-sms-pending", page);
  await page.fill("[id=confirm_sms-code]", digits(newest(server, "second_factor_code")));
  await submit(page, "Turn on text messages");
  await see("factor-on", page);
  console.log("an app and text messages are on");

  const again = async () => {
    await signOut(page, base);
    await page.goto(`${base}/login`);
    await signIn(page, ada);
    assert.match(page.url(), /second-factor$/);
  };
  await again();
  await see("step", page);
  await page.fill("[name=code]", "000000");
  await page.press("[name=code]", "Enter");
  assert.ok(await page.locator("[role=alert]").count());
  await see("step-wrong", page);
  await page.fill("[name=code]", totp(secret));
  await page.press("[name=code]", "Enter");
  assert.match(page.url(), /\/account$/);
  await again();
  await submit(page, "Send a code");
  assert.match(await page.textContent("[role=status]"), /on its way/);
  await see("step-sent", page);
  await page.fill("[name=code]", digits(newest(server, "second_factor_code")));
  await page.press("[name=code]", "Enter");
  assert.match(page.url(), /\/account$/);
  await again();
  await page.click("summary");
  await page.fill("[name=recovery_code]", "wrong-codes");
  await page.press("[name=recovery_code]", "Enter");
  await see("step-recovery-wrong", page);
  assert.ok(await page.isVisible("[name=recovery_code]"), "what is wrong is in sight");
  await page.fill("[name=recovery_code]", codes[0]);
  await page.press("[name=recovery_code]", "Enter");
  assert.match(page.url(), /\/account$/);
  await page.goto(`${base}/account/second-factor`);
  assert.match(await page.textContent("section:has(#recovery)"), /\b9\b/);
  await page.goto(`${base}/dev/outbox`);
  await see("outbox", page);
  console.log("signed in with the app, with a text message and with a recovery code");
  assert.deepEqual(refused, []);
  await context.close();
}

async function address(browser, server, see, newApp) {
  const base = server.url;
  const callbacks = await callbackServer("127.0.0.1");
  const app = await newApp("Acme Notes", "http://127.0.0.1/callback");
  const { context, page, refused } = await open(browser);
  const asked = request(base, app, callbacks.url);
  await page.goto(asked.url);
  await see("login-app", page);
  await page.click("a:has-text('Create an account')");
  await see("register", page);
  await page.fill("[name=password]", "short");
  await page.locator("form").first().evaluate((form) => (form.noValidate = true));
  await page.press("[name=password]", "Enter");
  await see("register-wrong", page);
  await register(page, ada);
  assert.match(await page.textContent("main"), /Acme Notes/);
  await see("verify-needed", page);
  await submit(page, "again");
  await see("verify-sent", page);
  const mail = link(newest(server, "email_verification"));
  await page.goto(mail);
  await see("verify", page);
  await submit(page, "Confirm");
  await see("verify-done", page);
  await page.goto(mail);
  await see("verify-dead", page);
  await page.goto(asked.url);
  await see("consent", page);
  await submit(page, "Allow");
  assert.ok((await arrived(base, callbacks, asked)).get("code"));
  console.log("an address proved, and then the app let in");
  callbacks.close();

  await signOut(page, base);
  await page.goto(`${base}/password/forgot`);
  await see("forgot", page);
  await page.fill("[name=email]", ada.email);
  await submit(page, "Send");
  await see("forgot-sent", page);
  await page.goto(link(newest(server, "password_reset_link")));
  await see("reset", page);
  await page.goto(`${base}/email/verify`);
  await see("verify-again", page);
  await page.goto(`${base}/nowhere`);
  await see("error", page);
  assert.deepEqual(refused, []);
  await context.close();
}

/// Where signing in needs a proved address.
async function beforeSignIn(browser, see) {
  const server = await startServer({ ...settings, GRANTOR_REGISTRATION__EMAIL_VERIFICATION: "sign-in" });
  const { page, context, refused } = await open(browser);
  try {
    await page.goto(`${server.url}/register`);
    await register(page, ada);
    await see("register-mailbox", page);
    await page.click("a:has-text('Sign in')");
    await signIn(page, ada);
    await see("login-unverified", page);
    await page.goto(link(newest(server, "email_verification")));
    await submit(page, "Confirm");
    await page.click("a:has-text('Sign in')");
    await signIn(page, ada);
    assert.match(page.url(), /\/account$/);
    console.log("registered, proved the address, signed in");
    assert.deepEqual(refused, []);
    await context.close();
  } finally {
    server.stop();
  }
}

const server = await startServer({ ...settings, GRANTOR_REGISTRATION__EMAIL_VERIFICATION: "consent" });
const browser = await launch();
try {
  const { keep, add, look, shoot } = gallery(server.url);
  await address(browser, server, keep, await maker(server.url));
  await secondFactor(browser, server, keep);
  await beforeSignIn(browser, keep);
  for (const { kind, html } of written(server)) if (html) add(`mail-${kind}`, html);
  if (images) {
    await shoot(browser, "factor-setup", `${images}/second-factor.png`, desk);
    await shoot(browser, "step", `${images}/second-step-dark.png`, phone);
  }
  const { count, wrong } = await look(browser, process.env.LOOK);
  console.log(`${count} pages looked at, on a phone and a desk, in light and dark`);
  assert.deepEqual(wrong, [], wrong.join("\n"));
} finally {
  await browser.close();
  server.stop();
}
