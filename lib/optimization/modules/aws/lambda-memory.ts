import type { InvocationFigures, LambdaConfiguration } from '../../aws/configuration/model.ts';
import { computeUsd, useOf } from './function-use.ts';
import { costs, usd } from './prices.ts';
import { type AwsFinding, type AwsRule, type AwsView, awsChange, evidenceOf } from './rule.ts';
import { sweptMemory } from './swept-memory.ts';

/** Fewer say little of what the next one takes. */
const minInvocations = 20;
const fullPercent = 90;
const emptyPercent = 50;
/** Above what was used at most. */
const reserve = 1.3;
const stepMb = 64;
/** Here a function has one whole processor: code that runs on one has no use for more. */
const wholeProcessorMb = 1_769;
const largestMb = 10_240;
const smallestMb = 128;

/**
 * A function whose memory is nearly full, or half empty: memory is also what it has of the processor. Where a sweep has measured what each
 * size takes and costs, that says which to take.
 */
export const lambdaMemory: AwsRule = {
  name: 'lambda-memory',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.lambdas.flatMap((lambda) => {
      const { reports } = lambda;
      const swept = view.sweeps?.get(lambda.name);
      if (swept !== undefined && !isNearlyFull(lambda)) return sweptMemory(view, lambda, swept);
      // What another size took says nothing of this one.
      if (reports === undefined || reports.invocations < minInvocations || reports.memoryMb !== lambda.memoryMb)
        return [];
      const afterMb = wantedMb(lambda.memoryMb, reports);
      return afterMb === undefined ? [] : [finding(view, lambda, reports, afterMb)];
    }),
};

/** Then a sweep that was measured with less is of no more use. */
const isNearlyFull = ({ memoryMb, reports }: LambdaConfiguration): boolean =>
  reports !== undefined && reports.memoryMb === memoryMb && (reports.maxMemoryUsedMb / memoryMb) * 100 >= fullPercent;

function wantedMb(memoryMb: number, { maxMemoryUsedMb }: InvocationFigures): number | undefined {
  const usedPercent = (maxMemoryUsedMb / memoryMb) * 100;
  const needed = Math.ceil((maxMemoryUsedMb * reserve) / stepMb) * stepMb;
  if (usedPercent >= fullPercent) {
    const more = Math.min(largestMb, Math.max(needed, memoryMb + stepMb));
    return more > memoryMb ? more : undefined;
  }
  // At most half of it at once: how the duration follows is seen by measuring.
  const less = Math.max(smallestMb, needed, Math.ceil(memoryMb / 2 / stepMb) * stepMb);
  return usedPercent <= emptyPercent && less <= memoryMb * 0.75 ? less : undefined;
}

function finding(view: AwsView, lambda: LambdaConfiguration, reports: InvocationFigures, afterMb: number): AwsFinding {
  const { name, memoryMb } = lambda;
  const use = useOf(view, lambda);
  const nowUsd = computeUsd(lambda, use);
  const isMore = afterMb > memoryMb;
  return {
    service: 'lambda',
    resource: name,
    name: `${isMore ? 'More' : 'Less'} memory for ${name}`,
    description: isMore
      ? `${name} used ${reports.maxMemoryUsedMb} of its ${memoryMb} MB: a little more, and it is killed in the middle of an invocation.`
      : `${name} used at most ${reports.maxMemoryUsedMb} of its ${memoryMb} MB. Less memory is also less of a processor: the run measures whether it becomes slower. The saving is that of equal durations.`,
    changes: [awsChange('lambda', name, 'memorySize', memoryMb, afterMb)],
    ...(nowUsd === undefined ? {} : costsAt(nowUsd, afterMb / memoryMb)),
    risk: isMore || afterMb >= wholeProcessorMb ? 'low' : 'medium',
    requiresRestart: true,
    reversible: true,
    evidence: [
      evidenceOf(view, 'lambda.memory', name, {
        memoryMb,
        maxMemoryUsedMb: reports.maxMemoryUsedMb,
        invocations: reports.invocations,
        p50DurationMs: reports.p50DurationMs,
        avgDurationMs: use.figures?.avgDurationMs,
      }),
    ],
  };
}

/** At equal durations. More memory shortens them, by how much is not known: so what it comes to is not either, only the most. */
const costsAt = (nowUsd: number, ratio: number): Partial<ReturnType<typeof costs>> =>
  ratio > 1 ? { savesUsdPerMonth: usd(nowUsd * (1 - ratio)) } : costs(nowUsd, nowUsd * ratio);
