import { setTimeout as delay } from 'node:timers/promises';
import type { ChildExit, SupervisedChild } from '../supervision/supervised-child.ts';

const pollMs = 5;
const limitMs = 10_000;

/**
 * Waits until `answers` resolves true.
 *
 * @throws Error with the program's last words when it ends before, or after 10 s
 */
export async function untilAnswers(
  child: SupervisedChild,
  answers: () => Promise<boolean>,
  describe: (exit: ChildExit) => Error = exitError,
): Promise<void> {
  let exit: ChildExit | undefined;
  void child.exited.then((value) => {
    exit = value;
  });
  const deadline = performance.now() + limitMs;
  while (!(await answers())) {
    if (exit !== undefined) throw describe(exit);
    if (performance.now() > deadline) throw new Error(`${child.name} does not answer`);
    await delay(pollMs);
  }
  // What answered may be a stranger on the same port, while ours just ended because the port is taken.
  if (exit !== undefined) throw describe(exit);
}

/** The last words of a program say why it ended, unless a signal ended it: then they speak of something else. */
export function exitError(exit: ChildExit, lastWords = exit.lastStderrLines): Error {
  if (exit.signal !== null) return new Error(`${exit.name} ended with ${exit.signal}`);
  const words = lastWords.length === 0 ? '' : `: ${lastWords.join(' ')}`;
  return new Error(`${exit.name} ended with status ${exit.code}${words}`);
}
