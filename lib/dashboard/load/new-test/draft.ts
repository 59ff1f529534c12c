import type { LoadKind, LoadTest } from '../../../contracts/load.ts';
import type { OperationRequest } from '../../../contracts/routes.ts';
import { type LevelName, type LoadModel, levelFieldsOf } from './level-fields.ts';

export type LoadTestBody = NonNullable<OperationRequest<'startLoadTest'>['body']>;

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export interface RequestRow {
  method: (typeof methods)[number];
  path: string;
  weight: number | undefined;
}

/** A test as the form has it. Numbers that are undefined are left to the platform. */
export interface Draft {
  kind: LoadKind;
  model: LoadModel;
  levels: Partial<Record<LevelName, number | undefined>>;
  rows: readonly RequestRow[];
  /** One in a line. */
  thresholds: string;
  /** Of Artillery. */
  script: string;
}

export const firstRow: RequestRow = { method: 'GET', path: '/', weight: 1 };

export const emptyDraft: Draft = {
  kind: 'basic',
  model: 'users',
  levels: {},
  rows: [firstRow],
  thresholds: '',
  script: '',
};

/** What is asked of the platform: only what was filled in, and has a meaning for this kind. */
export function bodyOf({ kind, model, levels, rows, thresholds, script }: Draft): LoadTestBody {
  const rules = thresholds.split('\n').flatMap((line) => line.trim() || []);
  const shared = { kind, ...(rules.length === 0 ? {} : { thresholds: rules }) };
  if (kind === 'artillery') return { ...shared, script };
  const given = levelFieldsOf(kind, model).flatMap(([name]) => {
    const value = levels[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...shared, scenarios: scenariosOf(rows), ...Object.fromEntries(given) };
}

/** Each is named by what it does; names have fewer characters than paths, and must differ. */
export function scenariosOf(rows: readonly RequestRow[]): NonNullable<LoadTestBody['scenarios']> {
  const seen = new Map<string, number>();
  return rows.map(({ method, path, weight }) => {
    const name = `${method} ${path}`.replaceAll(/[^\w .:/{}-]/g, '-').slice(0, 90);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return { name: times === 1 ? name : `${name} ${times}`, method, path, ...(weight === undefined ? {} : { weight }) };
  });
}

/** What the form has no fields for: then it is to be changed as JSON. */
const isPlain = (scenario: LoadTest['request']['scenarios'][number]): boolean =>
  Object.keys(scenario).every((field) => ['name', 'method', 'path', 'weight'].includes(field));

/** A test that there is, to be run again. @returns undefined where the form cannot hold it */
export function draftOf(request: LoadTest['request']): Draft | undefined {
  const { kind, scenarios, script = '', thresholds = [], thinkTimeMs } = request;
  const draft: Draft = {
    kind,
    model: [request.arrivalRate, request.startRate, request.spikeRate].some((rate) => rate !== undefined)
      ? 'rate'
      : 'users',
    levels: {},
    rows: scenarios.map(({ method, path, weight }) => ({ method, path, weight })),
    thresholds: thresholds.join('\n'),
    script,
  };
  if (!scenarios.every(isPlain) || typeof thinkTimeMs !== 'number') return undefined;
  for (const [name] of levelFieldsOf(kind, draft.model)) {
    const value = request[name];
    if (typeof value === 'number') draft.levels[name] = value;
  }
  return draft;
}
