import { createHash } from 'node:crypto';
import type { TelemetryWindow } from '../../contracts/telemetry.ts';
import { batchesOf } from '../records/batches.ts';
import type { TelemetryService } from '../service.ts';
import type { Reporter } from './coverages.ts';

/** Of exports that this process has seen through to the end. */
const maxRemembered = 5_000;

/** Part of what was sent at once: what it has of one process. */
export interface Export extends Reporter {
  /** Names what was sent, so that it counts once however often it is sent. */
  digest: string;
  now: number;
}

/** Hands on what exports came to. OTLP has no sequence; what an export says gives it one. */
export class Intake {
  readonly #telemetry: TelemetryService;
  readonly #takenOn = new Set<string>();

  constructor(telemetry: TelemetryService) {
    this.#telemetry = telemetry;
  }

  /** When this resolves, the windows are durable. Of windows that come again under a digest, those kept before stay. */
  async takeOn({ project, instance }: Reporter, digest: string, windows: readonly TelemetryWindow[]): Promise<void> {
    if (this.#takenOn.has(digest)) return;
    const sequenceOf = (index: number): number => sequenceNumber(`${digest} ${index}`);
    for (const batch of batchesOf(windows, { instance, sdk: 'opentelemetry', sequenceOf })) {
      await this.#telemetry.ingest(project, batch);
    }
    if (this.#takenOn.size >= maxRemembered) this.#takenOn.clear();
    this.#takenOn.add(digest);
  }
}

/** 39 bits: within what a sequence may be, and no two of the few batches that an instance sends in a minute have the same. */
const sequenceNumber = (text: string): number =>
  Math.floor(createHash('sha256').update(text).digest().readUIntBE(0, 5) / 2);
