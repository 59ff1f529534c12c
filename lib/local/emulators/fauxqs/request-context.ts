import { AsyncLocalStorage } from 'node:async_hooks';

export interface RequestContext {
  /** The client hung up. */
  isAbandoned(): boolean;
  /** What to keep as `AWSTraceHeader` of a message with this body. */
  traceHeaderOf(messageBody: string): string | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The request that is being answered; none while messages are loaded from disk or timers move them. */
export const request = (): RequestContext | undefined => storage.getStore();

export const withRequest = (context: RequestContext, answer: () => void): void => storage.run(context, answer);
