import { inUsd, prices, usd } from './prices.ts';
import { type AwsRule, advice, evidenceOf } from './rule.ts';

const gigabyte = 2 ** 30;

/** Advice to keep logs for a time. It stays advice: a shorter time deletes what is older. */
export const lambdaLogRetention: AwsRule = {
  name: 'lambda-log-retention',
  optimizationId: 'image_optimization',
  examine: (view) =>
    view.configuration.lambdas.flatMap(({ name, logs }) => {
      if (logs === undefined || logs.retentionDays !== undefined) return [];
      const gb = logs.storedBytes === undefined ? undefined : logs.storedBytes / gigabyte;
      const costUsd = gb === undefined ? undefined : gb * prices.logs.gbMonth;
      return [
        {
          ...advice,
          service: 'lambda',
          resource: name,
          name: `Keep the logs of ${name} for a time`,
          description: `The log group ${logs.group} keeps what is logged forever${costUsd === undefined ? '' : `: ${(gb ?? 0).toFixed(1)} GB by now, ${inUsd(costUsd)}, and more each day`}. Say for how long it is needed (\`RetentionInDays\`): what is older is deleted.`,
          ...(costUsd === undefined ? {} : { savesUsdPerMonth: usd(costUsd) }),
          risk: 'low',
          reversible: false,
          evidence: [evidenceOf(view, 'logs.stored', logs.group, { storedGb: gb })],
        },
      ];
    }),
};
