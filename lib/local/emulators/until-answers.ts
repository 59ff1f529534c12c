import { setTimeout as delay } from 'node:timers/promises';
import type { ChildExit, SupervisedChild } from '../supervision/supervised-child.ts';

const pollMs = 5;

/**
 * Waits until `answers` resolves true.
 *
 * @throws Error with the program's last words when it ends before, or after `limitMs`
 */
export async function untilAnswers(
  child: SupervisedChild,
  answers: () => Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  let exit: ChildExit | undefined;
  void child.exited.then((value) => {
    exit = value;
  });
  const deadline = performance.now() + limitMs;
  while (!(await answers())) {
    if (exit !== undefined) throw exitError(exit);
    if (performance.now() > deadline) throw new Error(`${child.name} does not answer`);
    await delay(pollMs);
  }
  // What answered may be a stranger on the same port, while ours just ended because the port is taken.
  if (exit !== undefined) throw exitError(exit);
}

export function exitError(exit: ChildExit): Error {
  const how = exit.signal ?? `status ${exit.code}`;
  const words = exit.lastStderrLines.join(' ');
  return new Error(`${exit.name} ended with ${how}${words === '' ? '' : `: ${words}`}`);
}
