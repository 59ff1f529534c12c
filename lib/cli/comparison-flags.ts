import { InvalidArgumentError } from 'commander';
import { comparisonRequest, configuration } from '../contracts/comparisons.ts';
import type { OperationRequest } from '../contracts/routes.ts';
import type { CliContext } from './context.ts';
import { CliError } from './failure.ts';
import { requireValid } from './request-faults.ts';
import { type ScenarioFlags, scenariosOf } from './scenarios.ts';

export type ComparisonBody = OperationRequest<'startComparison'>['body'];
type Configuration = ComparisonBody['configurations'][number];

export interface ComparisonFlags extends ScenarioFlags {
  config?: Configuration[];
  users?: number;
  rate?: number;
  duration?: number;
  slice?: number;
  thinkTime?: number;
  insecure?: true;
  margin?: number;
}

/** `new=shop-next`, `2GB=shop@https://shop.example.com/2g`. */
export function parseConfiguration(text: string): Configuration {
  const [, name, project, baseUrl] = /^([^=]+)=([^@]+)(?:@(.+))?$/.exec(text) ?? [];
  const given = { name, project, ...(baseUrl === undefined ? {} : { baseUrl }) };
  const { data, error } = configuration.safeParse(given);
  if (data !== undefined) return data;
  if (name === undefined) throw new InvalidArgumentError("It must read like 'name=project' or 'name=project@address'.");
  const faults = error.issues.map(({ path, message }) => `${parts[String(path[0])] ?? path.join('.')} ${message}`);
  throw new InvalidArgumentError(`${faults.join('; ')}.`);
}

const parts: Readonly<Record<string, string>> = { name: 'Its name', project: 'Its project', baseUrl: 'Its address' };

const bodyFlags = {
  configurations: '--config',
  users: '--users',
  arrivalRate: '--rate',
  durationSeconds: '--duration',
  sliceSeconds: '--slice',
  thinkTimeMs: '--think-time',
  insecureSkipTlsVerify: '--insecure',
  marginPercent: '--margin',
} as const;

/**
 * What is not given is left to the platform's own defaults.
 * @throws CliError when there are too few configurations, or too many, or flags contradict each other
 */
export async function comparisonBodyOf(flags: ComparisonFlags, context: CliContext): Promise<ComparisonBody> {
  const { config = [], users, rate, duration, slice, thinkTime, insecure, margin } = flags;
  if (config.length < 2 || config.length > 5) {
    throw new CliError(`Two to five configurations can be compared, not ${config.length}.`, {
      next: "Give each with --config 'name=project'.",
    });
  }
  const given = {
    users,
    arrivalRate: rate,
    durationSeconds: duration,
    sliceSeconds: slice,
    thinkTimeMs: thinkTime,
    insecureSkipTlsVerify: insecure,
    marginPercent: margin,
    scenarios: await scenariosOf(flags, context),
  };
  const choices = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const body = { configurations: config, ...choices };
  requireValid(comparisonRequest, body, bodyFlags);
  return body;
}
