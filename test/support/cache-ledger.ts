import type { InvalidationRequest, TierHit } from '../../lib/cache/library/shared-tier.ts';
import { matchesEvent } from './reference-store.ts';
import { textOf } from './tier-entries.ts';

interface Death {
  request: InvalidationRequest;
  /** Who asked for it, and sees it at once. */
  by: number;
  invokedAt: number;
  /** Infinity until it is acknowledged. */
  endedAt: number;
  endedMs: number;
}

interface Value {
  key: string;
  tags: readonly string[];
  /** What is invoked after this kills it. */
  bornBy: number;
}

export interface Reading {
  by: number;
  startedAt: number;
  startedMs: number;
  maxAgeMs: number;
}

/** What was done to a cache, in the order in which it was done, and so what it may still answer: each value has a text of its own. */
export class CacheLedger {
  readonly #now: () => number;
  readonly #values = new Map<string, Value>();
  readonly #deaths: Death[] = [];
  #steps = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The next moment. */
  step(): number {
    return ++this.#steps;
  }

  /** A load that begins now. @returns its value's text */
  loads(key: string, tags: readonly string[]): string {
    return this.#value({ key, tags, bornBy: this.step() });
  }

  /** @returns the value's text, and what is to be told when it was set, or whether it was is not known */
  sets(by: number, key: string, tags: readonly string[]) {
    const value = { key, tags, bornBy: Number.POSITIVE_INFINITY };
    const death = this.kills(by, { kind: 'keys', values: [key], soft: false });
    const text = this.#value(value);
    return {
      text,
      acknowledged: (): void => {
        value.bornBy = this.step();
        death.acknowledged();
      },
      failed: (): void => {
        value.bornBy = this.step();
      },
    };
  }

  kills(by: number, request: InvalidationRequest) {
    const never = Number.POSITIVE_INFINITY;
    const death: Death = { request, by, invokedAt: this.step(), endedAt: never, endedMs: never };
    this.#deaths.push(death);
    return {
      acknowledged: (): void => {
        death.endedAt = this.step();
        death.endedMs = this.#now();
      },
    };
  }

  reads(by: number, maxAgeMs: number): Reading {
    return { by, startedAt: this.step(), startedMs: this.#now(), maxAgeMs };
  }

  /** @returns what is wrong with an answer, if anything */
  fault(reading: Reading, key: string, hit: TierHit | undefined): string | undefined {
    if (hit === undefined) return undefined;
    const text = textOf(hit.entry);
    const value = this.#values.get(text);
    if (value === undefined || value.key !== key) return `${key} answers ${text}, which is not its`;
    for (const { request, ...death } of this.#deaths) {
      if (value.bornBy >= death.invokedAt || death.endedAt >= reading.startedAt) continue;
      const isKnown = reading.maxAgeMs === 0 || death.by === reading.by;
      if (!isKnown && death.endedMs >= reading.startedMs - reading.maxAgeMs) continue;
      if (!matchesEvent(request, key, value.tags)) continue;
      if (!request.soft) return `${key} answers ${text}, dead by ${JSON.stringify(request)}`;
      if (!hit.stale && hit.entry.freshUntil > this.#now()) return `${key} answers ${text} as if it were fresh`;
    }
    return undefined;
  }

  #value(value: Value): string {
    const text = `v${this.#values.size}`;
    this.#values.set(text, value);
    return text;
  }
}
