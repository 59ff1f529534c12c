import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { siblingModule } from '../supervision/sibling-module.ts';
import { findDynoxide, startDynoxide } from './dynoxide.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { startEmulatorThread } from './emulator-thread.ts';

export type DynamoDbEngine = 'dynoxide' | 'dynalite';

export interface DynamoDbOptions extends EmulatorOptions {
  /** Default: dynoxide where its binary is installed, else dynalite. Their data does not carry over to each other. */
  readonly engine?: DynamoDbEngine;
}

export interface DynamoDb extends Emulator {
  /** dynalite knows no `UpdateTimeToLive`, no transactions and no `ReturnValuesOnConditionCheckFailure`. */
  readonly engine: DynamoDbEngine;
}

/**
 * Starts DynamoDB on this machine, with its data on disk.
 *
 * @throws Error when it cannot be started, with its own words
 */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const binary = options.engine === 'dynalite' ? undefined : findDynoxide();
  if (binary !== undefined) return { engine: 'dynoxide', ...(await startDynoxide(binary, options)) };
  if (options.engine === 'dynoxide') throw new Error('dynoxide is not installed on this machine');
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const path = join(options.dataDir, 'dynalite');
  const thread = siblingModule(import.meta.url, 'dynalite-thread');
  const data = { path, port: options.port ?? 0 };
  return { engine: 'dynalite', ...(await startEmulatorThread('dynalite', thread, data, options.onUnexpectedExit)) };
}
