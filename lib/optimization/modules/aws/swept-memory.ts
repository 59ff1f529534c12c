import type { LambdaConfiguration } from '../../aws/configuration/model.ts';
import type { SweptFunction } from '../../aws/memory-sweep/choice.ts';
import { useOf } from './function-use.ts';
import { costs } from './prices.ts';
import { type AwsFinding, type AwsView, awsChange, evidenceOf } from './rule.ts';

/** What a size leaves free above what the function used at most. */
const reserve = 1.2;

/** The size at the knee of a sweep's curve, where the function has another one that was measured beside it. */
export function sweptMemory(view: AwsView, lambda: LambdaConfiguration, swept: SweptFunction): AwsFinding[] {
  const { name, memoryMb, reports } = lambda;
  const { curve, balanced, from, to } = swept;
  const now = curve.find((point) => point.memoryMb === memoryMb);
  const then = curve.find((point) => point.memoryMb === balanced.memoryMb);
  const usedMb = Math.max(reports?.maxMemoryUsedMb ?? 0, then?.maxMemoryUsedMb ?? 0);
  if (now === undefined || then === undefined || now === then || then.memoryMb < usedMb * reserve) return [];
  const fasterPercent = Math.round(1_000 * (1 - then.meanDurationMs / now.meanDurationMs)) / 10;
  const { monthlyInvocations } = useOf(view, lambda);
  const monthlyUsd = (usdPerMillion: number): number => ((monthlyInvocations ?? 0) / 1e6) * usdPerMillion;
  return [
    {
      service: 'lambda',
      resource: name,
      name: `${then.memoryMb} MB for ${name}`,
      description: `${name} has ${memoryMb} MB, and takes ${now.meanDurationMs.toFixed(1)} ms at ${now.usdPerMillion.toFixed(2)} USD a million. ${balanced.reason}`,
      changes: [awsChange('lambda', name, 'memorySize', memoryMb, then.memoryMb)],
      ...(fasterPercent > 0
        ? {
            expectedImpactPercent: fasterPercent,
            expectedImpactSource: `A memory sweep of ${now.invocations} invocations of each size`,
          }
        : {}),
      ...(monthlyInvocations === undefined ? {} : costs(monthlyUsd(now.usdPerMillion), monthlyUsd(then.usdPerMillion))),
      risk: 'low',
      requiresRestart: true,
      reversible: true,
      evidence: [
        evidenceOf({ from, to }, 'lambda.memorySweep', name, {
          memoryMb,
          meanDurationMs: now.meanDurationMs,
          usdPerMillion: now.usdPerMillion,
          afterMb: then.memoryMb,
          afterMeanDurationMs: then.meanDurationMs,
          afterUsdPerMillion: then.usdPerMillion,
        }),
      ],
    },
  ];
}
