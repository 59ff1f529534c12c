import { DomainError } from '../../platform/errors.ts';
import { type PlannedLoad, plannedLoadOf } from './arrival-schedule.ts';
import { parseScript, type ScriptTarget } from './script.ts';
import { ScriptError } from './script-error.ts';

/** What a script will ask of the fleet. */
export interface PlannedScript extends PlannedLoad {
  scenarios: number;
}

/** @throws DomainError invalid-request that names each fault with its place in the script */
export function plannedScript(script: string, target: ScriptTarget): PlannedScript {
  try {
    const { phases, scenarios } = parseScript(script, target);
    return { ...plannedLoadOf(phases), scenarios: scenarios.length };
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    const fieldErrors = error.faults.map(({ path, message, line, column }) => ({
      path: path === '' ? 'body.script' : `body.script.${path}`,
      message:
        line === undefined ? message : `${message} (line ${line}${column === undefined ? '' : `, column ${column}`})`,
    }));
    throw new DomainError('invalid-request', error.message, { fieldErrors, cause: error });
  }
}
