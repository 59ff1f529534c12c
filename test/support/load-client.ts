import type { LoadTest } from '../../lib/contracts/load.ts';
import type { Client } from '../../lib/sdk/client.ts';

export interface TestOf {
  project: string;
  testId: string;
}

/** A project whose service listens on this port of the loopback address. */
export async function registerTarget(client: Client, project: string, port: number): Promise<void> {
  await client.call('putProject', { params: { project }, body: { baseUrl: `http://127.0.0.1:${port}` } });
}

export async function startTest(client: Client, project: string, body: object): Promise<TestOf> {
  const { testId } = await client.call('startLoadTest', { params: { project }, body });
  return { project, testId };
}

/** Looks at a test until it is where it should be. */
export const untilTest = (client: Client, test: TestOf, until: (test: LoadTest) => boolean): Promise<LoadTest> =>
  lastOf(client.poll('getLoadTest', { params: { ...test } }, { until, intervalMs: 200 }));

export const untilEnded = (client: Client, test: TestOf): Promise<LoadTest> =>
  untilTest(client, test, ({ endedAt }) => endedAt !== undefined);

/** Starts a test, and waits for its end. */
export const playTest = async (client: Client, project: string, body: object): Promise<LoadTest> =>
  untilEnded(client, await startTest(client, project, body));

/** What a poll came to. */
export async function lastOf<Answer>(answers: AsyncIterable<Answer>): Promise<Answer> {
  let last: { answer: Answer } | undefined;
  for await (const answer of answers) last = { answer };
  if (last === undefined) throw new Error('The poll gave nothing');
  return last.answer;
}
