import { randomUUID } from 'node:crypto';
import type { FunctionDefinition } from '../../contracts/function-definition.ts';
import { HostedInstance, type InvocationResult } from './hosted-instance.ts';
import type { SeenInvocation } from './invocation-metrics.ts';
import { accountConcurrency, idleMs, instanceLimits, maxRequestBytes } from './limits.ts';
import { newTrace, traceInvocation } from './trace.ts';

export interface FunctionHost {
  /** Invocations that can be worked on at once; a queue is read no faster than that. */
  readonly parallel: number;
  /**
   * Invokes the function with `event`, as a synchronous invocation of Lambda.
   * @param trace the header `X-Amzn-Trace-Id` to invoke with; a new one when absent
   */
  invoke(event: unknown, options?: { trace?: string }): Promise<InvocationResult>;
  /** Ends every instance at once; running and waiting invocations fail. */
  stop(): Promise<void>;
}

export interface FunctionHostOptions {
  readonly name: string;
  readonly definition: Pick<FunctionDefinition, 'host' | 'memoryMb' | 'timeoutSeconds' | 'reservedConcurrency'>;
  /** Holds `index.mjs`. */
  readonly bundleDirectory: string;
  /** The whole environment of the function. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the pid files of processes are kept. */
  readonly runDirectory: string;
  /** Each line that the function wrote. */
  readonly onLog: (line: string) => void;
  /** How each invocation went. */
  readonly onInvocation?: (invocation: SeenInvocation) => void;
  readonly instanceLimit?: number;
  /** How far its threads give way to other work of this machine; default 0. Its processes do not. */
  readonly niceness?: number;
  readonly idleMs?: number;
}

const refused = (errorType: string, errorMessage: string): InvocationResult => ({
  ok: false,
  refused: true,
  errorType,
  errorMessage,
});

/** Hosts a bundled function as Lambda does: instances are started on demand, kept for a while, and replaced on a crash. */
export function createFunctionHost(options: FunctionHostOptions): FunctionHost {
  const { name, definition } = options;
  const concurrency = definition.reservedConcurrency ?? accountConcurrency;
  const limit = Math.min(concurrency, options.instanceLimit ?? instanceLimits[definition.host]);
  /** Each takes a slot from before it starts until it has ended. */
  const instances = new Set<Promise<HostedInstance>>();
  const idle: HostedInstance[] = [];
  const waiting: (() => void)[] = [];
  let stopping = false;
  let started = 0;
  let running = 0;

  const start = async (): Promise<HostedInstance> => {
    started += 1;
    const starting = HostedInstance.start(definition.host, options.bundleDirectory, {
      name: `${name}-${started}`,
      environment: options.environment,
      memoryMb: definition.memoryMb,
      niceness: options.niceness ?? 0,
      runDirectory: options.runDirectory,
      onLine: options.onLog,
    });
    instances.add(starting);
    const leave = (): void => {
      instances.delete(starting);
      waiting.shift()?.();
    };
    try {
      const instance = await starting;
      void instance.ended.then(() => {
        const index = idle.indexOf(instance);
        if (index >= 0) idle.splice(index, 1);
        leave();
      });
      return instance;
    } catch (error) {
      leave();
      throw error;
    }
  };

  const acquire = async (): Promise<HostedInstance> => {
    while (!stopping) {
      const ready = idle.pop();
      if (ready?.usable) return ready;
      if (ready !== undefined) continue;
      if (instances.size < limit) return start();
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    throw new Error('The runtime is stopping.');
  };

  const giveBack = (instance: HostedInstance): void => {
    if (!instance.usable) return;
    idle.push(instance);
    instance.retireAfter(options.idleMs ?? idleMs);
    waiting.shift()?.();
  };

  return {
    parallel: limit,
    async invoke(event, { trace } = {}) {
      const json = JSON.stringify(event);
      const bytes = Buffer.byteLength(json);
      if (bytes > maxRequestBytes) {
        const message = `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${maxRequestBytes} bytes)`;
        return refused('RequestTooLargeException', message);
      }
      if (running >= concurrency) {
        options.onInvocation?.({ outcome: 'throttled' });
        return refused('TooManyRequestsException', 'Rate Exceeded.');
      }
      running += 1;
      const concurrent = running;
      try {
        const instance = await acquire();
        const startedAtMs = performance.now();
        const result = await instance.invoke({
          event: json,
          requestId: randomUUID(),
          trace: trace ?? traceInvocation(newTrace(Date.now()), name).trace,
          timeoutSeconds: definition.timeoutSeconds,
        });
        const durationMs = performance.now() - startedAtMs;
        options.onInvocation?.({ outcome: result.ok ? 'answered' : 'failed', durationMs, concurrent });
        giveBack(instance);
        return result;
      } catch (error) {
        return refused('ServiceException', error instanceof Error ? error.message : String(error));
      } finally {
        running -= 1;
      }
    },
    async stop() {
      stopping = true;
      for (const resume of waiting.splice(0)) resume();
      const ended = [...instances].map(async (starting) => (await starting).end());
      await Promise.allSettled(ended);
    },
  };
}
