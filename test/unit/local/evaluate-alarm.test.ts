import { describe, expect, it } from 'vitest';
import { type EvaluatedAlarm, evaluateAlarm } from '../../../lib/local/emulators/cloudwatch/evaluate-alarm.ts';

const nowMs = Date.parse('2026-01-31T12:34:56Z');
const minuteMs = 60_000;
const endMs = Date.parse('2026-01-31T12:34:00Z');

const alarm: EvaluatedAlarm = {
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 5,
  Period: 60,
  EvaluationPeriods: 3,
  TreatMissingData: 'missing',
  StateValue: 'INSUFFICIENT_DATA',
};

/** As in the User Guide: the oldest period first; X breaches, 0 does not, - is missing. */
const datapoints = (picture: string, periodMs = minuteMs) =>
  picture
    .split(' ')
    .toReversed()
    .flatMap((sign, i) =>
      sign === '-' ? [] : [{ timestampMs: endMs - (i + 1) * periodMs, value: sign === 'X' ? 10 : 0 }],
    );

const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
type Expected = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'retain';

function check(picture: string, expected: readonly Expected[], settings: Partial<EvaluatedAlarm>): void {
  for (const [i, TreatMissingData] of treatments.entries()) {
    // Every current state: only "retain" may depend on it.
    for (const StateValue of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
      const { state } = evaluateAlarm(
        { ...alarm, ...settings, TreatMissingData, StateValue },
        datapoints(picture),
        nowMs,
      );
      expect(state, TreatMissingData).toBe(expected[i] === 'retain' ? StateValue : expected[i]);
    }
  }
}

describe('an alarm of 3 out of 3 datapoints, by the table of the User Guide', () => {
  it.each<[string, Expected, Expected, Expected, Expected]>([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', 'retain', 'ALARM', 'OK'],
    // Beside the table: it would be too early to say that it broke for three periods.
    ['- - - - X', 'retain', 'retain', 'ALARM', 'OK'],
    ['X X X 0 0', 'OK', 'OK', 'OK', 'OK'],
    ['0 0 X X X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ])('%s', (picture, ...expected) => check(picture, expected, {}));
});

describe('an alarm of 2 out of 3 datapoints, by the table of the User Guide', () => {
  it.each<[string, Expected, Expected, Expected, Expected]>([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - X -', 'ALARM', 'retain', 'ALARM', 'OK'],
  ])('%s', (picture, ...expected) => check(picture, expected, { DatapointsToAlarm: 2 }));
});

describe('a threshold', () => {
  it.each([
    ['GreaterThanThreshold', [false, false, true]],
    ['GreaterThanOrEqualToThreshold', [false, true, true]],
    ['LessThanThreshold', [true, false, false]],
    ['LessThanOrEqualToThreshold', [true, true, false]],
  ] as const)('%s is crossed by 4, 5, 6 at 5: %s', (ComparisonOperator, expected) => {
    const single = { ...alarm, ComparisonOperator, EvaluationPeriods: 1 };
    const states = [4, 5, 6].map(
      (value) => evaluateAlarm(single, [{ timestampMs: endMs - minuteMs, value }], nowMs).state === 'ALARM',
    );
    expect(states).toEqual(expected);
  });
});

describe('the periods', () => {
  it('are whole minutes that have ended', () => {
    const single = { ...alarm, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' as const };
    expect(evaluateAlarm(single, [{ timestampMs: endMs, value: 10 }], nowMs).state).toBe('OK');
    expect(evaluateAlarm(single, [{ timestampMs: endMs, value: 10 }], nowMs + minuteMs).state).toBe('ALARM');
  });

  it('of five minutes end at any minute', () => {
    const long = { ...alarm, Period: 300, EvaluationPeriods: 2 };
    expect(evaluateAlarm(long, datapoints('0 X X', 300_000), nowMs).state).toBe('ALARM');
  });
});

describe('the reason', () => {
  it('is in the words of CloudWatch', () => {
    const reason = (picture: string, settings: Partial<EvaluatedAlarm> = {}) =>
      evaluateAlarm({ ...alarm, ...settings }, datapoints(picture), nowMs).reason;
    expect(reason('X X', { EvaluationPeriods: 2 })).toBe(
      'Threshold Crossed: 2 out of the last 2 datapoints [10 (31/01/26 12:33:00), 10 (31/01/26 12:32:00)] were greater than the threshold (5) (minimum 2 datapoints for OK -> ALARM transition).',
    );
    expect(reason('0', { EvaluationPeriods: 1 })).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoints [0 (31/01/26 12:33:00)] was not greater than the threshold (5) (minimum 1 datapoint for ALARM -> OK transition).',
    );
    expect(reason('-')).toBe('Insufficient Data: 3 datapoints were unknown.');
    expect(reason('-', { TreatMissingData: 'notBreaching' })).toBe(
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].',
    );
  });
});
