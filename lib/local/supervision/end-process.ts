import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, type ProcessIdentity } from './process-identity.ts';

const pollMs = 10;
/** A killed process is gone within milliseconds, unless it hangs in the kernel, where nobody can end it. */
const killedWaitMs = 2_000;

/** Sends a signal to exactly that process; never to another that got its pid later. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch {
    // It ended in between.
  }
}

/** Ends a process that need not be our child: SIGTERM, `graceMs` to end by itself, SIGKILL. */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  signal(identity, 'SIGTERM');
  if (await endsWithin(identity, graceMs)) return;
  signal(identity, 'SIGKILL');
  await endsWithin(identity, killedWaitMs);
}

async function endsWithin(identity: ProcessIdentity, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (isRunning(identity)) {
    if (performance.now() > deadline) return false;
    await delay(pollMs);
  }
  return true;
}
