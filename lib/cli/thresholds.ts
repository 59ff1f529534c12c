import { InvalidArgumentError } from 'commander';
import type { JudgedThreshold, LoadTestResult } from '../contracts/load-result.ts';
import { judgeThresholds, loadThreshold } from '../contracts/load-threshold.ts';

/** `p95<200`, `errors<=1`, `rps>=500`. @returns it as it was written */
export function parseThreshold(text: string): string {
  const parsed = loadThreshold.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`It ${parsed.error.issues.map(({ message }) => message).join('; ')}.`);
}

/** The platform's own verdicts; where it gave none, the same rules are applied here, so that none passes unjudged. */
export const verdictsOf = (result: LoadTestResult, asked: readonly string[]): JudgedThreshold[] =>
  result.thresholds ?? judgeThresholds(asked, result);
