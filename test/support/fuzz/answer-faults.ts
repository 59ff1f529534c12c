import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { problemCodes } from '../../../lib/contracts/problem.ts';
import type { Api, ApiOperation } from './api.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { FuzzAnswer, SentRequest } from './platform.ts';

/** What is the business of nobody who asks. */
const internals: readonly RegExp[] = [
  /\bat (?:async )?[\w.<>[\] ]+ \(?(?:file:|node:|\/)[^)]*:\d+:\d+/,
  /\bnode:internal|\bnode_modules\b|file:\/\/\/|\bindex\.mjs\b|\/(?:root|home|tmp|var\/task)\//,
  /\b(?!Domain)[A-Z]\w*(?:Exception|Error)\b/,
  /\bE(?:CONNREFUSED|CONNRESET|NOTFOUND|AI_AGAIN|PIPE|TIMEDOUT|NOENT|ACCES)\b/,
  /Cannot (?:read|set) propert|is not a function|is not iterable|is not defined\b|Invalid time value/,
  /(?<!received )\bundefined\b|\[object Object\]/,
  /127\.0\.0\.1:9\b/,
];

/** Pages and documents that are the same for everybody, and speak of errors because that is what they are about. */
const written: readonly string[] = [
  'getOpenApi',
  'getDocs',
  'getDocsAsset',
  'getDashboard',
  'getDashboardPath',
  'getRoot',
];

/** Most of the work is to compile what is used a few times: a schema that is referred to is compiled once, and nothing is polished. */
const ajvOptions = { strict: false, inlineRefs: false, validateSchema: false, code: { optimize: false } } as const;
const problemSchema: JsonObject = { $ref: '#/components/schemas/Problem' };

/** Holds answers against the document. */
export class AnswerFaults {
  readonly #api: Api;
  readonly #names: readonly string[];
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<JsonObject, ValidateFunction>();

  /** @param names of the platform's own parts: tables, addresses */
  constructor(api: Api, names: readonly string[]) {
    this.#api = api;
    this.#names = names;
    this.#ajv = new Ajv2020(ajvOptions);
    addFormats.default(this.#ajv);
    this.#ajv.addFormat('base64', true);
  }

  /** The first thing that is wrong with an answer, undefined where nothing is. */
  of(request: SentRequest, answer: FuzzAnswer): string | undefined {
    const { status, routeKey } = answer;
    if (status >= 500) return `status ${status}`;
    // The gateway's own answers are none of ours.
    if (routeKey === undefined) return undefined;
    const operation = this.#api.at(routeKey);
    return (
      (operation === undefined ? this.#unknownRoute(answer) : this.#documented(operation, request, answer)) ??
      this.#told(operation, request, answer)
    );
  }

  #unknownRoute(answer: FuzzAnswer): string | undefined {
    if (answer.status !== 404 && answer.status !== 405) return `no route, and status ${answer.status}`;
    return this.#problem(answer, ['not-found', 'method-not-allowed']);
  }

  #documented(operation: ApiOperation, { method }: SentRequest, answer: FuzzAnswer): string | undefined {
    const { status } = answer;
    const response = operation.responses[status];
    if (response === undefined) return `undocumented status ${status}`;
    if (method === 'HEAD') return undefined;
    const types = Object.keys(response.contents);
    const type = headerOf(answer, 'content-type')?.split(';')[0] ?? '';
    if (headerOf(answer, 'x-correlation-id') === undefined) return 'no X-Correlation-Id';
    // Also the gateway tells of it, in other words.
    if (status === 429) return undefined;
    if (types.length === 0) return answer.body.length > 0 ? `a body with status ${answer.status}` : undefined;
    const schema =
      response.contents['*/*'] ?? response.contents[type] ?? response.contents[withoutParameters(types, type)];
    if (schema === undefined) return `undocumented content type ${type} with status ${answer.status}`;
    if (type === 'application/problem+json') return this.#problem(answer, response.codes);
    if (!/[/+]json$/.test(type)) return undefined;
    return this.#unfit(schema, answer);
  }

  #problem(answer: FuzzAnswer, codes: readonly string[]): string | undefined {
    if (headerOf(answer, 'content-type') !== 'application/problem+json') return 'no problem+json';
    const unfit = this.#unfit(problemSchema, answer);
    if (unfit !== undefined) return unfit;
    const { code, status } = JSON.parse(textOf(answer)) as { code: keyof typeof problemCodes; status: number };
    if (status !== answer.status || problemCodes[code] !== status) return `${code} with status ${answer.status}`;
    return codes.includes(code) ? undefined : `undocumented code ${code} with status ${status}`;
  }

  #unfit(schema: JsonObject, answer: FuzzAnswer): string | undefined {
    let body: Json;
    try {
      body = JSON.parse(textOf(answer)) as Json;
    } catch {
      return 'no JSON';
    }
    const validate = this.#validator(schema);
    if (validate(body)) return undefined;
    const [first] = validate.errors ?? [];
    const where = first?.instancePath.replaceAll(/\d+/g, '*');
    const which = first?.params.additionalProperty ?? '';
    return `the body of status ${answer.status} does not fit its schema: ${where} ${first?.message} ${which}`;
  }

  #validator(schema: JsonObject): ValidateFunction {
    const made = this.#validators.get(schema);
    if (made !== undefined) return made;
    if (this.#validators.size === 0) this.#ajv.addSchema({ $id: 'api', ...this.#strictComponents() });
    const validate = this.#ajv.compile(strict(schema) as JsonObject);
    this.#validators.set(schema, validate);
    return validate;
  }

  #strictComponents(): JsonObject {
    const { components } = this.#api.document;
    const schemas = isObject(components) && isObject(components.schemas) ? components.schemas : {};
    return { components: { schemas: strict(schemas) } };
  }

  #told(operation: ApiOperation | undefined, request: SentRequest, answer: FuzzAnswer): string | undefined {
    if (operation !== undefined && written.includes(operation.id)) return undefined;
    const said = whatWasSaid(request);
    const text = `${answer.headers.map((pair) => pair.join(': ')).join('\n')}\n${textOf(answer)}`;
    const names = this.#names.filter((name) => text.includes(name));
    const found = [...names, ...internals.flatMap((pattern) => pattern.exec(text)?.[0] ?? [])].find(
      (part) => !said.includes(part),
    );
    return found === undefined ? undefined : `it tells of ${found}`;
  }
}

export const headerOf = ({ headers }: FuzzAnswer, name: string): string | undefined =>
  headers.find(([own]) => own === name)?.[1];

/** Of what was done, or is there. */
export function jsonOf(answer: FuzzAnswer): Json | undefined {
  if (answer.status >= 300 || answer.body.length === 0 || headerOf(answer, 'content-type') !== 'application/json')
    return undefined;
  return JSON.parse(textOf(answer)) as Json;
}

export const textOf = ({ body }: FuzzAnswer): string => body.toString('utf8');

/** All of a request that its answer may repeat. */
export function whatWasSaid({ target, headers, body }: SentRequest): string {
  let decoded = target;
  try {
    decoded = decodeURIComponent(target);
  } catch {
    // The gateway refuses it, and the answer has nothing to repeat.
  }
  return [target, decoded, ...headers.map(([, value]) => value), body.toString('utf8')].join('\n');
}

const withoutParameters = (types: readonly string[], type: string): string =>
  types.find((one) => one.split(';')[0] === type) ?? '';

/** Nothing in an answer goes beyond its schema, though clients are told to bear it. References lead into the one document. */
function strict(value: Json): Json {
  if (Array.isArray(value)) return value.map(strict);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, part]): [string, Json] => {
    if (name === '$ref' && typeof part === 'string') return [name, `api${part}`];
    return [name, isValue.has(name) && !isObject(part) ? part : strict(part)];
  });
  const isOpen = value.type === 'object' && isObject(value.properties) && value.additionalProperties === undefined;
  return Object.fromEntries(isOpen ? [...members, ['additionalProperties', false]] : members);
}

/** Members of a schema that hold no schema. */
const isValue: ReadonlySet<string> = new Set(['enum', 'const', 'examples', 'default', 'required']);
