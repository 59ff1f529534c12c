import type { Client } from '../sdk/client.ts';
import type { Terminal } from './terminal.ts';

/** From then on somebody wonders whether anything happens. */
const usualPatienceMs = 1_000;
const clearLine = '\r\u001b[K';

/** A client that says on a terminal, in a line that goes again, that an answer is waited for. Polling has its own progress. */
export function sayingThatItWaits(
  client: Client,
  { bars: stream }: Pick<Terminal, 'bars'>,
  patienceMs = usualPatienceMs,
): Client {
  if (stream === undefined) return client;
  let waitedFor = 0;
  let timer: NodeJS.Timeout | undefined;
  let isSaid = false;
  const say = (): void => {
    isSaid = true;
    stream.write(`${clearLine}  Waiting for Headroom ...`);
  };
  const during = async <Answer>(answer: () => Promise<Answer>): Promise<Answer> => {
    if (waitedFor++ === 0) timer = setTimeout(say, patienceMs);
    try {
      return await answer();
    } finally {
      if (--waitedFor === 0) {
        clearTimeout(timer);
        if (isSaid) stream.write(clearLine);
        isSaid = false;
      }
    }
  };
  return {
    ...client,
    call: (operation, ...request) => during(() => client.call(operation, ...request)),
    exchange: (operation, ...request) => during(() => client.exchange(operation, ...request)),
  };
}
