// Searches the places where a browser may still hold a secret after the reveal: screen, document and storage.
import { eventually } from "./eventually.mjs";

/** The names of the places where `page` still holds `secret`. Searches again if the page navigates meanwhile. */
export async function traces(page, secret) {
  const { found } = await eventually(
    async () => {
      try {
        return { found: await search(page, secret) };
      } catch (error) {
        if (!/context was destroyed|navigation/.test(error.message)) throw error;
      }
    },
    "the page stays long enough to be searched",
  );
  const cookies = JSON.stringify(await page.context().cookies());
  return cookies.includes(secret) ? [...found, "cookie jar"] : found;
}

function search(page, secret) {
  return page.evaluate(async (secret) => {
    const places = {
      document: () => document.documentElement.outerHTML,
      text: () => document.body.innerText,
      fields: () => [...document.querySelectorAll("input, textarea")].map((field) => field.value).join("\n"),
      address: () => location.href,
      history: () => JSON.stringify(history.state),
      title: () => document.title,
      localStorage: () => JSON.stringify({ ...localStorage }),
      sessionStorage: () => JSON.stringify({ ...sessionStorage }),
      cookies: () => document.cookie,
      databases: async () => JSON.stringify(await indexedDB.databases()),
      caches: async () => JSON.stringify(await caches.keys()),
    };
    const held = [];
    for (const [place, read] of Object.entries(places)) {
      if (((await read()) ?? "").includes(secret)) held.push(place);
    }
    return held;
  }, secret);
}
