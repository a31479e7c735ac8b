// openid-client: discovery (RFC 8414), code with PKCE, iss check, refresh, introspection, revocation, client credentials.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as client from 'openid-client';
import { allow } from './browser.mjs';

const { GRANTOR_URL, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI } = process.env;
const config = await client.discovery(new URL(GRANTOR_URL), CLIENT_ID, undefined, client.ClientSecretBasic(CLIENT_SECRET), {
  algorithm: 'oauth2',
  execute: [client.allowInsecureRequests],
});
const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: REDIRECT_URI,
  scope: 'profile email',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
});
const callback = await allow(url);
assert.equal(callback.searchParams.get('iss'), GRANTOR_URL);
const tokens = await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier, expectedState: state });
assert.equal(tokens.scope, 'profile email');
assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, true);
const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
assert.notEqual(fresh.access_token, tokens.access_token);
await client.tokenRevocation(config, fresh.refresh_token);
assert.equal((await client.tokenIntrospection(config, fresh.access_token)).active, false);
await assert.rejects(client.refreshTokenGrant(config, fresh.refresh_token), { error: 'invalid_grant' });
assert.equal((await client.clientCredentialsGrant(config, { scope: 'profile' })).expires_in, 3600);
const version = JSON.parse(readFileSync(new URL('./node_modules/openid-client/package.json', import.meta.url))).version;
console.log(`openid-client ${version} ok`);
