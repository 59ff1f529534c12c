import type { OperationRequest } from '../../contracts/routes.ts';
import { type RequestRow, scenariosOf } from '../load/new-test/draft.ts';
import type { LoadModel } from '../load/new-test/level-fields.ts';

export type ComparisonBody = OperationRequest<'startComparison'>['body'];

export interface ConfigurationRow {
  name: string;
  project: string;
  /** In place of the project's; empty: the project's. */
  baseUrl: string;
}

/** A comparison as the form has it. Numbers that are undefined are left to the platform. */
export interface ComparisonDraft {
  configurations: readonly ConfigurationRow[];
  rows: readonly RequestRow[];
  model: LoadModel;
  users: number | undefined;
  arrivalRate: number | undefined;
  durationSeconds: number | undefined;
  sliceSeconds: number | undefined;
  thinkTimeMs: number | undefined;
  marginPercent: number | undefined;
}

export const minConfigurations = 2;
export const maxConfigurations = 5;

const names = ['now', 'next'] as const;

/** One that has the name that comes next. */
export const configurationRow = (index: number, project: string): ConfigurationRow => ({
  name: names[index] ?? `variant ${index + 1}`,
  project,
  baseUrl: '',
});

/** What is asked of the platform: only what was filled in, and has a meaning under this load. */
export function comparisonBodyOf(draft: ComparisonDraft): ComparisonBody {
  const { configurations, rows, model, users, arrivalRate, ...numbers } = draft;
  const load = model === 'users' ? { users } : { arrivalRate };
  const given = Object.entries({ ...numbers, ...load }).filter(([, value]) => value !== undefined);
  return {
    configurations: configurations.map(({ name, project, baseUrl }) => ({
      name,
      project,
      ...(baseUrl === '' ? {} : { baseUrl }),
    })),
    scenarios: scenariosOf(rows),
    ...Object.fromEntries(given),
  };
}
