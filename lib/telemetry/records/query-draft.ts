import type { QueryWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';
import { whole } from './seen-request.ts';

export interface SeenQuery {
  system: string;
  fingerprint: string;
  /** `GET /products`: where it was called, as far as that is known. */
  endpoint: string | undefined;
  durationUs: number;
  rows: number;
  weight: number;
  /** How many of the kind its request had sent by then, this one included; 0 outside of any. */
  ofRequest: number;
}

export const queryKeyOf = ({ system, fingerprint, endpoint }: Pick<SeenQuery, 'system' | 'fingerprint' | 'endpoint'>) =>
  [system, fingerprint, endpoint ?? ''].join('\0');

/** The figures of one kind of query, as called from one endpoint, within one window. */
export class QueryDraft {
  readonly #kind: Pick<SeenQuery, 'system' | 'fingerprint' | 'endpoint'>;
  readonly #queryTime = new Sketch();
  #rows = 0;
  #maxPerRequest = 0;

  constructor({ system, fingerprint, endpoint }: Pick<SeenQuery, 'system' | 'fingerprint' | 'endpoint'>) {
    this.#kind = { system, fingerprint, endpoint };
  }

  add({ durationUs, rows, weight, ofRequest }: SeenQuery): void {
    this.#queryTime.record(durationUs, weight);
    this.#rows += rows * weight;
    this.#maxPerRequest = Math.max(this.#maxPerRequest, ofRequest);
  }

  wire(): QueryWindow {
    const { system, fingerprint, endpoint } = this.#kind;
    return {
      system,
      fingerprint,
      ...(endpoint !== undefined && { endpoint }),
      queryTime: this.#queryTime.toBase64(),
      rows: whole(this.#rows),
      maxPerRequest: whole(this.#maxPerRequest),
    };
  }
}
