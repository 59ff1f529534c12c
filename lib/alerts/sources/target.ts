import type { AlertSubject } from '../../contracts/alerts.ts';
import type { LoadTestResult } from '../../contracts/load-result.ts';
import { isCertificateFault } from '../../load/certificate-fault.ts';
import { isoTime } from '../../platform/clock.ts';
import type { Observation } from '../lifecycle/observation.ts';

/** A target is taken to be down by two signs, each with an alert of its own: it reports nothing, or it answers nothing. */
export const silentTarget = (project: string): AlertSubject => ({ type: 'target-down', subject: 'service', project });
export const mutedTarget = (project: string): AlertSubject => ({ type: 'target-down', subject: 'baseUrl', project });

export type Asked = Pick<
  LoadTestResult,
  'totalRequests' | 'connectionFailures' | 'actualDurationSeconds' | 'scenarios' | 'errors'
>;

/**
 * What the load test of a check says of whether its target is there: an answer of whatever status shows that it is, and so does a
 * certificate, trusted or not.
 *
 * @param at when the test ended, epoch milliseconds
 * @returns undefined when nothing was asked
 */
export function answersObservation(project: string, testId: string, asked: Asked, at: number): Observation | undefined {
  const { totalRequests, connectionFailures, actualDurationSeconds, scenarios, errors } = asked;
  const answers = Object.values(scenarios)
    .flatMap(({ statuses }) => Object.values(statuses))
    .reduce((sum, count) => sum + count, 0);
  if (answers > 0 || errors.some(({ kind }) => isCertificateFault(kind)))
    return { at, finds: 'gone', why: `It answered the load test ${testId}.` };
  if (totalRequests + connectionFailures === 0) return undefined;
  return {
    at,
    finds: 'firing',
    severity: 'critical',
    reason: `The load test ${testId} got no answer at all: ${totalRequests} requests were sent, and ${connectionFailures} connections failed${mostly(errors)}.`,
    shown: {
      analysis: `/v1/projects/${project}/load-tests/${testId}`,
      evidence: [
        {
          metric: 'answers',
          subject: testId,
          from: isoTime(at - actualDurationSeconds * 1000),
          to: isoTime(at),
          values: { answers, requests: totalRequests, connectionFailures },
        },
      ],
    },
  };
}

/** Of errors, the most frequent stand first. */
const mostly = ([first]: Asked['errors']): string => (first === undefined ? '' : ` (${first.kind})`);
