import { upgradeFromTwoToThree } from '@scalar/openapi-parser';
import { parse as parseYaml } from 'yaml';
import { DomainError } from '../../platform/errors.ts';
import { isObject, type JsonObject } from './json-values.ts';
import { percentDecoded } from './literal.ts';

/** YAML takes a hundred times as long to read as JSON. */
const maxYamlChars = 2_000_000;
/** Brackets that stand in texts, and are not closed there, count as well. */
const maxYamlDepth = 1000;
const mostFollowed = 20;
const maxReferenceChars = 2000;
/** Swagger 2 says once which types its bodies may have, and OpenAPI 3 for each body. */
const maxMediaTypes = 5;

/**
 * An OpenAPI 3 document, or a Swagger 2.0 one made into it.
 * @param text JSON or YAML
 * @throws DomainError invalid-request saying what is wrong
 */
export function parseOpenApi(text: string): JsonObject {
  const document = readJsonOrYaml(text);
  if (!isObject(document)) throw unreadable('It is no object.');
  const { openapi, swagger } = document;
  if (swagger !== undefined && Number(swagger) === 2) return upgraded(document);
  // YAML reads 3.0 without quotes as a number.
  if (/^3(\.|$)/.test(String(openapi))) return document;
  throw unreadable('It has neither `openapi: 3.x` nor `swagger: "2.0"`.');
}

const unreadable = (why: string, cause?: unknown): DomainError =>
  new DomainError('invalid-request', `The OpenAPI document cannot be read. ${why}`, {
    fieldErrors: [{ path: 'body.document', message: why }],
    cause,
  });

function readJsonOrYaml(given: string): unknown {
  const text = given.replace(/^\uFEFF/, '');
  const looksLikeJson = /^\s*\{/.test(text);
  try {
    if (looksLikeJson) return JSON.parse(text);
  } catch (cause) {
    throw unreadable(`It is no JSON: ${messageOf(cause)}`, cause);
  }
  if (text.length > maxYamlChars) {
    throw unreadable(`As YAML it may have at most ${maxYamlChars / 1_000_000} MB; give a larger one as JSON.`);
  }
  if (isDeepYaml(text)) throw unreadable('It is nested too deeply.');
  try {
    return parseYaml(text, { schema: 'core', maxAliasCount: 100, logLevel: 'error' });
  } catch (cause) {
    throw unreadable(`It is no YAML: ${messageOf(cause)}`, cause);
  }
}

/** The parser takes long over what is nested without end, before it gives up. */
function isDeepYaml(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length && depth <= maxYamlDepth; at++) {
    const code = text.charCodeAt(at);
    if (code === 91 || code === 123) depth++;
    else if (code === 93 || code === 125) depth = Math.max(0, depth - 1);
  }
  return depth > maxYamlDepth || /(?:[-?:] +){50}/.test(text);
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)).slice(0, 200).toWellFormed();

/** @param document is changed */
function upgraded(document: JsonObject): JsonObject {
  try {
    const result: unknown = upgradeFromTwoToThree(withoutAnswers(document));
    if (isObject(result)) return result;
  } catch (cause) {
    // The upgrade expects a valid document, and goes as deep as it is nested.
    throw unreadable('It is no valid Swagger 2.0.', cause);
  }
  throw unreadable('It is no valid Swagger 2.0.');
}

/** What becomes of a Swagger document's requests: its answers are not looked at. */
function withoutAnswers({ host, basePath, schemes, consumes, definitions, parameters, paths, security }: JsonObject) {
  const lean: Record<string, unknown> = { swagger: '2.0', consumes: fewOf(consumes) };
  const kept = { host, basePath, schemes: fewOf(schemes), definitions, parameters, security };
  for (const [name, value] of Object.entries(kept)) if (value !== undefined) lean[name] = value;
  lean.paths = mapMembers(paths, (item) => mapMembers(item, withoutResponses));
  return lean;
}

function withoutResponses(operation: unknown): unknown {
  if (!isObject(operation)) return operation;
  const { responses: _, produces: __, consumes, ...request } = operation;
  return consumes === undefined ? request : { ...request, consumes: fewOf(consumes) };
}

const fewOf = (list: unknown): unknown => (Array.isArray(list) ? list.slice(0, maxMediaTypes) : undefined);

const mapMembers = (value: unknown, map: (member: unknown) => unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member)])) : value;

/** Follows references within a document, and none that lead out of it. */
export class LocalReferences {
  readonly #root: JsonObject;
  readonly #onOutside: (reference: string) => void;

  constructor(root: JsonObject, onOutside: (reference: string) => void) {
    this.#root = root;
    this.#onOutside = onOutside;
  }

  /** The object itself, or the one that its `$ref` leads to; undefined where that is none. */
  follow(value: unknown): JsonObject | undefined {
    let at = value;
    for (let followed = 0; followed <= mostFollowed; followed++) {
      if (!isObject(at)) return undefined;
      const { $ref: reference } = at;
      if (typeof reference !== 'string') return at;
      if (reference.length > maxReferenceChars) return undefined;
      if (!reference.startsWith('#')) {
        this.#onOutside(reference);
        return undefined;
      }
      at = this.#at(reference.slice(1));
    }
    return undefined;
  }

  /** A JSON pointer (RFC 6901) in the form that it has in a URL's fragment. */
  #at(pointer: string): unknown {
    let at: unknown = this.#root;
    for (const token of pointer.split('/').slice(1, 100)) {
      const name = percentDecoded(token).replaceAll('~1', '/').replaceAll('~0', '~');
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
      at = at[name as keyof typeof at];
    }
    return at;
  }
}
