import http from 'node:http';
import https from 'node:https';
import { CliError } from './failure.ts';

const patienceMs = 5_000;

/**
 * Any answer will do: a service that answers 500 is there, and worth looking at.
 * @throws CliError
 */
export async function requireAnswer(target: URL, signal: AbortSignal): Promise<void> {
  const timeout = AbortSignal.timeout(patienceMs);
  try {
    await answerOf(target, AbortSignal.any([signal, timeout]));
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    const why = timeout.aborted ? `no answer within ${patienceMs / 1000} s` : reasonOf(cause);
    throw new CliError(`The target ${target.href} does not answer: ${why}.`, {
      next: 'Start it, or correct --target.',
      cause,
    });
  }
}

/** As the workers ask: `fetch` refuses some ports that services do listen on. */
function answerOf(target: URL, signal: AbortSignal): Promise<void> {
  const { request } = target.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const asking = request(target, { signal }, (response) => {
      response.destroy();
      resolve();
    });
    asking.on('error', reject).end();
  });
}

/** A host with several addresses fails with one error for each, and no words of its own. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message || first.name : String(first);
}
