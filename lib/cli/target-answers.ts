import { CliError } from './failure.ts';

const patienceMs = 5_000;

/** Any answer will do: a service that answers 500 is there, and worth looking at. @throws CliError */
export async function requireAnswer(target: URL, signal: AbortSignal): Promise<void> {
  const timeout = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(target, { redirect: 'manual', signal: AbortSignal.any([signal, timeout]) });
    await response.body?.cancel();
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    const why = timeout.aborted ? `no answer within ${patienceMs / 1000} s` : reasonOf(cause);
    throw new CliError(`The target ${target.href} does not answer: ${why}.`, {
      next: 'Start it, or correct --target.',
      cause,
    });
  }
}

/** `fetch` says "fetch failed"; why is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
