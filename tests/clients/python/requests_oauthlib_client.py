"""requests-oauthlib, as a public client: code with PKCE, automatic refresh, a call with the token."""

import os

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
import requests_oauthlib
from browser import URL, allow

session = requests_oauthlib.OAuth2Session(
    os.environ["PUBLIC_ID"], redirect_uri=os.environ["REDIRECT_URI"], scope=["profile"], pkce="S256"
)
url, state = session.authorization_url(f"{URL}/oauth/authorize")
token = session.fetch_token(f"{URL}/oauth/token", authorization_response=allow(url), include_client_id=True)
assert token["scope"] == ["profile"], token
fresh = session.refresh_token(f"{URL}/oauth/token", client_id=os.environ["PUBLIC_ID"])
assert fresh["refresh_token"] != token["refresh_token"]
# A third party's token is known here, and may not manage anything.
assert session.get(f"{URL}/oauth/clients").status_code == 403
assert session.post(f"{URL}/oauth/revoke", withhold_token=True,
                    data={"token": fresh["refresh_token"], "client_id": os.environ["PUBLIC_ID"]}).status_code == 200
assert session.get(f"{URL}/oauth/clients").status_code == 401
print(f"requests-oauthlib {requests_oauthlib.__version__} ok")
