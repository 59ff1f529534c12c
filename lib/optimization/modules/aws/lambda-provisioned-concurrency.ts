import type { AliasConfiguration, LambdaConfiguration } from '../../aws/configuration/model.ts';
import { type BusyHours, busyHours } from './busy-hours.ts';
import { computeUsd, useOf } from './function-use.ts';
import { costs, hoursAMonth, inUsd, prices } from './prices.ts';
import { type AwsRule, awsChange, evidenceOf } from './rule.ts';

const minInvocations = 50;
const minColdPercent = 5;
/** A shorter start is hardly felt. */
const minInitMs = 300;
/** More is a decision of somebody who pays for it. */
const maxUnits = 20;

/** A function whose callers often wait for a cold start, and that has an alias to keep environments ready for. */
export const lambdaProvisionedConcurrency: AwsRule = {
  name: 'lambda-provisioned-concurrency',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.lambdas.flatMap((lambda) => {
      const { name, reports, aliases = [] } = lambda;
      const [alias, ...others] = aliases.filter(({ version }) => version !== '$LATEST');
      if (reports === undefined || reports.invocations < minInvocations || alias === undefined) return [];
      const coldPercent = (reports.coldStarts / reports.invocations) * 100;
      const { p50InitMs = 0 } = reports;
      const use = useOf(view, lambda);
      const isReady = aliases.some(({ provisionedConcurrency }) => provisionedConcurrency !== undefined);
      // Which of several aliases takes the traffic is not known here.
      if (others.length > 0 || isReady || coldPercent < minColdPercent || p50InitMs < minInitMs) return [];
      const units = Math.min(maxUnits, Math.max(1, Math.ceil(use.meanConcurrency ?? 1)));
      const hours = busyHours(view.traffic);
      const costUsd = costOf(lambda, units, hours);
      const typicalMs = reports.p50DurationMs ?? 0;
      const gain = ((coldPercent / 100) * p50InitMs) / (typicalMs + (coldPercent / 100) * p50InitMs);
      return [
        {
          service: 'lambda',
          resource: name,
          name: `Keep environments of ${name} ready`,
          description: `${reports.coldStarts} of ${reports.invocations} invocations of ${name} began with a start of ${Math.round(p50InitMs)} ms in the middle. ${units} environments of the alias ${alias.name}${hours === undefined ? '' : ` from ${hours.from}:00 to ${hours.to}:00 UTC, when there is most to do,`} cost ${inUsd(costUsd)}.`,
          changes: [changeOf(name, alias, units, hours)],
          expectedImpactPercent: Math.round(gain * 1_000) / 10,
          expectedImpactSource: 'The share of starts in the mean time of an invocation, as its log reports it',
          ...costs(computeUsd(lambda, use) ?? 0, (computeUsd(lambda, use) ?? 0) + costUsd),
          risk: 'low',
          requiresRestart: false,
          reversible: true,
          evidence: [
            evidenceOf(view, 'lambda.coldStarts', name, {
              invocations: reports.invocations,
              coldStarts: reports.coldStarts,
              p50InitMs,
              p50DurationMs: reports.p50DurationMs,
              meanConcurrency: use.meanConcurrency,
            }),
          ],
        },
      ];
    }),
};

const changeOf = (name: string, alias: AliasConfiguration, units: number, hours: BusyHours | undefined) =>
  hours === undefined
    ? awsChange('lambda', name, `alias/${alias.name}/provisionedConcurrency`, null, units)
    : awsChange('lambda', name, `alias/${alias.name}/provisionedConcurrency`, null, [
        { at: `cron(0 ${hours.from} * * ? *)`, timezone: 'UTC', units },
        { at: `cron(0 ${hours.to} * * ? *)`, timezone: 'UTC', units: 0 },
      ]);

function costOf({ memoryMb, architecture }: LambdaConfiguration, units: number, hours: BusyHours | undefined): number {
  const share = hours === undefined ? 1 : ((hours.to - hours.from + 24) % 24) / 24;
  return units * (memoryMb / 1_024) * 3_600 * hoursAMonth * share * prices.lambda.provisionedGbSecond[architecture];
}
