import type { Alarm, Datapoint, StateValue } from './model.ts';

export type EvaluatedAlarm = Pick<
  Alarm,
  'ComparisonOperator' | 'Threshold' | 'EvaluationPeriods' | 'DatapointsToAlarm' | 'TreatMissingData' | 'StateValue'
> & { readonly Period: number };

export interface Evaluation {
  readonly state: StateValue;
  /** In AWS's words. */
  readonly reason: string;
  /** The datapoints that it rests on, the newest first. */
  readonly datapoints: readonly Datapoint[];
}

/**
 * How many periods beyond EvaluationPeriods are looked at when data is missing. AWS does not tell its own number; the
 * examples of its documentation have two.
 */
const extraPeriods = 2;

/** From when on datapoints matter at `nowMs`: windows end at whole minutes, whatever the period. */
export function evaluationStartMs({ Period, EvaluationPeriods }: EvaluatedAlarm, nowMs: number): number {
  return evaluationEndMs(nowMs) - (EvaluationPeriods + extraPeriods) * Period * 1000;
}

export const evaluationEndMs = (nowMs: number): number => Math.floor(nowMs / 60_000) * 60_000;

/**
 * The state that an alarm should have at `nowMs`. The rules for missing data are those of the CloudWatch User Guide,
 * "Configuring how CloudWatch alarms treat missing data", with both tables of examples as tests.
 */
export function evaluateAlarm(alarm: EvaluatedAlarm, datapoints: readonly Datapoint[], nowMs: number): Evaluation {
  const { EvaluationPeriods: wanted, DatapointsToAlarm: toAlarm = wanted } = alarm;
  const found = byAge(alarm, datapoints, nowMs);
  const missing = Math.max(0, wanted - found.length);
  const considered = found.slice(0, wanted);
  const breaching = considered.filter(({ value }) => breaches(alarm, value));
  const conclude = (state: StateValue): Evaluation => ({
    state,
    reason: reasonFor(alarm, state, considered, breaching.length, missing),
    datapoints: considered.map(({ timestampMs, value }) => ({ timestampMs, value })),
  });
  const decide = (breachingCount: number) => conclude(breachingCount >= toAlarm ? 'ALARM' : 'OK');

  if (missing === 0) return decide(breaching.length);
  if (alarm.TreatMissingData === 'breaching') return decide(breaching.length + missing);
  if (alarm.TreatMissingData === 'notBreaching' || breaching.length >= toAlarm) return decide(breaching.length);
  // A datapoint within the threshold is enough to say OK.
  if (breaching.length < considered.length) return conclude('OK');
  if (alarm.TreatMissingData === 'ignore') return conclude(alarm.StateValue);
  const oldest = considered.at(-1);
  if (oldest === undefined) return conclude('INSUFFICIENT_DATA');
  // Only breaching or missing since it broke, and it has lasted long enough: no use in waiting for the missing ones.
  return conclude(oldest.age >= toAlarm ? 'ALARM' : alarm.StateValue);
}

interface AgedDatapoint extends Datapoint {
  /** 1 for the newest period. */
  readonly age: number;
}

function byAge(alarm: EvaluatedAlarm, datapoints: readonly Datapoint[], nowMs: number): readonly AgedDatapoint[] {
  const endMs = evaluationEndMs(nowMs);
  const periodMs = alarm.Period * 1000;
  return datapoints
    .map((datapoint) => ({ ...datapoint, age: Math.ceil((endMs - datapoint.timestampMs) / periodMs) }))
    .filter(({ age }) => age >= 1 && age <= alarm.EvaluationPeriods + extraPeriods)
    .sort((a, b) => a.age - b.age);
}

const comparisons: Record<Alarm['ComparisonOperator'], { words: string; holds: (a: number, b: number) => boolean }> = {
  GreaterThanThreshold: { words: 'greater than', holds: (value, threshold) => value > threshold },
  GreaterThanOrEqualToThreshold: {
    words: 'greater than or equal to',
    holds: (value, threshold) => value >= threshold,
  },
  LessThanThreshold: { words: 'less than', holds: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', holds: (value, threshold) => value <= threshold },
};

const breaches = (alarm: EvaluatedAlarm, value: number): boolean =>
  comparisons[alarm.ComparisonOperator].holds(value, alarm.Threshold);

function reasonFor(
  alarm: EvaluatedAlarm,
  state: StateValue,
  considered: readonly Datapoint[],
  breachingCount: number,
  missing: number,
): string {
  const { EvaluationPeriods: wanted, DatapointsToAlarm: toAlarm = wanted, TreatMissingData: treatment } = alarm;
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${count(missing, 'datapoint')} unknown.`;
  if (considered.length === 0) {
    const treated = treatment === 'breaching' ? 'Breaching' : 'NonBreaching';
    return `Threshold Crossed: no datapoints were received for ${wanted} period${wanted === 1 ? '' : 's'} and ${count(missing, 'missing datapoint')} treated as [${treated}].`;
  }
  const inAlarm = state === 'ALARM';
  const told = inAlarm ? breachingCount : considered.length - breachingCount;
  const values = considered.map(({ value, timestampMs }) => `${value} (${shortDate(timestampMs)})`).join(', ');
  const verb = `${told === 1 ? 'was' : 'were'}${inAlarm ? '' : ' not'}`;
  const { words } = comparisons[alarm.ComparisonOperator];
  const transition = inAlarm ? 'OK -> ALARM' : 'ALARM -> OK';
  const minimum = inAlarm ? toAlarm : wanted - toAlarm + 1;
  return `Threshold Crossed: ${told} out of the last ${considered.length} datapoints [${values}] ${verb} ${words} the threshold (${alarm.Threshold}) (minimum ${minimum} datapoint${minimum === 1 ? '' : 's'} for ${transition} transition).`;
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? ' was' : 's were'}`;

/** DD/MM/YY hh:mm:ss in UTC. */
function shortDate(epochMs: number): string {
  const [date = '', time = ''] = new Date(epochMs).toISOString().split('T');
  return `${date.slice(8)}/${date.slice(5, 7)}/${date.slice(2, 4)} ${time.slice(0, 8)}`;
}
