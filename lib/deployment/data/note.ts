import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { DataTable } from './line.ts';

/** Which tables. Their names are the same in every data directory, and in every account: the place tells them apart. */
export interface TablesOf {
  place: string;
  tables: Partial<Record<DataTable, string>>;
}

/** What an attempt notes beside its file, so that it can go on. */
export const tablesNoted = z.object({ place: z.string(), tables: z.record(z.string(), z.string()) });

/** @returns undefined where there is none that can be read, or it is about other tables: then an attempt begins anew */
export async function readNote<Noted extends z.output<typeof tablesNoted>>(
  file: string,
  schema: z.ZodType<Noted>,
  { place, tables }: TablesOf,
): Promise<Noted | undefined> {
  const noted = schema.safeParse(await jsonOf(file)).data;
  const isOfThese = noted?.place === place && JSON.stringify(noted.tables) === JSON.stringify(tables);
  return isOfThese ? noted : undefined;
}

/** Whole, or not at all. */
export async function writeNote(file: string, noted: object): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(noted), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

async function jsonOf(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
