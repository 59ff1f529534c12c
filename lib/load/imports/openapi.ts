import type { ImportedScenarios } from '../../contracts/scenario-imports.ts';
import type { ImportTarget } from './base-path.ts';
import { beyondMost, CollectedScenarios } from './collected-scenarios.ts';
import { isObject, type JsonObject } from './json-values.ts';
import { LocalReferences, parseOpenApi } from './openapi-document.ts';
import { type Operation, OperationScenarios } from './openapi-operation.ts';
import { isSafe, sentMethod } from './sent-method.ts';

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;
/** Far more than a load test takes: the rest is not looked at. */
const maxOperations = 2000;
const maxPathChars = 4096;

const notes = {
  unsafe: 'Changes something: only GET and HEAD are taken unless includeUnsafe is true',
  tooMany: `Beyond the first ${maxOperations} operations of the document`,
  longPath: `Has a path of more than ${maxPathChars} characters`,
  outside: 'A reference that leads out of the document, and is not followed',
  body: 'Needs a body that cannot be made up: neither JSON, form nor text, or without schema and example',
  exhausted: 'The schemas of the document are too large to make up values for all of it',
  madeUp: 'Taken, with a value made up for its path: the document has no example, and nothing may be there',
  authentication: 'Taken, but asks for authentication: add its header to the scenario',
} as const;

/**
 * A scenario for each operation of an OpenAPI document, in its order. All have the same weight: the document does not say
 * what is asked for how often.
 *
 * @param text OpenAPI 3.0 or 3.1, or Swagger 2.0, as JSON or YAML
 * @throws DomainError invalid-request where it is none
 */
export function scenariosFromOpenApi(
  text: string,
  target: ImportTarget,
  { includeUnsafe }: { includeUnsafe: boolean },
): ImportedScenarios {
  const collected = new CollectedScenarios();
  const { leftOut } = collected;
  const document = parseOpenApi(text);
  const references = new LocalReferences(document, (reference) => leftOut.add(notes.outside, reference));
  const scenarios = new OperationScenarios(document, references, target);

  const take = (operation: Operation, example: string): void => {
    const made = scenarios.of(operation);
    const isTaken = made !== undefined && collected.add(made.draft, example);
    if (made === undefined) leftOut.add(notes.body, example);
    if (isTaken && made.isMadeUp) leftOut.add(notes.madeUp, example);
    if (isTaken && made.asksForAuthentication) leftOut.add(notes.authentication, example);
  };

  let looked = 0;
  for (const operation of operationsOf(document, references)) {
    const { method, path } = operation;
    const example = `${method} ${path}`;
    if (!includeUnsafe && !isSafe(method)) leftOut.add(notes.unsafe, example);
    else if (path.length > maxPathChars) leftOut.add(notes.longPath, example);
    else if (collected.isFull) leftOut.add(beyondMost, example);
    else if (++looked > maxOperations) leftOut.add(notes.tooMany, example);
    else if (scenarios.isExhausted) leftOut.add(notes.exhausted, example);
    else take(operation, example);
  }
  return collected.answer();
}

function* operationsOf({ paths }: JsonObject, references: LocalReferences): Generator<Operation> {
  if (!isObject(paths)) return;
  for (const [path, given] of Object.entries(paths)) {
    // Extensions (`x-`) stand beside the paths.
    const item = path.startsWith('/') ? references.follow(given) : undefined;
    if (item === undefined) continue;
    for (const name of methods) {
      const method = sentMethod(name);
      const operation = item[name];
      if (method !== undefined && isObject(operation)) yield { method, path, item, operation };
    }
  }
}
