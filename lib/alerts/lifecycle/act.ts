import type { AlertAction, AlertType } from '../../contracts/alerts.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import { withEvent } from './history.ts';
import type { KeptAlert, SubjectState } from './subject.ts';
import { untoldSince } from './untold.ts';

export type ActName = 'acknowledge' | 'resolve';

/**
 * Each of these happens anew: a check that fails after somebody resolved what the one before it said has an alert again, and so
 * has an alarm that goes into ALARM once more, which it may do by way of having no data, and never of being well.
 */
const tellsOfEvents: ReadonlySet<AlertType> = new Set(['check-failed', 'cloudwatch-alarm']);

interface Act extends AlertAction {
  /** Who does it. */
  by: string;
  /** Epoch milliseconds. */
  now: number;
}

/**
 * What becomes of a subject by what somebody does to its alert. What was done before is not done again.
 *
 * @returns undefined when it changes nothing
 */
export const acts: Record<ActName, (state: SubjectState, alert: KeptAlert, act: Act) => SubjectState | undefined> = {
  /** @throws DomainError conflict when it is resolved */
  acknowledge: (state, alert, { by, now, why }) => {
    if (alert.status === 'resolved') throw new DomainError('conflict', 'The alert is resolved already.');
    if (alert.status === 'acknowledged') return undefined;
    const at = isoTime(now);
    return after(
      state,
      { ...alert, status: 'acknowledged', acknowledgedAt: at, acknowledgedBy: by, updatedAt: at },
      { event: 'acknowledged', at, by, why },
    );
  },
  resolve: (state, alert, { by, now, why }) => {
    if (alert.status === 'resolved') return undefined;
    const at = isoTime(now);
    const resolved = after(
      state,
      { ...alert, status: 'resolved', resolvedAt: at, resolvedBy: by, updatedAt: at },
      { event: 'resolved', at, by, why },
    );
    return { ...resolved, heldClosed: !tellsOfEvents.has(alert.type) };
  },
};

function after(
  state: SubjectState,
  alert: KeptAlert,
  { event, at, by, why }: { event: 'acknowledged' | 'resolved'; at: string; by: string; why: string | undefined },
): SubjectState {
  const told = { at, event, by, ...(why === undefined ? {} : { why }) };
  return {
    ...state,
    alert: withEvent(alert, told),
    change: state.change + 1,
    untoldSince: untoldSince(state, alert, Date.parse(at)),
  };
}
