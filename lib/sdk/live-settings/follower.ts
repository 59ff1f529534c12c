import type { LiveSettings } from '../../contracts/live-settings.ts';
import { pollSeconds } from '../../contracts/settings-headers.ts';
import type { TelemetryWindow } from '../../contracts/telemetry.ts';
import { type Backoff, backoffMs } from '../backoff.ts';
import type { OwnErrors } from '../telemetry/own-errors.ts';
import type { Understood } from './document.ts';
import type { Fetched, FetchSettings } from './fetch-settings.ts';
import { limited } from './limit-settings.ts';
import { bounded } from './limits.ts';
import { sideAt } from './side.ts';
import { SteadyClock } from './steady-clock.ts';

export type InForce = NonNullable<TelemetryWindow['settings']>;

/** Brings settings into force, and takes back what was before and is not among them. */
export interface PutInForce {
  /** Loads what it takes. */
  prepare(settings: LiveSettings): Promise<void>;
  /** At once: what was prepared before. */
  apply(settings: LiveSettings): void;
}

export interface FollowerParts {
  readonly fetch: FetchSettings;
  readonly put: PutInForce;
  readonly errors: OwnErrors;
  /** Told before something else is in force. */
  readonly changing: () => void;
  readonly clock?: SteadyClock;
}

interface Document extends Understood {
  readonly version: string;
}

const backoff: Backoff = { baseMs: 2_000, maxMs: 300_000 };
/** The longest that a timer of Node waits. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Follows the live settings of the project: fetches them in the background, and brings them into force; through an experiment by the
 * clock alone, and back after it. When Headroom is out of reach, what it said last stays. Never throws.
 */
export class SettingsFollower {
  readonly #parts: FollowerParts;
  readonly #clock: SteadyClock;
  #document: Document | undefined;
  #inForce: InForce | undefined;
  #fetching: Promise<void> | undefined;
  #failures = 0;
  #poll: NodeJS.Timeout | undefined;
  #boundary: NodeJS.Timeout | undefined;
  #pollMs = pollSeconds * 1_000;
  /** From one question to the next. */
  #waitMs = pollSeconds * 1_000;
  /** By the wall clock: a process may have been frozen since. */
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #isBehind = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? new SteadyClock();
    limited.heard.add(() => this.#follow(true));
  }

  /** Undefined: nothing was heard yet. */
  get inForce(): InForce | undefined {
    return this.#inForce;
  }

  /** From the first call on they are followed. */
  start(): void {
    if (this.#askedAtMs === Number.NEGATIVE_INFINITY) void this.fetch();
  }

  /** Headroom has told of a version. */
  heard(version: string): void {
    this.#isBehind = version !== this.#document?.version;
    if (this.#isBehind && this.#failures === 0) void this.fetch();
  }

  /** For a process in which timers sleep: asks if it is time to. */
  async fetchIfDue(): Promise<void> {
    const passedMs = Date.now() - this.#askedAtMs;
    const isDue = passedMs >= this.#waitMs || passedMs < 0;
    if (this.#fetching !== undefined || this.#isBehind || isDue) await this.fetch();
  }

  /** For a process that may have been frozen: puts in force what is by now. */
  catchUp(): void {
    if (this.#document?.experiment === undefined) return;
    this.#clock.set();
    this.#follow();
  }

  /** One at a time. Never rejects. */
  fetch(): Promise<void> {
    this.#fetching ??= this.#fetch()
      .catch((error: unknown) => this.#parts.errors.failed('Following the live settings', error))
      .finally(() => {
        this.#fetching = undefined;
        this.#poll = setTimeout(() => void this.fetch(), this.#waitMs).unref();
      });
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    clearTimeout(this.#poll);
    this.#askedAtMs = Date.now();
    const fetched = await this.#parts.fetch(this.#document?.version);
    if (fetched.kind === 'failed') {
      this.#failures++;
      this.#parts.errors.report(`The live settings stay as they were: ${fetched.why}.`);
      this.#waitMs = fetched.waitMs ?? Math.max(this.#pollMs / 10, backoffMs(this.#failures, backoff));
      return;
    }
    this.#failures = 0;
    this.#isBehind = false;
    if (fetched.kind === 'document') await this.#take(fetched);
    // Instances that started together do not ask together.
    this.#waitMs = this.#pollMs * (0.9 + 0.2 * Math.random());
  }

  async #take({ version, document, date, tripMs }: Extract<Fetched, { kind: 'document' }>): Promise<void> {
    // Now: what follows takes its time, and the date is that of this moment.
    this.#clock.set(date, tripMs);
    const understood = await understoodOf(document);
    const { settings, experiment } = understood;
    for (const each of [settings, experiment?.a, experiment?.b])
      if (each !== undefined) await this.#parts.put.prepare(each);
    this.#pollMs = pollMsOf(document);
    this.#document = { ...understood, version };
    this.#follow();
  }

  /** @param isAnew also where the same is in force: its bounds may be others */
  #follow(isAnew = false): void {
    clearTimeout(this.#boundary);
    const document = this.#document;
    if (document === undefined) return;
    const { version, settings, experiment } = document;
    const now = experiment && sideAt(experiment, this.#clock.now());
    const side = now?.side;
    const isOther = version !== this.#inForce?.version || side !== this.#inForce.side;
    if (isOther || isAnew) {
      this.#parts.changing();
      const chosen = experiment !== undefined && side !== undefined ? experiment[side] : settings;
      this.#parts.put.apply(bounded(chosen, limited.limits));
      this.#inForce = { version, ...(side && { side }) };
    }
    if (now?.untilMs === undefined) return;
    const waitMs = Math.min(maxTimerMs, Math.max(1, Math.ceil(now.untilMs - this.#clock.now())));
    this.#boundary = setTimeout(() => this.#follow(), waitMs).unref();
  }
}

/** Most services have none: nothing is loaded to read that. */
async function understoodOf(document: unknown): Promise<Understood> {
  if (typeof document === 'object' && document !== null && 'settings' in document && !('experiment' in document)) {
    const { settings } = document;
    if (typeof settings === 'object' && settings !== null && Object.keys(settings).length === 0) {
      return { settings: {}, experiment: undefined, ignored: [] };
    }
  }
  const { understand } = await import('./document.ts');
  return understand(document);
}

function pollMsOf(document: unknown): number {
  const seconds =
    typeof document === 'object' && document !== null && 'pollSeconds' in document ? Number(document.pollSeconds) : 0;
  return (seconds >= 1 && seconds <= 3_600 ? seconds : pollSeconds) * 1_000;
}
