import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acts } from '../../../lib/alerts/lifecycle/act.ts';
import type { Observation } from '../../../lib/alerts/lifecycle/observation.ts';
import { observe } from '../../../lib/alerts/lifecycle/observe.ts';
import type { SubjectState } from '../../../lib/alerts/lifecycle/subject.ts';
import { compareSeverity } from '../../../lib/alerts/severity.ts';
import { type AlertSeverity, type AlertSubject, alertSeverities } from '../../../lib/contracts/alerts.ts';

const begin = Date.parse('2026-01-31T02:00:00.000Z');
const minuteMs = 60_000;
const now = begin + 1000 * minuteMs;
const subject: AlertSubject = { type: 'slow-requests', subject: 'avgResponseTimeMs', project: 'shop' };

const at = (minute: number): number => begin + minute * minuteMs;
const firing = (minute: number, severity: AlertSeverity = 'low'): Observation => ({
  at: at(minute),
  finds: 'firing',
  severity,
  reason: `It was slow in minute ${minute}.`,
  shown: { value: minute, evidence: [] },
});
const gone = (minute: number): Observation => ({ at: at(minute), finds: 'gone', why: 'It is well.' });
const between = (minute: number): Observation => ({ at: at(minute), finds: 'between', shown: { value: minute } });

const following = (state: SubjectState | undefined, ...observations: Observation[]): SubjectState | undefined =>
  observations.reduce((known, each) => observe(known, subject, each, now)?.state ?? known, state);
const stateAfter = (...observations: Observation[]): SubjectState => {
  const state = following(undefined, ...observations);
  if (state === undefined) throw new Error('Nothing was observed');
  return state;
};
const resolvedByHand = (state: SubjectState): SubjectState => {
  if (state.alert === undefined) throw new Error('There is no alert');
  return acts.resolve(state, state.alert, { by: 'Ada (1)', now, why: 'Known' }) ?? state;
};
const eventsOf = ({ alert }: SubjectState): string[] => (alert?.history ?? []).map(({ event }) => event);

describe('The life of an alert', () => {
  it('begins with what fires, and ends with what is gone', () => {
    const state = stateAfter(firing(1, 'medium'), gone(5));
    expect(state.alert).toMatchObject({
      ...subject,
      status: 'resolved',
      severity: 'medium',
      reason: 'It was slow in minute 1.',
      openedAt: new Date(at(1)).toISOString(),
      resolvedAt: new Date(at(5)).toISOString(),
      resolvedBy: 'headroom',
      runbook: 'docs/runbook.md#slow-requests',
      history: [
        { event: 'opened', by: 'headroom', severity: 'medium' },
        { event: 'resolved', by: 'headroom', why: 'It is well.' },
      ],
    });
  });

  it('may get graver, and never less grave', () => {
    const state = stateAfter(firing(1, 'medium'), firing(2, 'critical'), firing(3, 'low'));
    expect(state.alert).toMatchObject({ severity: 'critical', value: 3, reason: 'It was slow in minute 2.' });
    expect(eventsOf(state)).toEqual(['opened', 'raised']);
  });

  it('goes on within 15 minutes of its end, and not later', () => {
    const opened = stateAfter(firing(1));
    const back = following(opened, gone(5), firing(20));
    expect(back?.alert).toMatchObject({ alertId: opened.alert?.alertId, status: 'open' });
    expect(back?.alert).not.toHaveProperty('resolvedAt');
    expect(back && eventsOf(back)).toEqual(['opened', 'resolved', 'reopened']);
    expect(following(opened, gone(5), firing(21))?.alert?.alertId).not.toBe(opened.alert?.alertId);
  });

  it('ends by hand, and another begins only when the condition was gone once', () => {
    const closed = resolvedByHand(stateAfter(firing(1)));
    expect(closed.alert).toMatchObject({ status: 'resolved', resolvedBy: 'Ada (1)' });
    expect(following(closed, firing(2), between(3), firing(4, 'critical'))?.alert?.status).toBe('resolved');
    const next = following(closed, firing(2), gone(3), firing(4));
    expect(next?.alert).toMatchObject({ status: 'open', openedAt: new Date(at(4)).toISOString() });
    expect(next?.alert?.alertId).not.toBe(closed.alert?.alertId);
  });

  it('is acknowledged once, while it is open', () => {
    const state = stateAfter(firing(1));
    const given = { by: 'Ada (1)', now, why: 'On it' };
    if (state.alert === undefined) throw new Error('There is no alert');
    const acknowledged = acts.acknowledge(state, state.alert, given);
    expect(acknowledged?.alert).toMatchObject({ status: 'acknowledged', acknowledgedBy: 'Ada (1)' });
    if (acknowledged?.alert === undefined) throw new Error('There is no alert');
    expect(acts.acknowledge(acknowledged, acknowledged.alert, given)).toBeUndefined();
    const resolved = stateAfter(firing(1), gone(2));
    if (resolved.alert === undefined) throw new Error('There is no alert');
    expect(() => acts.acknowledge(resolved, { ...resolved.alert, status: 'resolved' } as never, given)).toThrow(
      'resolved already',
    );
    expect(acts.resolve(resolved, resolved.alert, given)).toBeUndefined();
  });

  it('keeps the beginning and the end of a long history', () => {
    const flapping = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? firing(index) : gone(index)));
    const { alert } = stateAfter(...flapping);
    expect(alert?.history).toHaveLength(50);
    expect(alert?.history[0]).toMatchObject({ event: 'opened' });
    expect(alert?.history.at(-1)).toMatchObject({ event: 'resolved', at: new Date(at(199)).toISOString() });
  });

  it('is not held up by an observation of a time that lies far ahead', () => {
    const ahead = Math.round((now - begin) / minuteMs) + 600;
    expect(following(undefined, gone(ahead), firing(1))?.alert?.status).toBe('open');
    expect(following(undefined, gone(900), firing(1))?.alert).toBeUndefined();
  });
});

const observations = fc.array(
  fc.record({
    minute: fc.nat(100),
    kind: fc.constantFrom('firing', 'gone', 'between'),
    severity: fc.constantFrom(...alertSeverities),
  }),
  { maxLength: 30 },
);
const observationOf = ({
  minute,
  kind,
  severity,
}: {
  minute: number;
  kind: string;
  severity: AlertSeverity;
}): Observation => (kind === 'firing' ? firing(minute, severity) : kind === 'gone' ? gone(minute) : between(minute));

describe('Whatever is observed', () => {
  it('an observation that comes again, or after a newer one, changes nothing', () => {
    fc.assert(
      fc.property(observations, (given) => {
        const all = given.map(observationOf);
        let state: SubjectState | undefined;
        let newest = Number.NEGATIVE_INFINITY;
        for (const each of all) {
          const step = observe(state, subject, each, now);
          expect(step === undefined).toBe(each.at <= newest);
          newest = Math.max(newest, each.at);
          state = step?.state ?? state;
          expect(observe(state, subject, each, now)).toBeUndefined();
        }
      }),
    );
  });

  it('an alert opens by a condition, and is told of in its history; its severity does not fall while it is open', () => {
    fc.assert(
      fc.property(observations, (given) => {
        let state: SubjectState | undefined;
        for (const each of given.map(observationOf)) {
          const step = observe(state, subject, each, now);
          if (step === undefined) continue;
          const [before, next] = [state?.alert, step.state.alert];
          if (step.event === undefined) {
            expect(next?.status).toBe(before?.status);
            expect(next?.severity).toBe(before?.severity);
          } else {
            expect(next?.history.at(-1)?.event).toBe(step.event);
            expect(step.state.change).toBe((state?.change ?? 0) + 1);
          }
          if (before?.status === 'open' && next?.status === 'open') {
            expect(compareSeverity(next.severity, before.severity)).toBeGreaterThanOrEqual(0);
          }
          // Only a subject whose alert is over gets another.
          if (before !== undefined && before.alertId !== next?.alertId) expect(before.status).toBe('resolved');
          state = step.state;
        }
        const told = [...new Map(given.map((each) => [each.minute, each])).values()];
        if (
          told.length === given.length &&
          given.every((each, i) => i === 0 || each.minute > (given[i - 1]?.minute ?? 0))
        ) {
          const last = given.findLast(({ kind }) => kind !== 'between');
          expect(state?.alert?.status === 'open').toBe(last?.kind === 'firing');
        }
      }),
    );
  });
});
