import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { superviseProgram } from '../supervision/supervised-program.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { findFreePort } from './free-port.ts';
import { exitError, untilAnswers } from './until-answers.ts';

const attempts = 5;

/** Where the binary is; undefined on machines for which none is published. */
export function findDynoxide(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`);
  } catch {
    return undefined;
  }
}

export interface Dynoxide extends Emulator {
  readonly pid: number;
}

/** DynamoDB as a native program that keeps its data in SQLite. */
export async function startDynoxide(binary: string, options: EmulatorOptions): Promise<Dynoxide> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt += 1) {
    // It does not say which port it got for 0.
    const port = options.port || (await findFreePort());
    try {
      return await startOnPort(binary, port, options);
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('already in use');
      if (!taken || options.port || attempt === attempts) throw error;
    }
  }
}

async function startOnPort(binary: string, port: number, options: EmulatorOptions): Promise<Dynoxide> {
  const { dataDir, onUnexpectedExit } = options;
  let ready = false;
  const child = await superviseProgram({
    name: 'dynoxide',
    runDirectory: join(dataDir, 'run'),
    command: binary,
    args: ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', join(dataDir, 'dynoxide.db')],
    env: {},
    onUnexpectedExit: (exit) => {
      // Before it answered, the failure is thrown to the caller.
      if (ready) onUnexpectedExit?.(exitError(exit));
    },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await untilAnswers(child, () => isHealthy(endpoint));
  } catch (error) {
    await child.stop();
    throw error;
  }
  ready = true;
  return { endpoint, pid: child.pid, stop: () => child.stop() };
}

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(endpoint, { signal: AbortSignal.timeout(1_000) });
    return (await response.text()).startsWith('healthy: dynamodb');
  } catch {
    return false;
  }
}
