"""Authlib: code with PKCE, refresh, introspection, revocation, client credentials."""

import os

import authlib
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from browser import URL, allow

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
client = dict(
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    redirect_uri=os.environ["REDIRECT_URI"],
    code_challenge_method="S256",
    revocation_endpoint_auth_method="client_secret_basic",
)
for method in ("client_secret_basic", "client_secret_post"):
    session = OAuth2Session(scope="profile email", token_endpoint_auth_method=method, **client)
    verifier = generate_token(48)
    url, state = session.create_authorization_url(f"{URL}/oauth/authorize", code_verifier=verifier)
    callback = allow(url)
    token = session.fetch_token(f"{URL}/oauth/token", authorization_response=callback, state=state, code_verifier=verifier)
    assert token["token_type"] == "Bearer" and token["scope"] == "profile email", token
    assert session.introspect_token(f"{URL}/oauth/introspect", token["access_token"]).json()["active"] is True
    fresh = session.refresh_token(f"{URL}/oauth/token", refresh_token=token["refresh_token"])
    assert fresh["access_token"] != token["access_token"]
    assert session.revoke_token(f"{URL}/oauth/revoke", fresh["refresh_token"]).status_code == 200
    assert session.introspect_token(f"{URL}/oauth/introspect", fresh["access_token"]).json()["active"] is False
    own = OAuth2Session(client["client_id"], client["client_secret"], token_endpoint_auth_method=method)
    assert own.fetch_token(f"{URL}/oauth/token", grant_type="client_credentials")["expires_in"] == 3600
print(f"authlib {authlib.__version__} ok")
