// Waits for a condition, never for an amount of time.
import assert from "node:assert/strict";

/**
 * Milliseconds after which a condition counts as failed. Far more than a busy machine needs, because nothing here
 * measures time.
 */
export const PATIENCE = 60_000;

/** Calls `condition` until it returns something true, and returns that. */
export async function eventually(condition, what) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    if (Date.now() > deadline) assert.fail(`did not happen in ${PATIENCE / 1000} s: ${what}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}
