// oidc-client-ts, the library of single-page apps: discovery, code with PKCE, nonce, session_state, userinfo merged into the
// profile, refresh, sign-out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from 'oidc-client-ts';
import { Person } from './browser.mjs';

const { GRANTOR_URL, PUBLIC_ID, REDIRECT_URI, BYE_URI } = process.env;
const client = new OidcClient({
  authority: GRANTOR_URL,
  client_id: PUBLIC_ID,
  redirect_uri: REDIRECT_URI,
  post_logout_redirect_uri: BYE_URI,
  scope: 'openid profile email',
  loadUserInfo: true,
  stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
});
const request = await client.createSigninRequest({ nonce: 'a-nonce-of-this-request' });
const ada = new Person();
const signedIn = await client.processSigninResponse((await ada.allow(new URL(request.url))).href);
assert.equal(signedIn.profile.email, 'ada@example.com');
assert.equal(signedIn.profile.name, 'Ada Lovelace');
assert.match(signedIn.session_state, /^[\w-]{43}\.[\w-]+$/);
assert.equal(await client.metadataService.getCheckSessionIframe(), `${GRANTOR_URL}/oauth/check_session`);
const fresh = await client.useRefreshToken({
  state: { refresh_token: signedIn.refresh_token, id_token: signedIn.id_token, scope: signedIn.scope, profile: signedIn.profile },
});
assert.ok(fresh.access_token && fresh.access_token !== signedIn.access_token);
const out = await client.createSignoutRequest({ id_token_hint: signedIn.id_token, state: { from: 'here' } });
assert.ok(await ada.isSignedIn());
const { elsewhere } = await ada.open(out.url);
assert.ok(elsewhere.href.startsWith(`${BYE_URI}?`), elsewhere.href);
assert.deepEqual((await client.processSignoutResponse(elsewhere.href)).userState, { from: 'here' });
assert.ok(!(await ada.isSignedIn()));
const version = JSON.parse(readFileSync(new URL('./node_modules/oidc-client-ts/package.json', import.meta.url))).version;
console.log(`oidc-client-ts ${version} ok`);
