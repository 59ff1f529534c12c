import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type ConfigFile, configFile, configFileName } from '../../contracts/config/file.ts';
import { CliError } from '../failure.ts';
import { faultsOf } from './faults.ts';
import { offsetOf } from './positions.ts';

export interface ReadConfig {
  path: string;
  /** As it is written: nothing is filled in. */
  values: ConfigFile;
  /** Where a key stands: `headroom.config.yaml:3:5`. */
  placeOf(path: readonly PropertyKey[]): string;
}

/** The nearest file from a directory upwards. */
export function findConfigFile(from: string): string | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    const path = join(directory, configFileName);
    if (existsSync(path)) return path;
    if (directory === dirname(directory)) return undefined;
  }
}

/** `check:` with nothing in it says nothing. */
const withoutEmptySections = (values: unknown): unknown =>
  typeof values === 'object' && values !== null && !Array.isArray(values)
    ? Object.fromEntries(Object.entries(values).filter(([, section]) => section !== null))
    : values;

export interface ConfigPlace {
  /** `--config` */
  given: string | undefined;
  environment: NodeJS.ProcessEnv;
  workingDirectory: string;
}

/** @returns undefined when none is named, and none is found @throws CliError when one is named that is not there */
export function configPathOf({ given, environment, workingDirectory }: ConfigPlace): string | undefined {
  const named = given ?? environment.HEADROOM_CONFIG;
  if (named === undefined || named === '') return findConfigFile(workingDirectory);
  const path = resolve(workingDirectory, named);
  if (!existsSync(path))
    throw new CliError(`There is no file ${path}.`, { next: 'Make one with `headroom config init`.' });
  return path;
}

/** @throws CliError that names every fault, each with its place and what was probably meant */
export function readConfig(path: string): ReadConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliError(`${path} cannot be read.`, { cause });
  }
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = counter.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw new CliError(`${at(broken.pos[0])}: ${broken.message.split('\n')[0]}`);
  const placeOf = (keys: readonly PropertyKey[]): string => at(offsetOf(document, keys));
  const values: unknown = withoutEmptySections(document.toJS() ?? {});
  const parsed = configFile.safeParse(values);
  if (!parsed.success) {
    const faults = faultsOf(parsed.error.issues as z.core.$ZodIssue[], values)
      .map(({ keys, text: fault }) => ({ offset: offsetOf(document, keys), fault }))
      .sort((a, b) => a.offset - b.offset);
    throw new CliError(faults.map(({ offset, fault }) => `${at(offset)}: ${fault}`).join('\n'));
  }
  return { path, values: values as ConfigFile, placeOf };
}
