import { createHash } from 'node:crypto';
import type { TelemetryBatch, TelemetryWindow } from '../../contracts/telemetry.ts';
import { DomainError } from '../../platform/errors.ts';
import { batchesOf } from '../records/batches.ts';
import type { TelemetryService } from '../service.ts';
import type { Reporter } from './coverages.ts';
import type { Rejected } from './wire.ts';

/** Of exports that this process has seen through to the end. */
const maxRemembered = 5_000;

/** No other try makes these better, and none may keep what comes after from being counted. */
const forGood = new Set<string>(['invalid-request', 'payload-too-large']);

/** Part of what was sent at once: what it has of one process. */
export interface Export extends Reporter {
  /** Names what was sent, so that it counts once however often it is sent. */
  digest: string;
  now: number;
  /** What was told of the project by then is erased. */
  erasedUntil: number;
}

/** Hands on what exports came to. OTLP has no sequence; what an export says gives it one. */
export class Intake {
  readonly #telemetry: TelemetryService;
  readonly #takenOn = new Set<string>();

  constructor(telemetry: TelemetryService) {
    this.#telemetry = telemetry;
  }

  /**
   * When this resolves, the windows are durable, but for those that can never be kept. Of windows that come again under a digest,
   * those kept before stay.
   * @returns how many figures are refused for good
   */
  async takeOn(
    { project, instance, serviceVersion }: Reporter,
    digest: string,
    windows: readonly TelemetryWindow[],
  ): Promise<Rejected> {
    const rejected: Rejected = { count: 0, message: '' };
    if (this.#takenOn.has(digest)) return rejected;
    const sequenceOf = (index: number): number => sequenceNumber(`${digest} ${index}`);
    for (const batch of batchesOf(windows, { instance, sdk: 'opentelemetry', serviceVersion, sequenceOf })) {
      try {
        await this.#telemetry.ingest(project, batch);
      } catch (error) {
        if (!(error instanceof DomainError) || !forGood.has(error.code)) throw error;
        rejected.count += figuresIn(batch);
        rejected.message ||= error.message;
      }
    }
    if (this.#takenOn.size >= maxRemembered) this.#takenOn.clear();
    this.#takenOn.add(digest);
    return rejected;
  }
}

const figuresIn = ({ windows }: TelemetryBatch): number =>
  windows.reduce(
    (sum, { endpoints, queries, outgoing, metrics, resources }) =>
      sum + endpoints.length + queries.length + outgoing.length + metrics.length + (resources === undefined ? 0 : 1),
    0,
  );

/** 39 bits: within what a sequence may be, and no two of the few batches that an instance sends in a minute have the same. */
const sequenceNumber = (text: string): number =>
  Math.floor(createHash('sha256').update(text).digest().readUIntBE(0, 5) / 2);
