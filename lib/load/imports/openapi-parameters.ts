import { RESERVED_HEADERS } from '../engine/request-template.ts';
import { isManageable, isObject, type JsonObject, listOf, textOf } from './json-values.ts';
import { hasTemplate, literalPart } from './literal.ts';
import type { LocalReferences } from './openapi-document.ts';
import type { SchemaSampler } from './schema-sample.ts';
import { isSecret } from './secrets.ts';

const maxParameters = 100;
const maxValueChars = 2000;
const maxExamples = 5;
/** Of these the specification says that a parameter describes nothing. */
const describedElsewhere = new Set(['accept', 'content-type', 'authorization']);

export interface Parameter {
  name: string;
  in: string;
  required: boolean;
  object: JsonObject;
}

/** The text of a parameter's value. */
export interface ParameterValue {
  /** As it stands in a path or a query: encoded, or a template. */
  encoded: string;
  /** As it stands in a header; undefined where it cannot. */
  plain: string | undefined;
  /** The document has no example: no such thing may exist. */
  isMadeUp: boolean;
}

/** Those of the path, and over them those of the operation. */
export function parametersOf(item: JsonObject, operation: JsonObject, references: LocalReferences): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const given of [...listOf(item.parameters), ...listOf(operation.parameters)].slice(0, maxParameters)) {
    const object = references.follow(given);
    const name = textOf(object?.name);
    const place = textOf(object?.in);
    if (object === undefined || name === undefined || place === undefined) continue;
    found.set(`${place} ${name}`, { name, in: place, required: object.required === true, object });
  }
  return [...found.values()];
}

/** Whether a required header is one that scenarios set. */
export const isOwnHeader = (name: string): boolean => {
  const lower = name.toLowerCase();
  return !RESERVED_HEADERS.has(lower) && !describedElsewhere.has(lower) && !isSecret(name);
};

/** Fills parameters from their examples, else by their schemas: whole numbers and UUIDs are drawn anew for each request. */
export class ParameterValues {
  readonly #references: LocalReferences;
  readonly #sampler: SchemaSampler;

  constructor(references: LocalReferences, sampler: SchemaSampler) {
    this.#references = references;
    this.#sampler = sampler;
  }

  of(parameter: JsonObject | undefined): ParameterValue {
    const schema = this.#schemaOf(parameter);
    const example = parameter === undefined ? undefined : exampleOf(parameter, this.#references);
    const told = example ?? toldBy(schema);
    if (told !== undefined && isManageable(told, maxValueChars)) return fixed(told, false);
    const template = templateFor(schema);
    if (template !== undefined) return { encoded: template, plain: template, isMadeUp: true };
    const sampled = this.#sampler.sample(schema);
    return fixed(isManageable(sampled, maxValueChars) ? sampled : undefined, true);
  }

  #schemaOf(parameter: JsonObject | undefined): JsonObject {
    const [first] = Object.values(isObject(parameter?.content) ? parameter.content : {});
    const schema = parameter?.schema ?? (isObject(first) ? first.schema : undefined);
    return this.#references.follow(schema) ?? {};
  }
}

/** The `example` or the first of the `examples` of a parameter or of a body. */
export function exampleOf({ example, examples }: JsonObject, references: LocalReferences): unknown {
  if (example !== undefined) return example;
  if (!isObject(examples)) return undefined;
  for (const named of Object.values(examples).slice(0, maxExamples)) {
    const value = references.follow(named)?.value;
    if (value !== undefined) return value;
  }
  return undefined;
}

const toldBy = ({ example, examples, const: constant, default: usual, enum: allowed }: JsonObject): unknown =>
  example ?? constant ?? listOf(examples)[0] ?? usual ?? listOf(allowed)[0] ?? undefined;

function fixed(value: unknown, isMadeUp: boolean): ParameterValue {
  const plain = plainText(value) || 'string';
  const fitsHeader = /^[\t\x20-\x7e\xa0-\xff]*$/.test(plain) && !hasTemplate(plain);
  return { encoded: literalPart(plain), plain: fitsHeader ? plain : undefined, isMadeUp };
}

const plainText = (value: unknown): string => {
  if (Array.isArray(value)) return value.slice(0, maxParameters).map(plainText).join(',');
  return isObject(value) ? (JSON.stringify(value) ?? '') : String(value ?? '');
};

/** How many different ones there are to ask for, where the document sets no closer limits. */
const idsByDefault = 100;

function templateFor(schema: JsonObject): string | undefined {
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== 'null') : schema.type;
  if (type === 'string' && schema.format === 'uuid') return '{{uuid()}}';
  if (type !== 'integer' && type !== 'number') return undefined;
  const lowest = lower(schema);
  const highest = upper(schema);
  const from = lowest ?? (highest !== undefined && highest < 1 ? highest - idsByDefault + 1 : 1);
  const to = highest ?? from + idsByDefault - 1;
  return from <= to && Number.isSafeInteger(from) && Number.isSafeInteger(to) && Number.isSafeInteger(to - from)
    ? `{{random(${from},${to})}}`
    : undefined;
}

/** Bounds are exclusive by a flag before 3.1, and by a number since. */
function lower({ minimum, exclusiveMinimum }: JsonObject): number | undefined {
  if (typeof exclusiveMinimum === 'number') return Math.floor(exclusiveMinimum) + 1;
  if (typeof minimum !== 'number') return undefined;
  return exclusiveMinimum === true ? Math.floor(minimum) + 1 : Math.ceil(minimum);
}

function upper({ maximum, exclusiveMaximum }: JsonObject): number | undefined {
  if (typeof exclusiveMaximum === 'number') return Math.ceil(exclusiveMaximum) - 1;
  if (typeof maximum !== 'number') return undefined;
  return exclusiveMaximum === true ? Math.ceil(maximum) - 1 : Math.floor(maximum);
}
