import { costs, hoursAMonth, inUsd, prices } from './prices.ts';
import { type AwsRule, awsChange, evidenceOf } from './rule.ts';

const size = '0.5';
const ttlSeconds = 60;

/** A REST API without a cache, where the service answers the same again and again. */
export const apiCaching: AwsRule = {
  name: 'api-caching',
  optimizationId: 'cache_optimization',
  examine: (view) => {
    const [repeated] = view.bottlenecks.filter(({ type }) => type === 'missing-cache');
    if (repeated === undefined) return [];
    const costUsd = hoursAMonth * prices.apiGateway.cacheHour[size];
    return view.configuration.apis
      .filter(({ kind }) => kind === 'rest')
      .flatMap(({ name, stages }) =>
        stages
          .filter(({ cacheSizeGb, isCaching }) => cacheSizeGb === undefined && !isCaching)
          .map((stage) => ({
            service: 'apigateway' as const,
            resource: name,
            subject: `${name} ${stage.name}`,
            name: `Answer from a cache at the stage ${stage.name} of ${name}`,
            description: `${repeated.issue} A cache of ${size} GB at the stage ${stage.name} costs ${inUsd(costUsd)} and takes some minutes to make. It tells answers apart by their path and by those parameters only that the API declares as cache keys: see that no answer for one user can reach another before you approve it.`,
            changes: [
              awsChange('apigateway', name, `stage/${stage.name}/cacheCluster`, null, size),
              awsChange('apigateway', name, `stage/${stage.name}/caching`, null, { ttlSeconds }),
            ],
            expectedImpactPercent: repeated.performanceImpact,
            expectedImpactSource: `The share of request time that the analysis lays on ${repeated.component}`,
            ...costs(0, costUsd),
            risk: 'high' as const,
            requiresRestart: false,
            reversible: true,
            evidence: [
              evidenceOf(view, 'api.caching', name, { performanceImpactPercent: repeated.performanceImpact }),
              ...repeated.evidence,
            ],
          })),
      );
  },
};
