"""A person with a browser: signs in, consents, and comes back with the address that the app would see."""

import html
import os
import re

import requests

URL = os.environ["GRANTOR_URL"]


def field(page: str, name: str) -> str:
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page).group(1))


def allow(url: str) -> str:
    browser = requests.Session()
    browser.headers["Accept"] = "text/html"
    page = browser.get(url)
    assert page.url.startswith(f"{URL}/login"), page.url
    form = {
        "_token": field(page.text, "_token"),
        "return_to": field(page.text, "return_to"),
        "login": os.environ["LOGIN_NAME"],
        "password": os.environ["LOGIN_PASSWORD"],
    }
    page = browser.post(f"{URL}/login", data=form, allow_redirects=False)
    while page.is_redirect:
        target = requests.compat.urljoin(page.url, page.headers["location"])
        if not target.startswith(URL):
            return target
        page = browser.get(target, allow_redirects=False)
    form = {name: field(page.text, name) for name in ("_token", "auth_token")}
    form["scope"] = re.findall(r'name="scope" value="([^"]*)"', page.text)
    answer = browser.post(f"{URL}/oauth/authorize", data=form, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]
