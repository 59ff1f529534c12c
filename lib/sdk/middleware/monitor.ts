import { defaultFlushTimeoutMs, type Invocation } from '../telemetry/lambda/invocations.ts';
import type { InvocationContext } from '../telemetry/lambda/lambda-figures.ts';
import { type LambdaHandler, watchedHandler } from '../telemetry/lambda/watched-handler.ts';
import { processMonitoring } from '../telemetry/process-monitoring.ts';
import type { MiddyRequest } from './lambda-cache.ts';

export interface MonitorOptions {
  /** At most so long an answer waits for the telemetry to be sent, in ms, and only when it is time to send. Default 300. */
  flushTimeoutMs?: number;
}

/** What middy gives to its middlewares, as far as it is used. */
export interface MonitoredRequest<Event = unknown> extends MiddyRequest<Event> {
  context?: InvocationContext | undefined;
  error?: unknown;
}

const maxFlushTimeoutMs = 10_000;

function checked({ flushTimeoutMs = defaultFlushTimeoutMs }: MonitorOptions): number {
  if (Number.isFinite(flushTimeoutMs) && flushTimeoutMs >= 0 && flushTimeoutMs <= maxFlushTimeoutMs) {
    return flushTimeoutMs;
  }
  throw new TypeError(`flushTimeoutMs must be a number from 0 to ${maxFlushTimeoutMs}`);
}

/**
 * A middleware of middy, to be the first of them, that reports a function's invocations: requests of API Gateway, of load
 * balancers and of the function's URL by their route and status, other events as `* sqs:orders`; cold starts, memory, the time that
 * was left. Where to is said by the environment, as with `headroom/register`. The telemetry is sent before the answer is, at most
 * every `HEADROOM_FLUSH_MS`.
 *
 * @example middy(handler).use(monitor())
 * @example export const handler = monitor().wrap(async (event) => ({ statusCode: 200 }));
 * @throws TypeError when an option cannot be meant
 */
export function monitor(options: MonitorOptions = {}) {
  const flushTimeoutMs = checked(options);
  // Now, in the initialization: what is to be watched is loaded next.
  const { invocations } = processMonitoring();
  const running = new WeakMap<object, Invocation>();

  return {
    name: 'monitor',
    before(request: MonitoredRequest): void {
      const invocation = invocations?.begin(request.event, request.context);
      if (invocation === undefined) return;
      running.set(request, invocation);
      invocation.enter();
      watchShortcuts(request, invocation);
    },
    async after(request: MonitoredRequest): Promise<void> {
      const invocation = running.get(request);
      invocation?.answered(request.response);
      await invocation?.flush(flushTimeoutMs);
    },
    async onError(request: MonitoredRequest): Promise<void> {
      const invocation = running.get(request);
      // Another has made an answer of the error: that is what is sent.
      if (request.response === undefined) invocation?.failed();
      else invocation?.answered(request.response);
      await invocation?.flush(flushTimeoutMs);
    },
    /** The handler, reported: an asynchronous one, one of middy's, one with a callback, or one that streams its answer. */
    wrap: <Handler extends LambdaHandler>(handler: Handler): Handler =>
      invocations === undefined ? handler : watchedHandler(handler, invocations, flushTimeoutMs),
  };
}

/**
 * Middy calls neither `after` nor `onError` where another middleware answered in the handler's place, or failed over an error. Both
 * are seen by what middy writes down then: `earlyResponse` and after it `response`, and `error` for a second time.
 */
function watchShortcuts(request: MonitoredRequest, invocation: Invocation): void {
  onSet(request, 'response', (response) => {
    if ('earlyResponse' in request) invocation.answered(response);
  });
  let errors = 0;
  onSet(request, 'error', () => {
    if (++errors > 1) invocation.failed();
  });
}

function onSet<Target extends object>(target: Target, name: keyof Target, tell: (value: unknown) => void): void {
  let value = target[name];
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    get: () => value,
    set(next: Target[typeof name]) {
      value = next;
      tell(next);
    },
  });
}
