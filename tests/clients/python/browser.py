"""A person with a browser: signs in, consents, and comes back with the address that the app would see."""

import html
import os
import re

import requests

URL = os.environ["GRANTOR_URL"]


def field(page: str, name: str) -> str:
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page).group(1))


class Person:
    def __init__(self) -> None:
        self.browser = requests.Session()
        self.browser.headers["Accept"] = "text/html"

    def open(self, url: str, form: dict | None = None) -> requests.Response | str:
        """Follows redirects inside the server: the page at their end, or the address elsewhere."""
        answer = self.browser.request("POST" if form else "GET", url, data=form, allow_redirects=False)
        while answer.is_redirect:
            target = requests.compat.urljoin(answer.url, answer.headers["location"])
            if not target.startswith(f"{URL}/"):
                return target
            answer = self.browser.get(target, allow_redirects=False)
        return answer

    def allow(self, url: str) -> str:
        page = self.open(url)
        if page.url.startswith(f"{URL}/login"):
            form = {name: field(page.text, name) for name in ("_token", "return_to")}
            form |= {"login": os.environ["LOGIN_NAME"], "password": os.environ["LOGIN_PASSWORD"]}
            page = self.open(f"{URL}/login", form)
        if isinstance(page, str):
            return page
        form = {name: field(page.text, name) for name in ("_token", "auth_token")}
        form["scope"] = re.findall(r'name="scope" value="([^"]*)"', page.text)
        target = self.open(f"{URL}/oauth/authorize", form)
        assert isinstance(target, str), target.text
        return target

    def is_signed_in(self) -> bool:
        return not self.open(f"{URL}/account").url.startswith(f"{URL}/login")

    def sign_out(self) -> None:
        form = {"_token": field(self.open(f"{URL}/account").text, "_token")}
        self.open(f"{URL}/logout", form)
        assert not self.is_signed_in()


def allow(url: str) -> str:
    return Person().allow(url)
