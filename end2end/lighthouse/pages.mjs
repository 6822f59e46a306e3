// Runs Lighthouse on the most used pages of the real server with a few credentials. Performance, accessibility and best
// practices must each score at least 95.
//
// This is not part of the tests, because a busy machine makes pages slow: run `make lighthouse`. With --json it prints
// only the scores.
import lighthouse from "lighthouse";
import desktop from "lighthouse/core/config/desktop-config.js";
import { chromium } from "playwright-core";
import { freePort, Server } from "../server.mjs";
import { Visitor } from "../visitor.mjs";

const WANTED = 95;
const CATEGORIES = ["performance", "accessibility", "best-practices"];
const json = process.argv.includes("--json");

const server = await Server.start({ MINTMARK_LOG: "warn" });
const port = await freePort();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`],
});

/** The scores of a page, from 0 to 100, and the audits that lowered them. */
async function ask(path, cookie) {
  const options = {
    port, onlyCategories: CATEGORIES, logLevel: "error", disableStorageReset: true,
    extraHeaders: { Cookie: `${cookie.name}=${cookie.value}` },
  };
  const { lhr } = await lighthouse(`${server.url}${path}`, options, desktop);
  const scores = CATEGORIES.map((category) => Math.round(lhr.categories[category].score * 100));
  const flaws = CATEGORIES.flatMap((category) => lhr.categories[category].auditRefs)
    .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 0.9)
    .map(({ id }) => `${id}${lhr.audits[id].displayValue ? ` (${lhr.audits[id].displayValue})` : ""}`);
  return { page: path.replace(/key_[^/]+$/, "{id}"), scores, flaws: [...new Set(flaws)] };
}

try {
  const ada = await Visitor.arrive({ server, browser });
  await ada.signUp({ name: "Ada Lovelace", organization: "Acme" });
  for (const name of ["CRM sync", "Status page", "Checkout backend"]) {
    await ada.issue({ name, at: "/orgs/acme/api-keys", button: "Issue API key" });
    await ada.stored("/orgs/acme/api-keys");
  }
  await ada.openRow("CRM sync");
  const credential = new URL(ada.page.url()).pathname;
  const cookie = await ada.sessionCookie();
  await ada.leave();
  const pages = ["/orgs/acme/overview", "/orgs/acme/credentials", credential, "/orgs/acme/api-keys/new"];
  const answers = [];
  for (const path of pages) answers.push(await ask(path, cookie));
  if (json) {
    console.log(JSON.stringify(answers));
  } else {
    for (const { page, scores, flaws } of answers) {
      console.log(`${page.padEnd(28)} ${CATEGORIES.map((category, index) => `${category} ${scores[index]}`).join(", ")}`);
      for (const flaw of flaws) console.log(`    ${flaw}`);
    }
    const low = answers.filter(({ scores }) => scores.some((score) => score < WANTED));
    if (low.length > 0) {
      console.log(`mintmark: below ${WANTED}: ${low.map(({ page }) => page).join(", ")}`);
      process.exitCode = 1;
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
