// Takes docs/screenshots: each page at 1280 and 390 wide, light and dark, as a person with a few tokens sees it.
import { mkdir } from "node:fs/promises";
import { Server, bearer, curl, launchBrowser } from "./harness.mjs";
import { Visitor } from "./visitor.mjs";

const folder = new URL("../docs/screenshots/", import.meta.url).pathname;
const LOOKS = ["light", "dark"].flatMap((colorScheme) => [1280, 390].map((width) => ({ colorScheme, width })));
const LONG = "Warehouse reconciliation between the northern and southern depots, nightly, with retries and a report to the floor managers";

const server = await Server.start();
const browser = await launchBrowser();
const ada = await Visitor.arrive({ server, browser });

/** Pictures of what the page shows now, in every look. */
async function take(name) {
  for (const { colorScheme, width } of LOOKS) {
    await ada.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await ada.page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
    await ada.page.screenshot({ path: `${folder}${name}-${width}-${colorScheme}.png`, animations: "disabled" });
  }
  await ada.page.setViewportSize({ width: 1280, height: 800 });
}

try {
  await mkdir(folder, { recursive: true });
  await ada.open("/sign-in");
  await take("sign-in");
  await ada.signUp({ name: "Ada Lovelace", email: "ada@acme.test", organization: "Acme" });
  await take("list-empty");

  const used = await ada.issue({ name: "Nightly export", scopes: ["credentials:read", "audit:read", "members:read"] });
  await ada.stored();
  await ada.issue({ name: LONG });
  await ada.stored();
  await ada.issue({ name: "Old laptop" });
  await ada.stored();
  await ada.revoke("Old laptop");
  await curl(`${server.url}/v1/me`, ...bearer(used));
  await ada.open("/settings/tokens/new");
  await ada.page.getByLabel("Name").fill("CRM sync");
  await ada.scope("credentials:read").check();
  await take("issue");
  await ada.issue({ name: "CRM sync" });
  await take("reveal");
  await ada.stored();
  await ada.eventually(async () => {
    await ada.open("/settings/tokens");
    return (await ada.row("Nightly export").getByText(/now|second|minute/).count()) > 0;
  }, "the used token shows its use");
  await take("list");
  await ada.openToken("Nightly export");
  await take("detail");
  await ada.page.getByRole("link", { name: "Revoke token" }).click();
  await ada.landsOn(/\/revoke$/);
  await take("revoke");
  await ada.open("/settings/sessions");
  await take("sessions");
  ada.assertQuiet();
  console.log(`mintmark: pictures are in docs/screenshots`);
} finally {
  await browser.close();
  await server.stop();
}
