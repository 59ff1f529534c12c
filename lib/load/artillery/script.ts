import type { z } from 'zod';
import { type ArrivalPhase, phaseOf } from './phases.ts';
import { type Refusal, refusalsOf } from './refusals.ts';
import { ScriptError, type ScriptFault } from './script-error.ts';
import { type CheckedScript, type EnsureSpec, nameOf, scriptSchema } from './script-schema.ts';
import type { FlowStep } from './script-steps.ts';
import { readScriptText } from './script-text.ts';
import { urlFaultsOf } from './script-urls.ts';
import { originOf, type TargetOrigin } from './target-origin.ts';

/** The project's target, which was checked and is the only one. */
export type ScriptTarget = TargetOrigin & { basePath: string };

export type PayloadRows = {
  fields: string[];
  data: (string | number | boolean)[][];
  order: 'random' | 'sequence';
  /** Every user gets all rows, under this name. */
  loadAllAs?: string;
};

export type ArtilleryScenario = { name: string; weight: number; flow: FlowStep[] };

/** A script that was checked. Plain data: it can be stored, and sent to a thread. */
export type ArtilleryScript = {
  /** Origin and path before every relative URL, without a slash at its end. */
  target: string;
  phases: ArrivalPhase[];
  scenarios: ArtilleryScenario[];
  before?: FlowStep[];
  after?: FlowStep[];
  variables: Record<string, unknown>;
  payload: PayloadRows[];
  /** `config.http`, `config.tls` and what stands beside them, as Artillery's engine reads it. */
  engine: Pick<CheckedScript['config'], 'http' | 'tls' | 'timeout' | 'defaults'>;
  /** Options of the plugin; absent where it is not used. */
  expect?: NonNullable<NonNullable<CheckedScript['config']['plugins']>['expect']>;
  ensure?: EnsureSpec;
};

/** More would not be read, and a script of half a megabyte could have as many as it has letters. */
const mostFaults = 50;

/**
 * Reads and checks a user's Artillery script.
 * @param text YAML or JSON
 * @throws ScriptError that names what is wrong, or does not run here, with its place in the text
 */
export function parseScript(text: string, target: ScriptTarget): ArtilleryScript {
  const { value, placeOf } = readScriptText(text);
  const faults = new Map<string, ScriptFault>();
  const add = ({ path, message }: Refusal): void => {
    const at = path.join('.');
    if (faults.size < mostFaults && !faults.has(at)) faults.set(at, { path: at, message, ...placeOf(path) });
  };
  for (const refusal of refusalsOf(value)) add(refusal);
  const read = scriptSchema.safeParse(value);
  if (!read.success) for (const refusal of read.error.issues.flatMap(refusalsOfIssue)) add(refusal);
  if (read.success) for (const refusal of urlFaultsOf(read.data, target)) add(refusal);
  if (!read.success || faults.size > 0) throw new ScriptError([...faults.values()].sort(byPlace));
  return checked(read.data, target);
}

const byPlace = (a: ScriptFault, b: ScriptFault): number =>
  (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);

function refusalsOfIssue(issue: z.core.$ZodIssue): Refusal[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not known here' }));
  }
  // In zod's own words where the schema has none.
  const [, expected, received] = /^Invalid input: expected (\w+), received (\w+)$/.exec(issue.message) ?? [];
  if (expected === undefined) return [{ path, message: issue.message }];
  return [{ path, message: received === 'undefined' ? 'is missing' : `must be ${expected}, not ${received}` }];
}

function checked({ config, scenarios, before, after }: CheckedScript, target: ScriptTarget): ArtilleryScript {
  const { http, tls, timeout, defaults, plugins } = config;
  const ensure = config.ensure ?? plugins?.ensure;
  return {
    target: (config.target ?? `${originOf(target)}${target.basePath}`).replace(/\/+$/, ''),
    phases: config.phases.map((phase) => phaseOf(phase, config.mode)),
    scenarios: scenarios.map((scenario, index) => ({
      name: nameOf(scenario, index),
      weight: scenario.weight ?? 1,
      flow: scenario.flow,
    })),
    ...(before === undefined ? {} : { before: before.flow }),
    ...(after === undefined ? {} : { after: after.flow }),
    variables: config.variables ?? {},
    payload: (config.payload ?? []).map(({ fields = [], data, order = 'random', loadAll, name }) => ({
      fields,
      data,
      order,
      ...(loadAll && name !== undefined ? { loadAllAs: name } : {}),
    })),
    engine: {
      ...(http === undefined ? {} : { http }),
      ...(tls === undefined ? {} : { tls }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(defaults === undefined ? {} : { defaults }),
    },
    ...(plugins?.expect === undefined ? {} : { expect: plugins.expect }),
    ...(ensure === undefined ? {} : { ensure }),
  };
}
