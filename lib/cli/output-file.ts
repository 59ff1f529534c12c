import { writeFile } from 'node:fs/promises';
import { CliError } from './failure.ts';

/** @param what begins the sentence that says what could not be written @throws CliError */
export async function writeOutput(path: string, bytes: string | Uint8Array, what: string): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    throw new CliError(`${what} cannot be written to ${path}: ${(cause as Error).message}.`, { cause });
  }
}
