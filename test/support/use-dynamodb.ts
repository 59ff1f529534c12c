import { afterAll, beforeAll } from 'vitest';
import { startTestDynamoDb, type TestDynamoDb } from './history-table.ts';

/** An emulator for the tests of a file: started before the first of them, stopped after the last. */
export function useTestDynamoDb(): Omit<TestDynamoDb, 'stop'> {
  let started: TestDynamoDb | undefined;
  beforeAll(async () => {
    started = await startTestDynamoDb();
  });
  afterAll(() => started?.stop());
  const running = (): TestDynamoDb => {
    if (started === undefined) throw new Error('The emulator is not started yet.');
    return started;
  };
  return {
    get endpoint() {
      return running().endpoint;
    },
    createParts: (options) => running().createParts(options),
  };
}
