// Waiting for what must come true, never for an amount of time.
import assert from "node:assert/strict";

/** Milliseconds after which something counts as not happening. Far above what a busy machine needs: nothing here is a measurement. */
export const PATIENCE = 60_000;

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
