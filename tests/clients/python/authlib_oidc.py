"""Authlib as an OpenID Connect client: discovery, nonce, the id_token held against the JWKS, userinfo, refresh, sign-out."""

import os
import time

import authlib
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import BaseApp, OAuthError, OpenIDMixin
from authlib.integrations.base_client.sync_app import OAuth2Mixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oidc.core import CodeIDToken
from browser import URL, Person

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
metadata = requests.get(f"{URL}/.well-known/openid-configuration", timeout=10).json()
assert metadata["issuer"] == URL, metadata
session = OAuth2Session(
    os.environ["CLIENT_ID"],
    os.environ["CLIENT_SECRET"],
    redirect_uri=os.environ["REDIRECT_URI"],
    scope="openid profile email",
    code_challenge_method="S256",
)
person, verifier, nonce = Person(), generate_token(48), generate_token()
url, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
token = session.fetch_token(
    metadata["token_endpoint"], authorization_response=person.allow(url), state=state, code_verifier=verifier
)
keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
claims = JsonWebToken(metadata["id_token_signing_alg_values_supported"]).decode(
    token["id_token"],
    keys,
    claims_cls=CodeIDToken,
    claims_options={"iss": {"value": URL}, "aud": {"value": os.environ["CLIENT_ID"]}},
    claims_params={"nonce": nonce, "client_id": os.environ["CLIENT_ID"], "access_token": token["access_token"]},
)
claims.validate(now=int(time.time()), leeway=5)
about = session.get(metadata["userinfo_endpoint"]).json()
assert about["sub"] == claims["sub"] and about["email"] == "ada@example.com", about
fresh = session.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
assert fresh["id_token"] != token["id_token"], fresh


class App(OAuth2Mixin, OpenIDMixin, BaseApp):
    """What Authlib's own integrations with web frameworks are made of."""

    client_cls = OAuth2Session


app = App(None, "grantor", server_metadata_url=f"{URL}/.well-known/openid-configuration")
out = app.create_logout_url(post_logout_redirect_uri=os.environ["BYE_URI"], id_token_hint=fresh["id_token"])
assert person.is_signed_in()
assert person.open(out["url"]) == f"{os.environ['BYE_URI']}?state={out['state']}", out
assert not person.is_signed_in()
try:
    session.refresh_token(metadata["token_endpoint"], refresh_token=fresh["refresh_token"])
    raise AssertionError("what was granted ends with the session")
except OAuthError as refused:
    assert refused.error == "invalid_grant", refused
print(f"authlib {authlib.__version__} (OpenID Connect) ok")
