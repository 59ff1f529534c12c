import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { IntervalReport } from '../engine/report.ts';
import { unpacked } from './crossing-threads.ts';
import type { ArtilleryMetrics } from './metrics.ts';
import type { ArtilleryInterval, ArtilleryOutcome, ArtilleryPlan } from './plan.ts';
import type { FromThread, ToThread } from './thread-messages.ts';
import { ToldFigures } from './told-figures.ts';

export type ArtilleryIo = {
  /** Artillery's own figures of the same interval come with it: those of all intervals together are the whole. */
  onInterval: (report: IntervalReport, metrics: ArtilleryMetrics) => void;
  /** Stops the test at once; what is in flight then counts as failed, of kind `aborted`. */
  signal?: AbortSignal;
  /** When the test starts, in ms since 1970; later than now by as much as all workers need to get ready. */
  startAtEpochMs: number;
  /** The checked IP addresses of the target, asked again four times a second. */
  addresses: () => readonly string[];
};

export interface RunningArtillery {
  /**
   * Rejects when the script cannot be played: its `before` failed, it ran out of memory, it kept its thread busy for longer
   * than 15 s, or Artillery itself failed; and with whatever `onInterval` throws.
   */
  readonly outcome: Promise<ArtilleryOutcome>;
  /**
   * From that time on (in ms from the start epoch, ahead of now) no user begins here: a successor whose plan begins then
   * does it. Those who are at work go on to their end, within `drainMs`. Ignored when that time is past the end.
   */
  leaveAt(ms: number): void;
}

/** A thread that loads Artillery, or has, and waits for a script. */
export interface ArtilleryThread {
  /** Rejects when Artillery cannot be loaded. */
  readonly ready: Promise<void>;
  /** Once, ready or not. */
  play(plan: ArtilleryPlan, io: ArtilleryIo): RunningArtillery;
  discard(): Promise<void>;
}

/** Of the thread alone. Lambda gives the function 3 GB. */
const heapMb = 2048;
/** A thread that says nothing for so long is stuck: in a template that grows for ever, or a regular expression. */
const silenceMs = 15_000;
/** After an abort the thread has so long to tell its last figures. */
const abortPatienceMs = 1000;
const watchEveryMs = 250;

/** The thread's module beside this one, or beside the bundle that this one is in. */
const threadModule = new URL(`./thread${extname(new URL(import.meta.url).pathname)}`, import.meta.url);

/**
 * Makes a thread ready to play one worker's part of a user's script on Artillery's own HTTP engine; the thread is for it alone.
 * That takes a second or so, which belongs before the start epoch is agreed on. It does not keep the process alive until it plays.
 *
 * Response times run from when the engine took the request up, which includes connecting; service times from when it was
 * handed over to the network. Both end with the response.
 */
export const prepareArtillery = (): ArtilleryThread => new ScriptThread();

class ScriptThread implements ArtilleryThread {
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #told = new ToldFigures();
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<ArtilleryOutcome>();
  #io: ArtilleryIo | undefined;
  #addresses: readonly string[] = [];
  #heardAt = performance.now();
  #abortedAt = Number.POSITIVE_INFINITY;

  constructor() {
    this.#worker = new Worker(threadModule, {
      name: 'artillery',
      argv: [],
      execArgv: [],
      // A function's secrets are in its environment. Artillery's plugin asks whether it is in a worker.
      env: { LOCAL_WORKER_ID: '1' },
      // To nowhere: nobody reads them, and the thread writes nothing.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    this.#worker.on('message', (message: FromThread) => this.#hear(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('The thread of the script ended before it.')));
    this.#worker.unref();
    this.ready = this.#ready.promise;
    // Whoever does not wait for one of them learns from the other.
    this.ready.catch(() => {});
    this.#ended.promise.catch(() => {});
  }

  play(plan: ArtilleryPlan, io: ArtilleryIo): RunningArtillery {
    this.#worker.ref();
    this.#io = io;
    this.#heardAt = performance.now();
    this.#addresses = io.addresses();
    this.#send({ type: 'start', plan, startAtEpochMs: io.startAtEpochMs, addresses: this.#addresses });
    const watch = setInterval(() => this.#look(io), watchEveryMs);
    const onAbort = (): void => {
      this.#abortedAt = performance.now();
      this.#send({ type: 'abort' });
    };
    io.signal?.addEventListener('abort', onAbort, { once: true });
    if (io.signal?.aborted) onAbort();
    const outcome = this.#ended.promise.finally(async () => {
      clearInterval(watch);
      io.signal?.removeEventListener('abort', onAbort);
      await this.discard();
    });
    return { outcome, leaveAt: (atMs) => this.#send({ type: 'leave', atMs }) };
  }

  async discard(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #fail(error: unknown): void {
    this.#ready.reject(error);
    this.#ended.reject(error);
  }

  #hear(message: FromThread): void {
    this.#heardAt = performance.now();
    if (message.type === 'ready') this.#ready.resolve();
    if (message.type === 'interval') this.#report(unpacked(message.interval));
    if (message.type === 'ended') this.#ended.resolve(unpacked(message.outcome));
  }

  /** A listener that throws ends the run: figures that go nowhere are no test. */
  #report({ report, metrics }: ArtilleryInterval): void {
    this.#told.add({ report, metrics });
    try {
      this.#io?.onInterval(report, metrics);
    } catch (error) {
      this.#ended.reject(error);
    }
  }

  #look(io: ArtilleryIo): void {
    const now = performance.now();
    const addresses = io.addresses();
    if (addresses.join() !== this.#addresses.join()) this.#send({ type: 'addresses', addresses });
    this.#addresses = addresses;
    if (now - this.#abortedAt > abortPatienceMs) {
      this.#ended.resolve(this.#told.outcome(Date.now() - io.startAtEpochMs));
    } else if (now - this.#heardAt > silenceMs) {
      const seconds = silenceMs / 1000;
      this.#ended.reject(new Error(`The script kept its thread busy for ${seconds} s: in an expression without end?`));
    }
  }
}
