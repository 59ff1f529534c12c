import { type AwsRule, advice, evidenceOf } from './rule.ts';

/** What Lambda gives where nobody says otherwise: a fourteenth of a processor. */
const smallestMb = 128;

/** A function whose memory nobody chose: what is measured later says how much is right. */
const chosenMemory: AwsRule = {
  name: 'lambda-memory',
  optimizationId: 'stack_optimization',
  examine: (view) =>
    view.configuration.lambdas
      .filter(({ memoryMb }) => memoryMb <= smallestMb)
      .map(({ name, memoryMb }) => ({
        ...advice,
        service: 'lambda',
        resource: name,
        name: `Choose a memory for ${name}`,
        description: `${name} gets ${memoryMb} MB, the least there is, and with it a fourteenth of a processor: what computes takes many times longer for the same money. Measure it with more.`,
        risk: 'low',
        evidence: [evidenceOf(view, 'lambda.memory', name, { memoryMb })],
      })),
};

/** A serverless cache that nothing bounds: by how much is known when it is used. */
const boundedCache: AwsRule = {
  name: 'cache-limits',
  optimizationId: 'stack_optimization',
  examine: (view) =>
    view.configuration.caches
      .filter(({ maxDataGb, maxEcpuPerSecond }) => maxDataGb === undefined && maxEcpuPerSecond === undefined)
      .map(({ name }) => ({
        ...advice,
        service: 'elasticache',
        resource: name,
        name: `Bound what ${name} may cost`,
        description: `${name} has no CacheUsageLimits: it grows with whatever is put into it, and so does its bill.`,
        risk: 'medium',
        evidence: [evidenceOf(view, 'cache.limits', name, {})],
      })),
};

/** What there is to say of a template beside what is said of an account. */
export const templateRules: readonly AwsRule[] = [chosenMemory, boundedCache];
