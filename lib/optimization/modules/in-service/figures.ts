import type { Bottleneck, Evidence } from '../../../contracts/analysis.ts';
import type { Proposal } from '../../../contracts/optimizations.ts';
import { isoTime } from '../../../platform/clock.ts';
import type { Situation } from '../../situation.ts';

export const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Of the telemetry, for as long as it was observed. */
export function observedEvidence(
  { telemetry, period }: Pick<Situation, 'telemetry' | 'period'>,
  metric: string,
  subject: string,
  values: Record<string, number>,
): Evidence {
  const { from, to } = telemetry.observed ?? period;
  return { metric, subject, from: isoTime(from), to: isoTime(to), values };
}

export const observedSeconds = ({ telemetry }: Pick<Situation, 'telemetry'>): number =>
  telemetry.observed === undefined ? 0 : (telemetry.observed.to - telemetry.observed.from) / 1_000;

/**
 * What a change is worth by the recorded breakdown of request time: how much shorter the mean response time becomes if a share of what
 * the bottleneck takes is gone.
 *
 * @param share of the bottleneck that goes, from 0 to 1
 * @returns nothing where the breakdown says nothing
 */
export function impactOf(
  { predicted, type }: Pick<Bottleneck, 'predicted' | 'type'>,
  share = 1,
): Pick<Proposal, 'expectedImpactPercent' | 'expectedImpactSource'> {
  const { before = 0, after = 0 } = predicted?.avgResponseTimeMs ?? {};
  if (before <= 0 || after >= before) return {};
  const part = share === 1 ? 'what' : `${Math.round(100 * share)} % of what`;
  return {
    expectedImpactPercent: tenths(((before - after) / before) * 100 * share),
    expectedImpactSource: `The recorded breakdown of request time, without ${part} the bottleneck \`${type}\` takes`,
  };
}
