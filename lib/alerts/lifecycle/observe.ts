import { type AlertEvent, type AlertSubject, byItself } from '../../contracts/alerts.ts';
import { isoTime } from '../../platform/clock.ts';
import { derivedId } from '../../platform/ids.ts';
import { graver } from '../severity.ts';
import { withEvent } from './history.ts';
import type { Observation, Shown } from './observation.ts';
import type { KeptAlert, SubjectState } from './subject.ts';
import { untoldSince } from './untold.ts';

/** What resolved by itself and comes back this soon is the same alert: a value that flaps around its threshold gives one. */
const reopenMs = 15 * 60_000;
/** An observation of a time that lies further ahead than this was made by a clock that went wrong, and holds up no other. */
const aheadMs = 5 * 60_000;

export interface Step {
  state: SubjectState;
  /** What happened to the alert and is to be announced. */
  event?: AlertEvent['event'];
}

/**
 * What becomes of a subject by an observation.
 *
 * Invariants: the state has one alert, so at most one is open; an observation that comes again, or after a newer one, changes
 * nothing; the severity of an open alert never falls.
 *
 * @param now epoch milliseconds
 * @returns undefined when it changes nothing
 */
export function observe(
  state: SubjectState | undefined,
  subject: AlertSubject,
  observation: Observation,
  now: number,
): Step | undefined {
  if (state !== undefined && isStale(state, observation, now)) return undefined;
  const before: SubjectState = {
    ...(state ?? { ...subject, change: 0, heldClosed: false, untoldSince: isoTime(now) }),
    observedAt: isoTime(observation.at),
  };
  if (observation.finds === 'gone') return gone(before, observation, now);
  if (observation.finds === 'between') return { state: refreshed(before, observation.shown, now) };
  return firing(before, observation, now);
}

const isStale = ({ observedAt }: SubjectState, { at }: Observation, now: number): boolean => {
  const newest = Date.parse(observedAt);
  return at <= newest && newest <= now + aheadMs;
};

type Firing = Extract<Observation, { finds: 'firing' }>;
type Gone = Extract<Observation, { finds: 'gone' }>;

function firing(state: SubjectState, observation: Firing, now: number): Step {
  const { alert } = state;
  if (state.heldClosed) return { state };
  if (alert === undefined || alert.status === 'resolved') {
    return alert !== undefined && isBack(alert, observation)
      ? reopened(state, alert, observation, now)
      : opened(state, observation, now);
  }
  const severity = graver(alert.severity, observation.severity);
  const { reason } = observation;
  const next = { ...showing(alert, observation.shown), severity, updatedAt: isoTime(now) };
  if (severity === alert.severity) return { state: changed(state, next) };
  const at = isoTime(observation.at);
  return {
    state: announceable(
      state,
      withEvent({ ...next, reason }, { at, event: 'raised', by: byItself, severity, why: reason }),
      now,
    ),
    event: 'raised',
  };
}

/** All that was found, and nothing of what was before: a value and the limit of another figure would say what never was. */
function showing(alert: KeptAlert, shown: Shown): KeptAlert {
  const { value: _, threshold: __, ratio: ___, unit: ____, window: _____, analysis: ______, ...kept } = alert;
  return { ...kept, ...shown };
}

const isBack = ({ resolvedAt, resolvedBy }: KeptAlert, { at }: Firing): boolean =>
  resolvedBy === byItself && resolvedAt !== undefined && at - Date.parse(resolvedAt) <= reopenMs;

function reopened(state: SubjectState, alert: KeptAlert, { at, severity, reason, shown }: Firing, now: number): Step {
  const { resolvedAt: _, resolvedBy: __, acknowledgedAt: ___, acknowledgedBy: ____, ...kept } = showing(alert, shown);
  const next: KeptAlert = { ...kept, status: 'open', severity, reason, updatedAt: isoTime(now) };
  const event = { at: isoTime(at), event: 'reopened', by: byItself, severity, why: reason } as const;
  return { state: announceable(state, withEvent(next, event), now), event: 'reopened' };
}

function opened(state: SubjectState, { at, severity, reason, shown }: Firing, now: number): Step {
  const { type, subject, project } = state;
  const openedAt = isoTime(at);
  const alert: KeptAlert = {
    // The same whenever it is derived of the same: who opens it twice opens one.
    alertId: derivedId(at, `alert ${JSON.stringify([project, type, subject, openedAt])}`),
    type,
    subject,
    ...(project === undefined ? {} : { project }),
    severity,
    status: 'open',
    reason,
    openedAt,
    updatedAt: isoTime(now),
    ...shown,
    runbook: `docs/runbook.md#${type}`,
    history: [],
  };
  const event = { at: openedAt, event: 'opened', by: byItself, severity, why: reason } as const;
  return { state: announceable(state, withEvent(alert, event), now), event: 'opened' };
}

function gone(before: SubjectState, { at, why, shown = {} }: Gone, now: number): Step {
  const goneAt = isoTime(at);
  const state = { ...before, goneAt, heldClosed: false };
  const { alert } = state;
  if (alert === undefined || alert.status === 'resolved') return { state };
  const next: KeptAlert = {
    ...alert,
    ...shown,
    status: 'resolved',
    resolvedAt: goneAt,
    resolvedBy: byItself,
    updatedAt: isoTime(now),
  };
  const event = { at: goneAt, event: 'resolved', by: byItself, why } as const;
  return { state: announceable(state, withEvent(next, event), now), event: 'resolved' };
}

function refreshed(state: SubjectState, shown: Partial<Shown> | undefined, now: number): SubjectState {
  const { alert } = state;
  if (shown === undefined || alert === undefined || alert.status === 'resolved') return state;
  return changed(state, { ...alert, ...shown, updatedAt: isoTime(now) });
}

const changed = (state: SubjectState, alert: KeptAlert): SubjectState => ({
  ...state,
  alert,
  change: state.change + 1,
});

const announceable = (state: SubjectState, alert: KeptAlert, now: number): SubjectState => ({
  ...changed(state, alert),
  untoldSince: untoldSince(state, alert, now),
});
