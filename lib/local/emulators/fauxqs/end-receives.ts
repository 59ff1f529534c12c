/** Beside the API of SQS, which has no way to take back a receive that waits. */
export const endReceivesPath = '/end-receives';

/**
 * Has the emulator answer the receives that wait on a queue, with nothing. To hang up in their place could lose what is just being
 * answered. Where it does not answer, none waits.
 */
export async function endReceives(queueUrl: string): Promise<void> {
  const { origin, pathname } = new URL(queueUrl);
  const queue = pathname.slice(pathname.lastIndexOf('/') + 1);
  const url = `${origin}${endReceivesPath}?queue=${queue}`;
  await fetch(url, { method: 'POST', signal: AbortSignal.timeout(1_000) }).then(
    (answer) => answer.arrayBuffer(),
    () => {},
  );
}
