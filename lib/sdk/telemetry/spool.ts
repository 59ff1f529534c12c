import { telemetryLimits } from '../../contracts/telemetry-limits.ts';

export interface SpoolLimits {
  readonly windows: number;
  readonly bytes: number;
}

/** An hour of ordinary windows. */
const defaultLimits: SpoolLimits = { windows: 360, bytes: 8_000_000 };
/** What a batch has beside its windows: names and counts. */
const envelopeBytes = 1_000;

/** Windows that wait to be sent, as JSON, the oldest first. When there are too many, the oldest go. */
export class Spool {
  readonly #limits: SpoolLimits;
  readonly #windows: { json: string; bytes: number }[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(limits = defaultLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#windows.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Windows that were given up since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  push(json: string): void {
    const bytes = Buffer.byteLength(json);
    this.#windows.push({ json, bytes });
    this.#bytes += bytes;
    while (this.#windows.length > this.#limits.windows || this.#bytes > this.#limits.bytes) {
      this.#shift();
      this.#dropped++;
    }
  }

  /** Takes out as many of the oldest as one batch may hold, and at least one if there is any. */
  take(): string[] {
    const taken: string[] = [];
    let bytes = envelopeBytes;
    for (let next = this.#windows[0]; next !== undefined; next = this.#windows[0]) {
      bytes += next.bytes + 1;
      if (taken.length > 0 && (bytes > telemetryLimits.bytes || taken.length >= telemetryLimits.windows)) break;
      taken.push(next.json);
      this.#shift();
    }
    return taken;
  }

  countDropped(windows: number): void {
    this.#dropped += windows;
  }

  #shift(): void {
    this.#bytes -= this.#windows.shift()?.bytes ?? 0;
  }
}
