import type { OptimizationRunRequest } from '../../../contracts/optimization-runs.ts';
import type { OperationRequest } from '../../../contracts/routes.ts';

export type RunBody = NonNullable<OperationRequest<'startOptimizationRun'>['body']>;
export type Mode = OptimizationRunRequest['verify']['mode'];

/** A run as the form has it. What is undefined, or empty, is left to the platform. */
export interface RunDraft {
  /** Empty: the project's, where it has one. */
  profileId: string;
  mode: Mode;
  sliceSeconds: number | undefined;
  slicesPerRound: number | undefined;
  rounds: number | undefined;
  /** Of the load test. */
  users: number | undefined;
  path: string;
  approve: 'auto' | 'manual';
  costLimitUsdPerMonth: number | undefined;
}

export const emptyRunDraft: RunDraft = {
  profileId: '',
  mode: 'load-test',
  sliceSeconds: undefined,
  slicesPerRound: undefined,
  rounds: undefined,
  users: undefined,
  path: '/',
  approve: 'auto',
  costLimitUsdPerMonth: undefined,
};

const known = <Fields extends Record<string, unknown>>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));

function verifyOf({
  mode,
  sliceSeconds,
  slicesPerRound,
  rounds,
  users,
  path,
}: RunDraft): NonNullable<RunBody['verify']> {
  if (mode === 'none') return { mode };
  const slices = known({ sliceSeconds, slicesPerRound, rounds });
  if (mode === 'passive') return { mode, ...slices };
  const scenarios = [{ name: `GET ${path}`.replaceAll(/[^\w .:/{}-]/g, '-').slice(0, 100), path }];
  return { mode, ...slices, loadTest: { scenarios, ...known({ users }) } };
}

/** For a plan, which changes nothing. */
export function planBody(draft: RunDraft): RunBody {
  const { profileId, approve, costLimitUsdPerMonth } = draft;
  return { dryRun: true, approve, verify: verifyOf(draft), ...known({ profileId, costLimitUsdPerMonth }) };
}

/** For what was chosen of a plan that was shown, and not what is found by now. */
export const runBody = (draft: RunDraft, chosen: ReadonlySet<string>): RunBody => ({
  ...planBody(draft),
  dryRun: false,
  optimizations: [...chosen],
});
