// oauth4webapi as an OpenID Connect client: a public one; and sign-out at the endpoint that discovery names.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as oauth from 'oauth4webapi';
import { Person } from './browser.mjs';

const { GRANTOR_URL, PUBLIC_ID, REDIRECT_URI, BYE_URI } = process.env;
const insecure = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(GRANTOR_URL);
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
const client = { client_id: PUBLIC_ID };
const verifier = oauth.generateRandomCodeVerifier();
const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
const url = new URL(server.authorization_endpoint);
for (const [name, value] of Object.entries({
  response_type: 'code', client_id: PUBLIC_ID, redirect_uri: REDIRECT_URI, scope: 'openid email', state, nonce,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
})) url.searchParams.set(name, value);
const ada = new Person();
const parameters = oauth.validateAuthResponse(server, client, await ada.allow(url), state);
const response = await oauth.authorizationCodeGrantRequest(
  server, client, oauth.None(), parameters, REDIRECT_URI, verifier, insecure);
const tokens = await oauth.processAuthorizationCodeResponse(
  server, client, response, { expectedNonce: nonce, requireIdToken: true });
await oauth.validateApplicationLevelSignature(server, response, insecure);
const claims = oauth.getValidatedIdTokenClaims(tokens);
const person = await oauth.processUserInfoResponse(server, client, claims.sub,
  await oauth.userInfoRequest(server, client, tokens.access_token, insecure));
assert.equal(person.email, 'ada@example.com');
const out = new URL(server.end_session_endpoint);
for (const [name, value] of Object.entries({
  id_token_hint: tokens.id_token, client_id: PUBLIC_ID, post_logout_redirect_uri: BYE_URI, state,
})) out.searchParams.set(name, value);
assert.ok(await ada.isSignedIn());
assert.equal((await ada.open(out)).elsewhere.href, `${BYE_URI}?state=${state}`);
assert.ok(!(await ada.isSignedIn()));
const version = JSON.parse(readFileSync(new URL('./node_modules/oauth4webapi/package.json', import.meta.url))).version;
console.log(`oauth4webapi ${version} (OpenID Connect) ok`);
