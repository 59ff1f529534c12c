import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PlanOutcome, PlanTask } from './task.ts';

/** The thread's module beside this one, or beside the bundle that this one is in. */
const threadModule = new URL(`./thread${extname(new URL(import.meta.url).pathname)}`, import.meta.url);

export interface PlannerLimits {
  /** How long a question waits for the database to be open; it goes on opening for the next one. */
  startMs: number;
  /** After which the opening is given up, and begun anew. */
  giveUpMs: number;
  /** To answer, once it is open. */
  planMs: number;
  /** What deleted rows leave behind in its catalogs adds up; then it begins anew. */
  maxTasks: number;
}

const usualLimits: PlannerLimits = { startMs: 15_000, giveUpMs: 120_000, planMs: 5_000, maxTasks: 2_000 };

type FromThread = PlanOutcome | { type: 'ready' };

interface Thread {
  worker: Worker;
  ready: Promise<void>;
  beganAt: number;
  tasks: number;
}

/**
 * Asks PostgreSQL's planner, in a thread that is ended when it takes too long: a query can make the planner compute for ever, and
 * nothing else would stop it. One question is answered at a time, in order.
 */
export class Planner {
  readonly #limits: PlannerLimits;
  #thread: Thread | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(limits: Partial<PlannerLimits> = {}) {
    this.#limits = { ...usualLimits, ...limits };
  }

  /** Begins to open the database, so that the first question need not wait for all of it. */
  warm(): void {
    this.#open();
  }

  plan(task: PlanTask): Promise<PlanOutcome> {
    const answer = this.#last.then(() => this.#plan(task));
    this.#last = answer;
    return answer;
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.worker.terminate();
  }

  /** Never rejects: why there is no answer is one. */
  async #plan(task: PlanTask): Promise<PlanOutcome> {
    const thread = this.#open();
    try {
      await within(thread.ready, this.#limits.startMs, 'The planner was not ready in time.');
    } catch (error) {
      if (performance.now() - thread.beganAt > this.#limits.giveUpMs) await this.close();
      return refusal(error);
    }
    try {
      const heard = answerOf(thread.worker);
      thread.worker.postMessage(task);
      const outcome = await within(heard, this.#limits.planMs, 'The planner took too long.');
      if (++thread.tasks >= this.#limits.maxTasks) await this.close();
      return outcome;
    } catch (error) {
      await this.close();
      return refusal(error);
    }
  }

  #open(): Thread {
    if (this.#thread !== undefined) return this.#thread;
    // Its environment is empty: a function's secrets are in its own.
    const settings = { name: 'planner', argv: [], execArgv: [], env: {}, stdout: true, stderr: true };
    const worker = new Worker(threadModule, settings);
    worker.unref();
    const ready = new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('The planner ended.')));
    });
    // Who asks learns of it; nobody may have.
    ready.catch(() => {});
    worker.once('exit', () => {
      if (this.#thread?.worker === worker) this.#thread = undefined;
    });
    this.#thread = { worker, ready, beganAt: performance.now(), tasks: 0 };
    return this.#thread;
  }
}

const refusal = (error: unknown): PlanOutcome => ({
  type: 'refused',
  reason: error instanceof Error ? error.message : String(error),
});

function answerOf(worker: Worker): Promise<PlanOutcome> {
  const { promise, resolve, reject } = Promise.withResolvers<PlanOutcome>();
  const onMessage = (message: FromThread): void => {
    if (message.type !== 'ready') resolve(message);
  };
  const onEnd = (error: unknown): void => reject(error instanceof Error ? error : new Error('The planner ended.'));
  worker.on('message', onMessage);
  worker.once('error', onEnd);
  worker.once('exit', onEnd);
  return promise.finally(() => {
    worker.off('message', onMessage);
    worker.off('error', onEnd);
    worker.off('exit', onEnd);
  });
}

async function within<Value>(promise: Promise<Value>, ms: number, otherwise: string): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(otherwise)), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
