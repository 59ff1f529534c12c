import { SQSClient } from '@aws-sdk/client-sqs';
import type { FunctionName } from '../../lib/contracts/functions.ts';
import type { Configuration } from '../../lib/platform/configuration.ts';
import { createLog } from '../../lib/platform/log.ts';
import { createMeter } from '../../lib/platform/metrics.ts';
import type { Parts } from '../../lib/platform/parts.ts';
import type { TestParts } from './history-table.ts';

/** What a function stands on: a test's table, clock and ids, with the real log and the real metrics. */
export function functionParts(
  functionName: FunctionName,
  parts: TestParts,
  changes: Partial<Configuration> = {},
): Parts {
  const configuration: Configuration = {
    functionName,
    stage: 'test',
    historyTable: parts.tableName,
    queueUrls: {},
    deadLetterUrls: {},
    functionNames: {},
    ...parts.configuration,
    ...changes,
  };
  return {
    ...parts,
    configuration,
    // Connects to nothing before it is used.
    sqs: new SQSClient({ region: 'us-east-1', endpoint: 'http://127.0.0.1:9', maxAttempts: 1 }),
    log: createLog(functionName),
    meter: createMeter(configuration),
  };
}
