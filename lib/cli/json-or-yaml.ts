import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { CliError, clause } from './failure.ts';

/**
 * What a file says; `-` is standard input. What it should say is the platform's to judge.
 * @param file as the user named it
 * @throws CliError when it cannot be read, or is neither
 */
export function fileContent(file: string, workingDirectory: string): unknown {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : resolve(workingDirectory, file), 'utf8');
  } catch (cause) {
    throw new CliError(`The file ${file} cannot be read: ${clause((cause as Error).message)}.`, { cause });
  }
  return textContent(text, `The file ${file}`);
}

/** YAML takes JSON too. @param what begins the sentence that says what is wrong @throws CliError */
export function textContent(text: string, what: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const [why = ''] = (cause as Error).message.split('\n');
    throw new CliError(`${what} is neither JSON nor YAML: ${clause(why.replace(/:$/, ''))}.`, { cause });
  }
}
