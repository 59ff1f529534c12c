import { type Command, Option } from 'commander';
import { type LoadKind, type LoadTestRequest, loadLimits } from '../contracts/load.ts';
import { CliError } from './failure.ts';
import { percentNumber, positiveNumber, seconds, wholeNumber } from './options.ts';
import type { FlagNames } from './request-faults.ts';

const kinds = {
  basic: 'basic',
  stress: 'stress',
  spike: 'spike',
  endurance: 'endurance',
  all: 'comprehensive',
} as const satisfies Record<string, LoadKind>;

export interface KindFlags {
  test?: keyof typeof kinds;
  artillery?: string;
  startUsers?: number;
  maxUsers?: number;
  stepUsers?: number;
  step?: number;
  startRate?: number;
  maxRate?: number;
  stepRate?: number;
  maxErrorRate?: number;
  maxStepP95?: number;
  spikeUsers?: number;
  spikeRate?: number;
  spikeTime?: number;
  recovery?: number;
  enduranceTime?: number;
}

const users = wholeNumber(1, loadLimits.users);

export const withKinds = (command: Command): Command =>
  command
    .addOption(new Option('--test <kind>', 'what to find out; all is one after the other').choices(Object.keys(kinds)))
    .option('--artillery <file.yml>', 'run a script of Artillery, in place of --test')
    .optionsGroup('Stress (and all):')
    .option('--start-users <n>', 'the first step; 10 by default', users)
    .option('--max-users <n>', 'the last step; 1000 by default', users)
    .option('--step-users <n>', 'from one step to the next; by default each doubles the one before', users)
    .option('--start-rate <n>', 'open model, in place of --start-users', positiveNumber)
    .option('--max-rate <n>', 'open model, in place of --max-users', positiveNumber)
    .option('--step-rate <n>', 'open model, in place of --step-users', positiveNumber)
    .option('--step <time>', 'how long each step is held; 60s by default', seconds)
    .option('--max-error-rate <percent>', 'a step with more errors is not borne; 5 by default', percentNumber)
    .option('--max-step-p95 <ms>', 'nor is one with a higher p95; 2000 by default', positiveNumber)
    .optionsGroup('Spike (and all):')
    .option('--spike-users <n>', 'at its height; ten times --users by default', users)
    .option('--spike-rate <n>', 'open model, in place of --spike-users', positiveNumber)
    .option('--spike-time <time>', 'how long it lasts; 30s by default', seconds)
    .option('--recovery <time>', 'the time after it; 60s by default', seconds)
    .optionsGroup('All:')
    .option('--endurance-time <time>', 'how long its endurance part lasts; 5m by default', seconds)
    .optionsGroup('Options:');

/** @throws CliError when two kinds are asked for */
export function kindOf({ test, artillery }: KindFlags): LoadKind | undefined {
  if (artillery === undefined) return test && kinds[test];
  if (test !== undefined) throw new CliError('Give either --test or --artillery (a script with phases of its own).');
  return 'artillery';
}

/** The fields of the request that not every kind has; those that were not given are undefined. */
export function kindFieldsOf(flags: KindFlags) {
  const { maxErrorRate, maxStepP95 } = flags;
  return {
    startUsers: flags.startUsers,
    maxUsers: flags.maxUsers,
    stepUsers: flags.stepUsers,
    startRate: flags.startRate,
    maxRate: flags.maxRate,
    stepRate: flags.stepRate,
    stepSeconds: flags.step,
    spikeUsers: flags.spikeUsers,
    spikeRate: flags.spikeRate,
    spikeSeconds: flags.spikeTime,
    recoverySeconds: flags.recovery,
    enduranceSeconds: flags.enduranceTime,
    breakCriteria:
      maxErrorRate === undefined && maxStepP95 === undefined
        ? undefined
        : {
            ...(maxErrorRate === undefined ? {} : { maxErrorRatePercent: maxErrorRate }),
            ...(maxStepP95 === undefined ? {} : { maxP95ResponseTimeMs: maxStepP95 }),
          },
  };
}

/** By which flags the fields of a request are known here. */
export const fieldFlags = {
  users: '--users',
  arrivalRate: '--rate',
  durationSeconds: '--duration',
  rampUpSeconds: '--ramp-up',
  thinkTimeMs: '--think-time',
  timeoutMs: '--timeout',
  workers: '--workers',
  thresholds: '--threshold',
  startUsers: '--start-users',
  maxUsers: '--max-users',
  stepUsers: '--step-users',
  startRate: '--start-rate',
  maxRate: '--max-rate',
  stepRate: '--step-rate',
  stepSeconds: '--step',
  breakCriteria: '--max-error-rate (or --max-step-p95)',
  'breakCriteria.maxErrorRatePercent': '--max-error-rate',
  'breakCriteria.maxP95ResponseTimeMs': '--max-step-p95',
  spikeUsers: '--spike-users',
  spikeRate: '--spike-rate',
  spikeSeconds: '--spike-time',
  recoverySeconds: '--recovery',
  enduranceSeconds: '--endurance-time',
  insecureSkipTlsVerify: '--insecure',
  script: '--artillery',
} as const satisfies Partial<Record<keyof LoadTestRequest, string>> & FlagNames;
