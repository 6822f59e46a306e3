// Waiting for what must come true, never for an amount of time.
import assert from "node:assert/strict";

const PATIENCE = 15_000; // milliseconds after which something counts as not happening

/** Asks `condition` until it answers something true, and gives that back. */
export async function eventually(condition, what) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    if (Date.now() > deadline) assert.fail(`did not happen in ${PATIENCE / 1000} s: ${what}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}
