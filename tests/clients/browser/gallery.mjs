// What was seen on a walk, looked at again: on a phone and a desk, in light and dark, by axe-core, and for what sticks
// out at the side. A copy of each page is served to a window of its own, since axe-core needs scripts.
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const phone = { width: 390, height: 780 };
const desk = { width: 1200, height: 800 };
const variants = ["light", "dark"].flatMap((colorScheme) => [
  { name: `phone-${colorScheme}`, colorScheme, viewport: phone, isMobile: true },
  { name: `desk-${colorScheme}`, colorScheme, viewport: desk },
]);

/// `keep` notes a page under a name; `look` takes the pictures, if a folder is named, and gives what is wrong; `shoot`
/// takes one picture of its own.
export function gallery(base) {
  const kept = new Map();
  return {
    keep: async (name, page) => kept.set(name, await page.content()),
    add: (name, html) => kept.set(name, html),
    async shoot(browser, name, path, options) {
      const page = await browser.newPage(options);
      await show(page, base, kept.get(name));
      await page.screenshot({ path, fullPage: true });
      await page.close();
    },
    async look(browser, folder) {
      const wrong = [];
      if (folder) await mkdir(folder, { recursive: true });
      for (const { name: variant, ...options } of variants) {
        const context = await browser.newContext(options);
        const page = await context.newPage();
        for (const [name, html] of kept) {
          await show(page, base, html);
          if (folder) await page.screenshot({ path: `${folder}/${name}-${variant}.png`, fullPage: true });
          wrong.push(...(await faults(page)).map((fault) => `${name} (${variant}): ${fault}`));
        }
        await context.close();
      }
      return { count: kept.size, wrong };
    },
  };
}

async function show(page, base, body) {
  await page.unroute(`${base}/copy`);
  await page.route(`${base}/copy`, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body }));
  await page.goto(`${base}/copy`);
}

async function faults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => axe.run({ runOnly: tags, resultTypes: ["violations"] }), rules);
  const found = violations.map((rule) => `${rule.impact}: ${rule.help}: ${rule.nodes.map((node) => node.html).join(" | ")}`);
  if (page.viewportSize().width < 400) {
    await page.setViewportSize({ width: 320, height: 640 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 320) found.push(`sticks out at the side: ${wide} pixels on a screen of 320`);
    await page.setViewportSize(phone);
  }
  return found;
}
