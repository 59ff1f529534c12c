import type { AwsView } from './rule.ts';
import { type AwsRule, awsChange, evidenceOf } from './rule.ts';

/** Of the mean: traffic comes in bursts, and a limit is for what goes wrong. */
const timesTheMean = 20;
const leastPerSecond = 100;

/** A stage that lets anybody use up what all APIs of the account share. */
export const apiThrottling: AwsRule = {
  name: 'api-throttling',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.apis.flatMap(({ name, stages }) => {
      const requests = view.figures?.apis.find((one) => one.name === name)?.requests;
      // What is measured and has no traffic needs no limit yet, and none could be chosen.
      if (view.figures !== undefined && requests === undefined) return [];
      const ratePerSecond = rateOf(view, requests);
      return stages
        .filter(({ rateLimit }) => rateLimit === undefined)
        .map((stage) => ({
          service: 'apigateway' as const,
          resource: name,
          subject: `${name} ${stage.name}`,
          name: `A limit for the stage ${stage.name} of ${name}`,
          description: `The stage ${stage.name} of ${name} has no limit of its own: one caller can use up what all APIs of the account share.${requests === undefined ? '' : ` ${ratePerSecond} requests a second are ${timesTheMean} times its mean, and at least ${leastPerSecond}.`}`,
          changes: [
            awsChange('apigateway', name, `stage/${stage.name}/throttling`, null, {
              ratePerSecond,
              burst: ratePerSecond * 2,
            }),
          ],
          risk: 'medium' as const,
          requiresRestart: false,
          reversible: true,
          evidence: [evidenceOf(view, 'api.throttling', name, { requests, ratePerSecond })],
        }));
    }),
};

function rateOf({ from, to }: AwsView, requests: number | undefined): number {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1_000;
  const meanRate = requests === undefined || seconds <= 0 ? 0 : requests / seconds;
  return Math.max(leastPerSecond, Math.ceil((meanRate * timesTheMean) / 10) * 10);
}
