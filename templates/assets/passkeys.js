// Passkeys: the one script of these pages. Where it does not run, or the browser knows no passkeys, what it would work
// stays hidden, and everything else goes on as before.

const part = document.querySelector("[data-passkey]");

if (part && window.PublicKeyCredential && navigator.credentials) {
  const missing = document.querySelector("[data-passkey-missing]");
  if (missing) missing.hidden = true;
  part.hidden = false;
  if (part.dataset.passkey === "create") {
    part.addEventListener("submit", (event) => {
      event.preventDefault();
      run(create);
    });
  } else {
    part.querySelector("button").addEventListener("click", () => run(() => get("optional")));
    if ("autofill" in part.dataset) autofill();
  }
}

// Says something in the page, or takes it back.
function say(text) {
  const alert = part.querySelector("[role=alert]");
  alert.textContent = text;
  alert.hidden = !text;
}

let busy = false;

// Does what a button asks for, once at a time, and says in the page what goes wrong.
async function run(ceremony) {
  if (busy) return;
  busy = true;
  say("");
  try {
    await ceremony();
  } catch (error) {
    say(reason(error));
    // What was refused is not offered again by itself: an authenticator that asks nobody would go on and on.
    if ("autofill" in part.dataset && !(error instanceof Refused)) autofill();
  } finally {
    busy = false;
  }
}

class Refused extends Error {}

function reason(error) {
  if (error instanceof Refused) return error.message;
  // Browsers do not tell apart that somebody said no, waited too long, or has no passkey for this site.
  if (error.name === "NotAllowedError" || error.name === "AbortError") return part.dataset.cancelled;
  if (error.name === "InvalidStateError" && part.dataset.known) return part.dataset.known;
  return part.dataset.failed;
}

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({ _token: part.dataset.token, ...body }),
  });
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  // Something else comes first: to sign in again, or to prove who one is.
  if (said.location) go(said.location);
  throw new Refused(said.message || part.dataset.failed);
}

function go(path) {
  location.assign(part.dataset.root + path);
}

async function create() {
  const field = (name) => part.elements.namedItem(name)?.value ?? "";
  const { ceremony, options } = await post(part.dataset.begin, {});
  const publicKey = options.publicKey;
  publicKey.challenge = bytes(publicKey.challenge);
  publicKey.user.id = bytes(publicKey.user.id);
  for (const known of publicKey.excludeCredentials ?? []) known.id = bytes(known.id);
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey });
  const credential = {
    id,
    rawId: text(rawId),
    type,
    response: {
      attestationObject: text(response.attestationObject),
      clientDataJSON: text(response.clientDataJSON),
      transports: response.getTransports?.() ?? [],
    },
  };
  const done = await post(part.dataset.finish, { ceremony, credential: JSON.stringify(credential), name: field("name") });
  go(done.location);
}

// What the browser is asked for at present: it does one thing at a time.
let asked;

async function get(mediation, chosen) {
  asked?.abort();
  const control = (asked = new AbortController());
  const { ceremony, options } = await post(part.dataset.begin, {});
  const publicKey = options.publicKey;
  publicKey.challenge = bytes(publicKey.challenge);
  for (const known of publicKey.allowCredentials ?? []) known.id = bytes(known.id);
  control.signal.throwIfAborted();
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey, mediation, signal: control.signal });
  chosen?.();
  const credential = {
    id,
    rawId: text(rawId),
    type,
    response: {
      authenticatorData: text(response.authenticatorData),
      clientDataJSON: text(response.clientDataJSON),
      signature: text(response.signature),
      userHandle: response.userHandle && text(response.userHandle),
    },
  };
  const return_to = part.dataset.returnTo;
  const done = await post(part.dataset.finish, { ceremony, credential: JSON.stringify(credential), return_to });
  go(done.location);
}

// Lets the browser offer passkeys where the name is typed. A ceremony waits five minutes at the server: before that a
// new one takes its place, as long as somebody looks at the page.
async function autofill() {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  const again = setTimeout(() => {
    if (document.hidden) document.addEventListener("visibilitychange", autofill, { once: true });
    else autofill();
  }, 240_000);
  let chosen = false;
  try {
    await get("conditional", () => (chosen = true));
  } catch (error) {
    // Before somebody chose a passkey nothing needs saying: the button is still there.
    if (chosen) say(reason(error));
  } finally {
    clearTimeout(again);
  }
}

function bytes(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
