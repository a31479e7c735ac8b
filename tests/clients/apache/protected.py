"""The pages that Apache protects: who is not signed in is sent to sign in, who is sees what Apache learnt of them."""

import os
import time

import requests
from browser import URL, Person

APACHE = os.environ["APACHE_URL"]
app, person = requests.Session(), Person()


def sent_away(path: str) -> str:
    answer = app.get(f"{APACHE}{path}", allow_redirects=False)
    assert answer.status_code == 302, (answer.status_code, answer.text)
    return answer.headers["location"]


request = sent_away("/protected/")
assert request.startswith(f"{URL}/oauth/authorize?"), request
assert "code_challenge_method=S256" in request and "nonce=" in request, request
callback = person.allow(request)
stranger = requests.get(callback, allow_redirects=False)
assert stranger.status_code == 400 and "email=" not in stranger.text, "a code is of use to one browser alone"
page = app.get(callback)
assert page.status_code == 200 and page.url == f"{APACHE}/protected/", (page.status_code, page.url, page.text)
shown = dict(word.split("=", 1) for word in page.text.replace("Ada Lovelace", "Ada-Lovelace").split())
assert shown["email"] == os.environ["LOGIN_EMAIL"] and shown["name"] == "Ada-Lovelace", shown
assert shown["user"] == f"{shown['sub']}@{URL}" and shown["acr"] == "urn:grantor:1fa", shown
refused = app.get(f"{APACHE}/refused/", allow_redirects=False)
assert refused.status_code in (401, 403) and "never shown" not in refused.text, (refused.status_code, refused.text)

# Whoever signs out of Apache is signed out of the server too, and comes back.
answer = app.get(f"{APACHE}/protected/callback", params={"logout": f"{APACHE}/"}, allow_redirects=False)
out = answer.headers["location"]
assert out.startswith(f"{URL}/oauth/logout?") and "id_token_hint=" in out, out
assert person.is_signed_in()
assert person.open(out) == f"{APACHE}/", out
assert not person.is_signed_in()
request = sent_away("/protected/")
assert request.startswith(f"{URL}/oauth/authorize?"), "its own session has ended"

# Whoever signs out of the server is signed out of Apache too, which hears of it by a logout token.
assert app.get(person.allow(request)).url == f"{APACHE}/protected/"
assert app.get(f"{APACHE}/protected/", allow_redirects=False).status_code == 200
person.sign_out()
deadline = time.monotonic() + 20
while (answer := app.get(f"{APACHE}/protected/", allow_redirects=False)).status_code == 200:
    assert time.monotonic() < deadline, "no logout token, or not believed"
    time.sleep(0.1)
assert answer.headers["location"].startswith(f"{URL}/oauth/authorize?"), answer.headers
