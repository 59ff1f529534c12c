import type { Run } from '../middleware/run.ts';

/**
 * The same body for the caller, and its pieces for the run, which has them also when the caller does not read on: what it holds back
 * for the caller is bounded by what the run takes.
 */
export function recordedBody(body: ReadableStream<Uint8Array>, run: Run): ReadableStream<Uint8Array> {
  const [mine, theirs] = body.tee();
  record(mine, run).catch(() => run.abort());
  return theirs;
}

async function record(body: ReadableStream<Uint8Array>, run: Run): Promise<void> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    run.chunk(value);
    if (run.isRecording) continue;
    await reader.cancel();
    return;
  }
  run.end();
}

/** Ends with an error as soon as the signal is aborted. */
export function abortable(body: ReadableStream<Uint8Array>, signal: AbortSignal): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let stop = (): void => undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      stop = () => {
        controller.error(signal.reason);
        reader.cancel(signal.reason).catch(() => undefined);
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      if (done) {
        signal.removeEventListener('abort', stop);
        controller.close();
      } else controller.enqueue(value);
    },
    async cancel(reason) {
      signal.removeEventListener('abort', stop);
      await reader.cancel(reason);
    },
  });
}
