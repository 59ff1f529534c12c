import type { Check } from '../../contracts/checks.ts';
import type { Observation } from '../lifecycle/observation.ts';

export type EndedCheck = Pick<Check, 'checkId' | 'project' | 'status' | 'createdAt' | 'breaches' | 'reason'>;

const maxReason = 500;

/**
 * What a check that has ended says. One that broke limits is worse than one that could not be carried out: that says nothing of
 * the service.
 *
 * @param at when it ended, epoch milliseconds
 */
export function checkObservation(
  { checkId, project, status, createdAt, breaches, reason }: EndedCheck,
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
    severity: status === 'breached' ? 'high' : 'medium',
    reason: `The check ${checkId} ${why}`.slice(0, maxReason),
    shown: {
      analysis: `/v1/projects/${project}/checks/${checkId}`,
      evidence: [{ metric: 'check', subject: checkId, from: createdAt, to: new Date(at).toISOString(), values }],
    },
  };
}
