// oauth4webapi, as a public client: discovery, code with PKCE, refresh, revocation, JWT access token (RFC 9068).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as oauth from 'oauth4webapi';
import { allow } from './browser.mjs';

const { GRANTOR_URL, PUBLIC_ID, REDIRECT_URI } = process.env;
const insecure = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(GRANTOR_URL);
const server = await oauth.processDiscoveryResponse(
  issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }));
const client = { client_id: PUBLIC_ID };
const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const url = new URL(server.authorization_endpoint);
for (const [name, value] of Object.entries({
  response_type: 'code', client_id: PUBLIC_ID, redirect_uri: REDIRECT_URI, scope: 'profile', state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
})) url.searchParams.set(name, value);
const parameters = oauth.validateAuthResponse(server, client, await allow(url), state);
const tokens = await oauth.processAuthorizationCodeResponse(server, client,
  await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), parameters, REDIRECT_URI, verifier, insecure));
assert.equal(tokens.scope, 'profile');
const request = new Request(GRANTOR_URL, { headers: { authorization: `Bearer ${tokens.access_token}` } });
const claims = await oauth.validateJwtAccessToken(server, request, GRANTOR_URL, insecure);
assert.equal(claims.client_id, PUBLIC_ID);
const fresh = await oauth.processRefreshTokenResponse(server, client,
  await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh_token, insecure));
await oauth.processRevocationResponse(
  await oauth.revocationRequest(server, client, oauth.None(), fresh.refresh_token, insecure));
const refused = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), fresh.refresh_token, insecure);
await assert.rejects(oauth.processRefreshTokenResponse(server, client, refused), { error: 'invalid_grant' });
const version = JSON.parse(readFileSync(new URL('./node_modules/oauth4webapi/package.json', import.meta.url))).version;
console.log(`oauth4webapi ${version} ok`);
