import { createHash } from 'node:crypto';
import type { OtlpSpan } from '../../contracts/otlp.ts';

/** Thresholds have 56 bits (https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/). */
const thresholdDigits = 14;
const thresholdRange = 2 ** 56;
/** Whoever samples less than this tells of nothing that could be reckoned up. */
const maxWeight = 1_000_000;

/** The share of traces that is kept, 0 to 1, as the vendor part `ot=th:...` of the trace state says; undefined where it does not. */
export function probabilityOf(traceState: string): number | undefined {
  const vendor = traceState
    .split(',')
    .map((entry) => entry.trim())
    .find((entry) => entry.startsWith('ot='));
  const threshold = vendor
    ?.slice('ot='.length)
    .split(';')
    .map((part) => /^th:([0-9a-f]{1,14})$/.exec(part)?.[1])
    .find((digits) => digits !== undefined);
  if (threshold === undefined) return undefined;
  return 1 - Number.parseInt(threshold.padEnd(thresholdDigits, '0'), 16) / thresholdRange;
}

/**
 * How many spans this one stands for. A fraction is rounded up for as many spans as it says, drawn by the span's id: the same
 * whenever it is sent, and right in the mean.
 */
export function weightOf({ traceState, traceId, spanId }: Pick<OtlpSpan, 'traceState' | 'traceId' | 'spanId'>): number {
  const probability = probabilityOf(traceState);
  if (probability === undefined || probability >= 1) return 1;
  const weight = Math.min(maxWeight, 1 / probability);
  const fraction = weight - Math.floor(weight);
  return Math.floor(weight) + (drawn(traceId + spanId) < fraction ? 1 : 0);
}

/** 0 up to 1 */
const drawn = (id: string): number => createHash('sha256').update(id).digest().readUInt32BE(0) / 2 ** 32;
