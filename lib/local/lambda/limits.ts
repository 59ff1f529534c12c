/** What Lambda allows of any function (Lambda quotas), and what this machine allows on top. */

/** Of the event that someone waits for the answer to, as JSON. */
export const maxRequestBytes = 6 * 1024 * 1024;
/** Of the event that nobody waits for. */
export const maxEventBytes = 1024 * 1024;
/** Of the answer, as JSON: Lambda adds 100 bytes for itself. */
export const maxResponseBytes = 6 * 1024 * 1024 + 100;

/** Invocations at once of a function that reserves none: an account's default. Beyond it an invocation is throttled. */
export const accountConcurrency = 1000;

/**
 * Instances of a function that this machine runs at once. Where AWS would start another one, an invocation waits here
 * for one to become free: it is the machine that is small, and not the account.
 */
export const instanceLimits = { thread: 10, process: 64 } as const;

/** How long an idle instance is kept for the next invocation. */
export const idleMs = 120_000;

/** Loading a bundle takes Lambda at most 10 s. Many at once on a small machine are given more. */
export const initMs = 30_000;
