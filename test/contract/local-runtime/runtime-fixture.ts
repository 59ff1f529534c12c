import { rmSync } from 'node:fs';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { type FunctionName, functionNames } from '../../../lib/contracts/functions.ts';
import { type Runtime, type RuntimeOptions, startRuntime } from '../../../lib/local/runtime.ts';
import { bundleFunction } from '../../support/bundle-function.ts';

/** What the probe, which stands in for every function, answers over HTTP. */
export interface Probed {
  functionName: FunctionName;
  /** Of its thread. */
  niceness: number;
  environment: Record<string, string>;
}

export interface ProbedRuntimes {
  /** Of the probe's bundle. */
  readonly directory: string;
  start(dataDir: string, options?: Partial<RuntimeOptions>): Promise<Runtime>;
}

/** Runtimes, on free ports, all of whose functions are the probe. It is bundled before the first test of the file. */
export function useProbedRuntimes(): ProbedRuntimes {
  let directory = '';
  beforeAll(async () => {
    directory = await bundleFunction(new URL('./functions/probe.ts', import.meta.url));
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  return {
    get directory() {
      return directory;
    },
    start(dataDir, options = {}) {
      const bundles = Object.fromEntries(
        functionNames.map((name) => [name, { directory }]),
      ) as RuntimeOptions['bundles'];
      return startRuntime({ dataDir, port: 0, bundles, log: () => {}, ...options });
    },
  };
}

/** The events that a function was invoked with, apart from those over HTTP. */
export async function eventsOf(runtime: Runtime, name: FunctionName): Promise<unknown[]> {
  const { Items = [] } = await runtime.dynamodb.send(
    new QueryCommand({
      TableName: runtime.historyTable,
      KeyConditionExpression: 'pk = :name',
      ExpressionAttributeValues: { ':name': { S: name } },
    }),
  );
  return Items.map(({ event }) => JSON.parse(event?.S ?? 'null'));
}

export const queueUrl = (sqsEndpoint: string, queue: string): string => `${sqsEndpoint}/000000000000/${queue}`;
