"""The pages that Apache protects: who is not signed in is sent to sign in, who is sees what Apache learnt of them."""

import os

import requests
from browser import URL, allow

APACHE = os.environ["APACHE_URL"]
app = requests.Session()


def sent_away(path: str) -> str:
    answer = app.get(f"{APACHE}{path}", allow_redirects=False)
    assert answer.status_code == 302, (answer.status_code, answer.text)
    return answer.headers["location"]


request = sent_away("/protected/")
assert request.startswith(f"{URL}/oauth/authorize?"), request
assert "code_challenge_method=S256" in request and "nonce=" in request, request
callback = allow(request)
stranger = requests.get(callback, allow_redirects=False)
assert stranger.status_code == 400 and "email=" not in stranger.text, "a code is of use to one browser alone"
page = app.get(callback)
assert page.status_code == 200 and page.url == f"{APACHE}/protected/", (page.status_code, page.url, page.text)
shown = dict(word.split("=", 1) for word in page.text.replace("Ada Lovelace", "Ada-Lovelace").split())
assert shown["email"] == os.environ["LOGIN_EMAIL"] and shown["name"] == "Ada-Lovelace", shown
assert shown["user"] == f"{shown['sub']}@{URL}" and shown["acr"] == "urn:grantor:1fa", shown
refused = app.get(f"{APACHE}/refused/", allow_redirects=False)
assert refused.status_code in (401, 403) and "never shown" not in refused.text, (refused.status_code, refused.text)
app.get(f"{APACHE}/protected/callback", params={"logout": f"{APACHE}/"}, allow_redirects=False)
assert sent_away("/protected/").startswith(f"{URL}/oauth/authorize?"), "its own session has ended"
