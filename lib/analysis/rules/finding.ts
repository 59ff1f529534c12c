import type { Bottleneck, Evidence } from '../../contracts/analysis.ts';
import type { Thresholds } from '../../contracts/thresholds.ts';
import type { TelemetryAggregate } from '../../telemetry/aggregate.ts';
import type { Recorded, Saving } from '../prediction.ts';
import type { Remedy } from '../remedies.ts';
import { subjectOf } from '../words.ts';

/** What the rules look at. */
export interface Observed extends Recorded {
  telemetry: TelemetryAggregate;
  thresholds: Thresholds;
  /** ISO 8601: what the evidence covers. */
  from: string;
  to: string;
  /** See `starvation`: 1 on a machine that is free. */
  starvation: number;
  requests: number;
  /** Of all requests together. */
  requestTimeUs: number;
}

export interface Finding extends Omit<Bottleneck, 'type' | 'predicted'> {
  remedy: Remedy;
  /** What doing it would be called. */
  opportunity: string;
  /** What would be gone with it. Absent: nothing recorded says so. */
  saving?: Saving;
  /** It keeps the processor: other requests wait for it, and the event loop is late. */
  blocks?: boolean;
}

/** Finds nothing where there is no data. */
export type Rule = (observed: Observed) => Finding[];

/** In percent, to a tenth. Requests that do several things at once can add up to more than their time: 100 is all of it. */
export const share = (part: number, whole: number): number =>
  whole > 0 ? Math.round(Math.min(100, (part / whole) * 100) * 10) / 10 : 0;

export const evidence = (
  { from, to }: Pick<Observed, 'from' | 'to'>,
  metric: string,
  subject: string,
  values: Record<string, number>,
): Evidence => ({ metric, subject: subjectOf(subject), from, to, values });
