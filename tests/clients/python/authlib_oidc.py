"""Authlib as an OpenID Connect client: discovery, nonce, the id_token held against the JWKS, userinfo, refresh."""

import os
import time

import authlib
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oidc.core import CodeIDToken
from browser import URL, allow

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
verifier, nonce = generate_token(48), generate_token()
url, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
token = session.fetch_token(
    metadata["token_endpoint"], authorization_response=allow(url), state=state, code_verifier=verifier
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
person = session.get(metadata["userinfo_endpoint"]).json()
assert person["sub"] == claims["sub"] and person["email"] == "ada@example.com", person
fresh = session.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
assert fresh["id_token"] != token["id_token"], fresh
print(f"authlib {authlib.__version__} (OpenID Connect) ok")
