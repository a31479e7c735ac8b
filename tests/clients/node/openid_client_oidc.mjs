// openid-client as an OpenID Connect client: discovery, nonce, max_age, the id_token held against the JWKS, userinfo, refresh,
// sign-out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as client from 'openid-client';
import { Person } from './browser.mjs';

const { GRANTOR_URL, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, BYE_URI } = process.env;
const config = await client.discovery(new URL(GRANTOR_URL), CLIENT_ID, { client_secret: CLIENT_SECRET }, undefined, {
  execute: [client.allowInsecureRequests],
});
// Verified by its signature too, not only because it came straight from the server.
client.enableNonRepudiationChecks(config);
const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: REDIRECT_URI,
  scope: 'openid profile email',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
  max_age: '600',
  claims: JSON.stringify({ id_token: { email: { essential: true } } }),
});
const ada = new Person();
const tokens = await client.authorizationCodeGrant(config, await ada.allow(url), {
  pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, maxAge: 600, idTokenExpected: true,
});
const claims = tokens.claims();
assert.equal(claims.email, 'ada@example.com');
assert.deepEqual(claims.amr, ['pwd']);
const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
assert.equal(person.name, 'Ada Lovelace');
assert.equal(person.email_verified, true);
const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
assert.equal(fresh.claims().sub, claims.sub);
assert.equal(fresh.claims().auth_time, claims.auth_time);
const out = client.buildEndSessionUrl(config, { id_token_hint: fresh.id_token, post_logout_redirect_uri: BYE_URI, state: 'a b' });
assert.ok(await ada.isSignedIn());
assert.equal((await ada.open(out)).elsewhere.href, `${BYE_URI}?state=a+b`);
assert.ok(!(await ada.isSignedIn()));
await assert.rejects(client.refreshTokenGrant(config, fresh.refresh_token), { error: 'invalid_grant' });
const version = JSON.parse(readFileSync(new URL('./node_modules/openid-client/package.json', import.meta.url))).version;
console.log(`openid-client ${version} (OpenID Connect) ok`);
