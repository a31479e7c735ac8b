// Tells an app whether the browser is still signed in as when the app was answered (OpenID Connect Session Management
// 1.0, section 3.2). The app says "client_id session_state" and hears "unchanged", "changed" or "error".
const cookie = `${document.body.dataset.cookie}=`;

function browserState() {
  return document.cookie.split("; ").find((one) => one.startsWith(cookie))?.slice(cookie.length);
}

async function stateFor(client, origin, salt) {
  const said = new TextEncoder().encode(`${client} ${origin} ${browserState()} ${salt}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", said));
  const base64 = btoa(String.fromCharCode(...hash)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${base64}.${salt}`;
}

async function answer(message, origin) {
  const [, client, state, salt] =
    (message.length <= 4096 && /^(.+) ([\w-]{43}\.([\w-]{1,64}))$/s.exec(message)) || [];
  // Where the browser keeps the cookies of other sites from this frame, nothing can be told, and "changed" would have
  // the app ask the server again and again. That is so whether or not somebody is signed in.
  if (!state || !crypto.subtle || (await document.hasStorageAccess?.()) === false) return "error";
  return (await stateFor(client, origin, salt)) === state ? "unchanged" : "changed";
}

addEventListener("message", async ({ data, origin, source }) => {
  const [parent = origin] = location.ancestorOrigins ?? [];
  if (window.parent === window || !source || typeof data !== "string" || origin === "null" || origin !== parent) return;
  source.postMessage(await answer(data, origin), origin);
});
