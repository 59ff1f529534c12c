import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadLimits, loadTestRequest } from '../contracts/load.ts';
import type { OperationRequest } from '../contracts/routes.ts';
import type { CliContext } from './context.ts';
import { CliError } from './failure.ts';
import { fieldFlags, type KindFlags, kindFieldsOf, kindOf } from './load-kinds.ts';
import {
  collect,
  httpAddress,
  milliseconds,
  positiveNumber,
  seconds,
  wholeNumber,
  withProject,
  withTls,
} from './options.ts';
import { requireValid } from './request-faults.ts';
import { type ScenarioFlags, scenariosOf, withScenarios } from './scenarios.ts';
import { parseThreshold } from './thresholds.ts';

export interface LoadFlags extends KindFlags, ScenarioFlags {
  url?: string;
  users?: number;
  rate?: number;
  duration?: number;
  rampUp?: number;
  thinkTime?: number;
  timeout?: number;
  workers?: number;
  http2?: true;
  insecure?: true;
  threshold?: string[];
}

/** What to test: an address or a project, and the requests to it. */
export const withTarget = (command: Command): Command =>
  withTls(
    withScenarios(
      withProject(
        command.option(
          '--url <address>',
          'what to test; a project named after its host and port is registered for it',
          httpAddress,
        ),
      ),
    ),
  );

/** How many at once. */
export const withLevel = (command: Command): Command =>
  command
    .option(
      '--users <n>',
      'closed model: so many users, each waiting for its answer; 10 by default',
      wholeNumber(1, loadLimits.users),
    )
    .option('--rate <n>', 'open model: so many requests begin each second, whatever the target does', positiveNumber);

export const withPace = (command: Command): Command =>
  command
    .option('--ramp-up <time>', '10s by default', seconds)
    .option('--think-time <time>', 'of a user between two requests; 1000ms by default', milliseconds)
    .option('--timeout <time>', 'for an answer; 30s by default', milliseconds)
    .option('--workers <n>', 'how many workers send the requests', wholeNumber(1, loadLimits.workers))
    .option('--http2', 'over HTTP/2');

export const withOutcome = (command: Command): Command =>
  command
    .option(
      '--threshold <rule>',
      "such as 'p95<200' (ms), 'errors<1' (percent), 'rps>500'; repeatable",
      collect(parseThreshold),
    )
    .option('--output <file>', 'write the result: .json, .html (a page with plots) or .xml (JUnit, for CI)');

export type LoadTestBody = NonNullable<OperationRequest<'startLoadTest'>['body']>;

/**
 * What is not given is left to the platform's own defaults.
 * @throws CliError when flags contradict each other, or a file cannot be read
 */
export async function loadTestBodyOf(flags: LoadFlags, context: CliContext): Promise<LoadTestBody> {
  const { users, rate, duration, rampUp, thinkTime, timeout, workers, http2, insecure, threshold, artillery } = flags;
  const given = {
    kind: kindOf(flags),
    users,
    arrivalRate: rate,
    durationSeconds: duration,
    rampUpSeconds: rampUp,
    thinkTimeMs: thinkTime,
    timeoutMs: timeout,
    workers,
    protocol: http2 && ('http2' as const),
    insecureSkipTlsVerify: insecure,
    thresholds: threshold,
    ...kindFieldsOf(flags),
    ...(artillery === undefined
      ? { scenarios: await scenariosOf(flags, context, pathOf(flags)) }
      : { script: await scriptOf(artillery, flags, context) }),
  };
  const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  requireValid(loadTestRequest, body, fieldFlags);
  return body;
}

function pathOf({ url }: LoadFlags): string {
  if (url === undefined) return '/';
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** What a script says itself; given beside it, it would do nothing. */
const ofScripts: Partial<Record<keyof LoadFlags, string>> = {
  users: '--users',
  rate: '--rate',
  duration: '--duration',
  rampUp: '--ramp-up',
  thinkTime: '--think-time',
  http2: '--http2',
  path: '--path',
  method: '--method',
  header: '--header',
  body: '--body',
  scenarios: '--scenarios',
};

async function scriptOf(file: string, flags: LoadFlags, { workingDirectory }: CliContext): Promise<string> {
  const idle = Object.entries(ofScripts).filter(([name]) => flags[name as keyof LoadFlags] !== undefined);
  if (idle.length > 0) {
    const named = idle.map(([, flag]) => flag).join(', ');
    throw new CliError(`The script of --artillery has phases and requests of its own: leave out ${named}.`);
  }
  try {
    return await readFile(resolve(workingDirectory, file), 'utf8');
  } catch (cause) {
    throw new CliError(`The script cannot be read from ${file}: ${(cause as Error).message}.`, { cause });
  }
}
