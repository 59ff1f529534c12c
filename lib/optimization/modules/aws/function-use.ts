import type { LambdaResource } from '../../../contracts/aws-metrics.ts';
import type { LambdaConfiguration } from '../../aws/configuration/model.ts';
import { monthly, prices } from './prices.ts';
import type { AwsView } from './rule.ts';

export interface FunctionUse {
  figures?: LambdaResource;
  /** In a month, at what was measured. Absent: not measured, or too shortly. */
  monthlyGbSeconds?: number;
  monthlyInvocations?: number;
  /** Little's law: how many run at once in the mean. */
  meanConcurrency?: number;
}

/** What CloudWatch says of how a function is used. */
export function useOf({ figures }: AwsView, { name, memoryMb }: LambdaConfiguration): FunctionUse {
  const found = figures?.lambdas.find((one) => one.name === name);
  if (figures === undefined || found === undefined) return {};
  const factor = monthly(figures);
  const { invocations, avgDurationMs } = found;
  if (factor === undefined || invocations === undefined || avgDurationMs === undefined) return { figures: found };
  const seconds = (Date.parse(figures.to) - Date.parse(figures.from)) / 1_000;
  const busySeconds = (invocations * avgDurationMs) / 1_000;
  return {
    figures: found,
    monthlyGbSeconds: busySeconds * (memoryMb / 1_024) * factor,
    monthlyInvocations: invocations * factor,
    meanConcurrency: busySeconds / seconds,
  };
}

/** What a month of computing costs. */
export const computeUsd = (
  { architecture }: Pick<LambdaConfiguration, 'architecture'>,
  { monthlyGbSeconds }: FunctionUse,
): number | undefined =>
  monthlyGbSeconds === undefined ? undefined : monthlyGbSeconds * prices.lambda.gbSecond[architecture];
