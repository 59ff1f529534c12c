import { useOf } from './function-use.ts';
import { type AwsFinding, type AwsRule, advice, awsChange, evidenceOf } from './rule.ts';

/** Fewer are a burst, and no want. */
const minThrottledPercent = 1;
const minThrottles = 10;
/** Never more at once: what is reserved for one function is taken from the others. */
const maxGrowth = 2;
const reserve = 1.25;

/** A function that is turned away because too little is reserved for it, or because the account has no more. */
export const lambdaReservedConcurrency: AwsRule = {
  name: 'lambda-reserved-concurrency',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.lambdas.flatMap((lambda): AwsFinding[] => {
      const { name, reservedConcurrency: reserved } = lambda;
      const { figures } = useOf(view, lambda);
      const throttles = figures?.throttles ?? 0;
      const asked = (figures?.invocations ?? 0) + throttles;
      const throttledPercent = asked === 0 ? 0 : (throttles / asked) * 100;
      if (throttles < minThrottles || throttledPercent < minThrottledPercent) return [];
      const evidence = [
        evidenceOf(view, 'lambda.throttles', name, {
          throttles,
          throttledPercent: Math.round(throttledPercent * 10) / 10,
          peakConcurrency: figures?.peakConcurrency,
          reservedConcurrency: reserved,
        }),
      ];
      const told = `${throttles} of ${asked} invocations of ${name} were turned away`;
      if (reserved === undefined) {
        return [
          {
            ...advice,
            service: 'lambda',
            resource: name,
            name: `Let ${name} be throttled less`,
            description: `${told}, and nothing is reserved for it: the account ran all that it may. Ask AWS for a higher quota of concurrent executions, or reserve a part of it for ${name}.`,
            risk: 'low',
            evidence,
          },
        ];
      }
      const wanted = Math.ceil(reserved * (1 + throttles / Math.max(1, asked - throttles)) * reserve);
      const after = Math.max(reserved + 1, Math.min(reserved * maxGrowth, wanted));
      return [
        {
          service: 'lambda',
          resource: name,
          name: `Reserve more concurrency for ${name}`,
          description: `${told} at ${figures?.peakConcurrency ?? reserved} of the ${reserved} that are reserved for it. What is reserved more is taken from what the account's other functions share.`,
          changes: [awsChange('lambda', name, 'reservedConcurrency', reserved, after)],
          risk: 'medium',
          requiresRestart: false,
          reversible: true,
          evidence,
        },
      ];
    }),
};
