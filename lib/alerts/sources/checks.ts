import type { Check } from '../../contracts/checks.ts';
import type { Observation, Shown } from '../lifecycle/observation.ts';
import type { SubjectState } from '../lifecycle/subject.ts';

export type EndedCheck = Pick<Check, 'checkId' | 'project' | 'status' | 'createdAt' | 'breaches' | 'reason'> & {
  /** What is checked again and again by this, and has an alert of its own. Default: what checks of no schedule are about */
  subject?: string;
  /** Whether it would have found a limit that is broken. Default: it would */
  isTested?: boolean;
  /** What broke, as it was in the checks before. */
  figure?: Pick<Shown, 'value' | 'threshold' | 'unit' | 'window'>;
};

const severities = { breached: 'high', failed: 'medium' } as const;

const maxReason = 500;

/**
 * What a check that has ended says. One that broke limits is worse than one that could not be carried out: that says nothing of
 * the service.
 *
 * @param at when it ended, epoch milliseconds
 */
export function checkObservation(
  { checkId, project, status, createdAt, breaches, reason, figure }: EndedCheck,
  at: number,
): Observation {
  if (status === 'passed') return { at, finds: 'gone', why: `The check ${checkId} passed.` };
  const values = Object.fromEntries(
    breaches.flatMap(({ limit, expected, actual }) => [
      [`${limit}, expected`, expected],
      [`${limit}, actual`, actual],
    ]),
  );
  const broken = breaches
    .map(({ limit, expected, actual }) => `${limit} is ${actual} in place of ${expected}`)
    .join(', ');
  const why =
    status === 'breached' ? `broke its limits: ${broken}` : `could not be carried out: ${reason ?? 'nobody knows why'}`;
  return {
    at,
    finds: 'firing',
    severity: severities[status === 'breached' ? status : 'failed'],
    reason: `The check ${checkId} ${why}`.slice(0, maxReason),
    shown: {
      ...figure,
      analysis: `/v1/projects/${project}/checks/${checkId}`,
      evidence: [{ metric: 'check', subject: checkId, from: createdAt, to: new Date(at).toISOString(), values }],
    },
  };
}

/** Whether a check has nothing to say: that it passed without a test shows that it can be carried out, and not that limits hold. */
export const saysNothing = ({ status, isTested = true }: EndedCheck, state: SubjectState | undefined): boolean =>
  status === 'passed' && !isTested && state?.alert?.severity === severities.breached;
