import type { Clock } from '../../platform/clock.ts';
import { breachesOfFigures } from '../judge.ts';
import type { TakeStep } from './step.ts';
import type { StepServices } from './steps.ts';

/** The test has the id that the run gave it: there is one, however often it is started. */
export const loadTestStep =
  ({ loadTests, alerts }: Pick<StepServices, 'loadTests' | 'alerts'>, clock: Clock): TakeStep =>
  async ({ project, testId, settings, findings }) => {
    if (findings.testId === undefined) {
      await loadTests.start(project, settings.loadTest, { testId });
      return { status: 'running', findings: { testId } };
    }
    const { endedAt, phase } = await loadTests.progress(project, testId);
    if (endedAt === undefined) return { status: 'running', ...(phase === undefined ? {} : { detail: phase }) };
    const { status, reason, result } = await loadTests.get(project, testId);
    if (status !== 'completed' || result === undefined) {
      const why = reason === undefined ? '' : `: ${reason}`;
      return { status: 'failed', detail: `The load test ${status === 'completed' ? 'has no result' : status}${why}.` };
    }
    await alerts.takeAnswers(project, testId, result, clock());
    const { maxP95ResponseTimeMs, minSuccessRatePercent } = settings;
    // A stress test goes on until the service breaks: its figures hold against no limit but its own thresholds.
    const limits = settings.loadTest.kind === 'stress' ? {} : { maxP95ResponseTimeMs, minSuccessRatePercent };
    const breaches = breachesOfFigures(limits, { loadTest: result, score: undefined });
    const { p95ResponseTimeMs } = result.performanceMetrics;
    const { successRatePercent } = result;
    return {
      status: 'completed',
      detail: `${result.totalRequests} requests`,
      findings: {
        ...(p95ResponseTimeMs === undefined ? {} : { p95ResponseTimeMs }),
        ...(successRatePercent === undefined ? {} : { successRatePercent }),
      },
      breaches,
    };
  };
