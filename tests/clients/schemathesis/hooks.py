"""Signs every request in as its operation asks: a person's token, or a client's id and secret."""

import os
import time

import requests
import schemathesis

URL = os.environ["GRANTOR_URL"]
# These end the token that they bring.
ENDING = {
    ("PUT", "/session"),
    ("DELETE", "/session"),
    ("POST", "/api/v1/auth/logout"),
    ("POST", "/api/v1/auth/refresh"),
}
# These may change what the person signs in with, or end the account: somebody else is there for that.
SPENDING = {
    ("PATCH", "/api/me/details/auth"),
    ("DELETE", "/api/me"),
}
kept = (0.0, "")
spent = ""


def sign_in(email=os.environ["LOGIN_EMAIL"]):
    body = {"email": email, "password": os.environ["LOGIN_PASSWORD"]}
    answer = requests.post(f"{URL}/session", json=body, timeout=10)
    answer.raise_for_status()
    return answer.json()["token"]


def token(method, path):
    global kept, spent
    if (method, path) in SPENDING:
        try:
            spent = sign_in("grace@example.com")
        except requests.HTTPError:
            pass  # Gone, or under another password: what is left is a token that does not work.
        return spent
    if (method, path) in ENDING:
        return sign_in()
    if time.monotonic() - kept[0] > 10:
        kept = (time.monotonic(), sign_in())
    return kept[1]


@schemathesis.auth(refresh_interval=None)
class SignIn:
    def get(self, case, context):
        security = case.operation.definition.raw.get("security", [])
        schemes = {name for entry in security for name in entry}
        if "bearer" in schemes:
            return "Bearer " + token(case.operation.method.upper(), case.operation.path)
        if "clientBasic" in schemes:
            return "Basic " + os.environ["CLIENT_BASIC"]
        return None

    def set(self, case, data, context):
        if data is not None:
            case.headers = {**(case.headers or {}), "Authorization": data}
