// A person with a browser: signs in, consents, and comes back with the address that the app would see.
const URL_ = process.env.GRANTOR_URL;
const unescape = (text) =>
  text.replace(/&#x([0-9a-f]+);/gi, (_, n) => String.fromCharCode(parseInt(n, 16)))
    .replace(/&#(\d+);/g, (_, n) => String.fromCharCode(n))
    .replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
const field = (page, name) => unescape(page.match(new RegExp(`name="${name}" value="([^"]*)"`))[1]);

export async function allow(url) {
  const jar = new Map();
  const go = async (target, form) => {
    const answer = await fetch(new URL(target, URL_), {
      redirect: 'manual',
      method: form ? 'POST' : 'GET',
      headers: { accept: 'text/html', cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      body: form && new URLSearchParams(form),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair] = cookie.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  };
  let answer = await go(url);
  answer = await go(answer.headers.get('location'));
  let page = await answer.text();
  answer = await go(`${URL_}/login`, [
    ['_token', field(page, '_token')],
    ['return_to', field(page, 'return_to')],
    ['login', process.env.LOGIN_NAME],
    ['password', process.env.LOGIN_PASSWORD],
  ]);
  answer = await go(answer.headers.get('location'));
  if (answer.status === 302) return new URL(answer.headers.get('location'));
  page = await answer.text();
  const scopes = [...page.matchAll(/name="scope" value="([^"]*)"/g)].map(([, name]) => ['scope', unescape(name)]);
  answer = await go(`${URL_}/oauth/authorize`, [
    ['_token', field(page, '_token')],
    ['auth_token', field(page, 'auth_token')],
    ...scopes,
  ]);
  return new URL(answer.headers.get('location'));
}
