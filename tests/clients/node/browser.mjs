// A person with a browser: signs in, consents, and comes back with the address that the app would see.
const URL_ = process.env.GRANTOR_URL;
const unescape = (text) =>
  text.replace(/&#x([0-9a-f]+);/gi, (_, n) => String.fromCharCode(parseInt(n, 16)))
    .replace(/&#(\d+);/g, (_, n) => String.fromCharCode(n))
    .replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
const field = (page, name) => unescape(page.match(new RegExp(`name="${name}" value="([^"]*)"`))[1]);

export class Person {
  #jar = new Map();

  async #go(target, form) {
    const answer = await fetch(new URL(target, URL_), {
      redirect: 'manual',
      method: form ? 'POST' : 'GET',
      headers: { accept: 'text/html', cookie: [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      body: form && new URLSearchParams(form),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair] = cookie.split(';');
      this.#jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  }

  // Follows redirects inside the server: the page at their end, or the address elsewhere.
  async open(target, form) {
    let answer = await this.#go(target, form);
    for (let to; (to = answer.headers.get('location')); answer = await this.#go(to)) {
      if (!new URL(to, URL_).href.startsWith(`${URL_}/`)) return { elsewhere: new URL(to) };
    }
    return { url: answer.url, page: await answer.text() };
  }

  async allow(target) {
    let { page } = await this.open(target);
    let elsewhere;
    if (page.includes('name="login"')) {
      ({ page, elsewhere } = await this.open(`${URL_}/login`, [
        ['_token', field(page, '_token')],
        ['return_to', field(page, 'return_to')],
        ['login', process.env.LOGIN_NAME],
        ['password', process.env.LOGIN_PASSWORD],
      ]));
    }
    if (elsewhere) return elsewhere;
    const scopes = [...page.matchAll(/name="scope" value="([^"]*)"/g)].map(([, name]) => ['scope', unescape(name)]);
    return (await this.open(`${URL_}/oauth/authorize`, [
      ['_token', field(page, '_token')],
      ['auth_token', field(page, 'auth_token')],
      ...scopes,
    ])).elsewhere;
  }

  async isSignedIn() {
    return !(await this.open(`${URL_}/account`)).url.startsWith(`${URL_}/login`);
  }
}

export const allow = (url) => new Person().allow(url);
