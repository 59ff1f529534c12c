import { useRef } from 'preact/hooks';
import type { LoadTest, LoadTestSummary } from '../../contracts/load.ts';
import type { Api } from '../api/api.ts';
import { type Polled, usePolled } from '../api/use-polled.ts';
import { useApi } from '../session/session.tsx';
import { isUnderWay } from './test-state.tsx';

const everyMs = 2_500;
/** At a time: a list is not to keep the platform from answering others. */
const atOnce = 4;

type Details = ReadonlyMap<string, LoadTest>;

/** The figures of tests that a list only names. What has ended is fetched once; what goes on, again and again. */
export function useTestDetails(project: string, tests: readonly LoadTestSummary[]): Polled<Details> {
  const api = useApi();
  const known = useRef(new Map<string, LoadTest>());
  const ids = tests.map(({ testId }) => testId);
  const polled = usePolled((signal) => fetchMissing(api, project, ids, known.current, signal), [project, ids], {
    everyMs,
    until: (details) => ids.every((testId) => !isUnderWay(details.get(testId) ?? { status: 'running' })),
  });
  // More of the list was asked for: what is known of the rest stays.
  return { ...polled, data: polled.data ?? known.current };
}

async function fetchMissing(
  api: Api,
  project: string,
  ids: readonly string[],
  known: Map<string, LoadTest>,
  signal: AbortSignal,
): Promise<Details> {
  const left = ids.filter((testId) => isUnderWay(known.get(testId) ?? { status: 'running' }));
  for (let from = 0; from < left.length; from += atOnce) {
    await Promise.all(
      left.slice(from, from + atOnce).map(async (testId) => {
        known.set(testId, await api.call('getLoadTest', { params: { project, testId }, signal }));
      }),
    );
  }
  return new Map(known);
}
