// oauth4webapi as an OpenID Connect client: a public one, with an id_token of each algorithm and a pairwise subject.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as oauth from 'oauth4webapi';
import { allow } from './browser.mjs';

const { GRANTOR_URL, PUBLIC_ID, REDIRECT_URI } = process.env;
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
const parameters = oauth.validateAuthResponse(server, client, await allow(url), state);
const response = await oauth.authorizationCodeGrantRequest(
  server, client, oauth.None(), parameters, REDIRECT_URI, verifier, insecure);
const tokens = await oauth.processAuthorizationCodeResponse(
  server, client, response, { expectedNonce: nonce, requireIdToken: true });
await oauth.validateApplicationLevelSignature(server, response, insecure);
const claims = oauth.getValidatedIdTokenClaims(tokens);
const person = await oauth.processUserInfoResponse(server, client, claims.sub,
  await oauth.userInfoRequest(server, client, tokens.access_token, insecure));
assert.equal(person.email, 'ada@example.com');
const version = JSON.parse(readFileSync(new URL('./node_modules/oauth4webapi/package.json', import.meta.url))).version;
console.log(`oauth4webapi ${version} (OpenID Connect) ok`);
