// A function that does what its event says. Bundled by the tests, as the real ones are.
import { getPriority } from 'node:os';
import { threadId } from 'node:worker_threads';
import type { Context } from 'aws-lambda';

interface Order {
  do?: string;
  bytes?: number;
  text?: string;
}

let invocations = 0;
const never = (): Promise<never> => new Promise(() => {});

const behaviours: Record<string, (order: Order, context: Context) => unknown> = {
  echo: (order) => order,
  environment: () => ({ ...process.env }),
  context: (_order, context) => ({ ...context, remainingMs: context.getRemainingTimeInMillis() }),
  niceness: () => getPriority(0),
  identity: () => ({ invocations, pid: process.pid, threadId }),
  nothing: () => undefined,
  never,
  spin: () => {
    for (;;);
  },
  throw: () => {
    throw new RangeError('too far');
  },
  throttled: () => {
    throw Object.assign(new Error('of a service that it called'), { name: 'TooManyRequestsException' });
  },
  exit: () => process.exit(3),
  kill: () => {
    process.kill(process.pid, 'SIGKILL');
    return never();
  },
  uncaught: () => {
    setImmediate(() => {
      throw new TypeError('nobody caught this');
    });
    return never();
  },
  rejection: () => {
    void Promise.reject(new Error('nobody awaited this'));
    return never();
  },
  big: ({ bytes = 0 }) => 'x'.repeat(bytes),
  say: ({ text }) => console.log(text),
  talk: () => {
    console.log('one line');
    console.error('another line');
    return null;
  },
};

export const handler = async (event: Order, context: Context): Promise<unknown> => {
  invocations += 1;
  return (behaviours[event.do ?? 'echo'] ?? behaviours.echo)?.(event, context);
};
