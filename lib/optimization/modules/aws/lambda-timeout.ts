import type { InvocationFigures, LambdaConfiguration } from '../../aws/configuration/model.ts';
import { type AwsRule, awsChange, evidenceOf } from './rule.ts';

const minInvocations = 20;
/** The longest takes so much of it. */
const nearPercent = 80;
/** Above what the longest takes. */
const reserve = 2;
const longestSeconds = 900;
/** A lower one is proposed on more evidence, and where waiting in vain would cost something. */
const enoughInvocations = 200;
const longSeconds = 60;
const farTimes = 20;
const shortestSeconds = 10;

/** A function that is cut off, or nearly; or whose hanging would not be noticed for very long. */
export const lambdaTimeout: AwsRule = {
  name: 'lambda-timeout',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.lambdas.flatMap((lambda) => {
      const { name, timeoutSeconds, reports } = lambda;
      if (reports?.maxDurationMs === undefined || reports.invocations < minInvocations) return [];
      const after = wantedSeconds(lambda, reports);
      if (after === undefined) return [];
      const longest = `${(reports.maxDurationMs / 1_000).toFixed(1)} s`;
      return [
        {
          service: 'lambda' as const,
          resource: name,
          name: after > timeoutSeconds ? `Let ${name} finish` : `Notice sooner when ${name} hangs`,
          description:
            after > timeoutSeconds
              ? `${name} may take ${timeoutSeconds} s, and its longest invocation took ${longest}${reports.timeouts === 0 ? '' : `; ${reports.timeouts} were cut off`}. A queue that it reads must keep messages from others for six times as long.`
              : `${name} may take ${timeoutSeconds} s, and its longest of ${reports.invocations} invocations took ${longest}. One that hangs is paid, and waited for, until the end.`,
          changes: [awsChange('lambda', name, 'timeout', timeoutSeconds, after)],
          risk: after > timeoutSeconds ? ('low' as const) : ('medium' as const),
          requiresRestart: false,
          reversible: true,
          evidence: [
            evidenceOf(view, 'lambda.duration', name, {
              timeoutSeconds,
              invocations: reports.invocations,
              timeouts: reports.timeouts,
              p99DurationMs: reports.p99DurationMs,
              maxDurationMs: reports.maxDurationMs,
            }),
          ],
        },
      ];
    }),
};

function wantedSeconds({ timeoutSeconds }: LambdaConfiguration, reports: InvocationFigures): number | undefined {
  const longest = (reports.maxDurationMs ?? 0) / 1_000;
  if (reports.timeouts > 0 || longest >= (timeoutSeconds * nearPercent) / 100) {
    const more = Math.min(longestSeconds, Math.ceil(Math.max(longest, timeoutSeconds) * reserve));
    return more > timeoutSeconds ? more : undefined;
  }
  const isFar = timeoutSeconds >= longSeconds && longest * farTimes < timeoutSeconds;
  if (!isFar || reports.invocations < enoughInvocations) return undefined;
  return Math.max(shortestSeconds, Math.ceil(longest * 5));
}
