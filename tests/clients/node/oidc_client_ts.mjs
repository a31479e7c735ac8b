// oidc-client-ts, the library of single-page apps: discovery, code with PKCE, nonce, userinfo merged into the profile, refresh.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { InMemoryWebStorage, OidcClient, WebStorageStateStore } from 'oidc-client-ts';
import { allow } from './browser.mjs';

const { GRANTOR_URL, PUBLIC_ID, REDIRECT_URI } = process.env;
const client = new OidcClient({
  authority: GRANTOR_URL,
  client_id: PUBLIC_ID,
  redirect_uri: REDIRECT_URI,
  scope: 'openid profile email',
  loadUserInfo: true,
  stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
});
const request = await client.createSigninRequest({ nonce: 'a-nonce-of-this-request' });
const signedIn = await client.processSigninResponse((await allow(new URL(request.url))).href);
assert.equal(signedIn.profile.email, 'ada@example.com');
assert.equal(signedIn.profile.name, 'Ada Lovelace');
const fresh = await client.useRefreshToken({
  state: { refresh_token: signedIn.refresh_token, id_token: signedIn.id_token, scope: signedIn.scope, profile: signedIn.profile },
});
assert.ok(fresh.access_token && fresh.access_token !== signedIn.access_token);
const version = JSON.parse(readFileSync(new URL('./node_modules/oidc-client-ts/package.json', import.meta.url))).version;
console.log(`oidc-client-ts ${version} ok`);
