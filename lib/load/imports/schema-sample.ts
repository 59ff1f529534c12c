import { type Options, sample } from 'openapi-sampler';
import { charsWithin, isObject, type JsonObject, listOf } from './json-values.ts';
import type { LocalReferences } from './openapi-document.ts';

const maxDepth = 10;
/** Of a text or a list that a schema wants to be long. */
const maxMinLength = 200;
const maxMinItems = 5;
/** Of the innermost part of lists that hold lists. */
const maxCopies = 50;
const maxParts = 20;
const maxRequired = 500;
const maxValueChars = 50_000;
/** How much of a value is as much work as a schema. */
const charsOfWork = 32;
/** For all samples of a document: schemas looked at, and names of their properties. */
const maxWork = 500_000;
const maxWorkOfOne = 2000;

/** Values that the author of the schema gave. */
const valueKeywords = ['const', 'default', 'example'] as const;
/** Lists of such values, of which the sampler takes the first. */
const listKeywords = ['enum', 'examples'] as const;
/** Taken over as they stand. */
const plainKeywords = [
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'maxLength',
  'maxItems',
  'maxProperties',
  'readOnly',
  'writeOnly',
] as const;

type Schema = Record<string, unknown>;

const options: Options = { skipReadOnly: true, quiet: true };

/**
 * Makes values that fit schemas, from their examples, defaults, enums and limits.
 *
 * The sampler walks a schema as far as it goes, and may be told to repeat itself without end. It is given a copy instead
 * that holds no reference and no cycle, and is of limited depth and size.
 */
export class SchemaSampler {
  readonly #references: LocalReferences;
  readonly #open = new Set<JsonObject>();
  /** How often the sample holds what is looked at now. */
  #copies = 1;
  #work = 0;
  #workAllowed = 0;

  constructor(references: LocalReferences) {
    this.#references = references;
  }

  /** The document's schemas are larger than samples are made of. */
  get isExhausted(): boolean {
    return this.#work >= maxWork;
  }

  /** @returns undefined where nothing can be said of the value */
  sample(schema: unknown): unknown {
    this.#workAllowed = Math.min(maxWork, this.#work + maxWorkOfOne);
    const copy = this.#bounded(schema, 0);
    if (copy === undefined) return undefined;
    try {
      // Of a schema that allows anything, the sample is null.
      return sample(copy as Parameters<typeof sample>[0], options, {}) ?? undefined;
    } catch {
      // A schema of the wrong shape.
      return undefined;
    }
  }

  #bounded(given: unknown, depth: number): Schema | undefined {
    if (given === true) return {};
    if (depth > maxDepth || ++this.#work > this.#workAllowed) return undefined;
    const schema = this.#references.follow(given);
    if (schema === undefined || this.#open.has(schema)) return undefined;
    this.#open.add(schema);
    const copy = this.#copy(schema, depth + 1);
    this.#open.delete(schema);
    // Since 3.1, what stands beside a reference adds to what it leads to.
    return given === schema ? copy : { ...copy, ...this.#own(given as JsonObject) };
  }

  #copy(schema: JsonObject, depth: number): Schema {
    const copy = this.#own(schema);
    const { minLength, properties, items, prefixItems, allOf, oneOf, anyOf, additionalProperties } = schema;
    if (typeof minLength === 'number') copy.minLength = Math.min(minLength, maxMinLength);
    if (isObject(properties)) copy.properties = this.#members(properties, copy.required, depth);
    if (isObject(items)) Object.assign(copy, this.#list(schema, depth));
    if (Array.isArray(prefixItems)) copy.prefixItems = this.#each(prefixItems, maxParts, depth);
    if (Array.isArray(allOf)) copy.allOf = this.#each(allOf, maxParts, depth);
    // The sampler takes the first; null is the least that a client would send.
    if (Array.isArray(oneOf)) copy.oneOf = this.#each(oneOf.filter(isNoNull), 1, depth);
    else if (Array.isArray(anyOf)) copy.anyOf = this.#each(anyOf.filter(isNoNull), 1, depth);
    if (isObject(additionalProperties) && copy.properties === undefined) {
      copy.additionalProperties = this.#bounded(additionalProperties, depth);
    }
    return copy;
  }

  /** What a schema says without other schemas. */
  #own(schema: JsonObject): Schema {
    const copy: Schema = {};
    const { type, required } = schema;
    const usual = Array.isArray(type) ? type.find((each) => each !== 'null') : type;
    if (typeof usual === 'string') copy.type = usual;
    if (Array.isArray(required)) copy.required = required.slice(0, maxRequired);
    for (const keyword of plainKeywords) if (schema[keyword] !== undefined) copy[keyword] = schema[keyword];
    for (const keyword of valueKeywords) if (this.#isAffordable(schema[keyword])) copy[keyword] = schema[keyword];
    for (const keyword of listKeywords) {
      const [first] = listOf(schema[keyword]);
      if (this.#isAffordable(first)) copy[keyword] = [first];
    }
    return copy;
  }

  #isAffordable(value: unknown): boolean {
    if (value === undefined) return false;
    const chars = charsWithin(value, maxValueChars);
    this.#work += Math.ceil((chars ?? maxValueChars) / charsOfWork);
    return chars !== undefined;
  }

  #list({ items, minItems }: JsonObject, depth: number): Schema {
    const wanted = typeof minItems === 'number' ? Math.min(minItems, maxMinItems) : 1;
    const length = this.#copies * wanted > maxCopies ? 1 : Math.max(1, wanted);
    this.#copies *= length;
    const list = { minItems: length, items: this.#bounded(items, depth) };
    this.#copies /= length;
    return list;
  }

  /** Where the schema says what is required, others only by example: of what is optional, much does not go together. */
  #members(properties: JsonObject, required: unknown, depth: number): Schema {
    const names = Object.keys(properties);
    const needed = new Set(listOf(required));
    this.#work += names.length;
    const members: Schema = {};
    for (const name of names) {
      if (name === '__proto__') continue;
      if (needed.size > 0 && !needed.has(name) && !this.#hasExample(properties[name])) continue;
      const member = this.#bounded(properties[name], depth);
      // Of a cycle, or too deep: a body without it is nearer to what a client sends than one with an empty object.
      if (member !== undefined) members[name] = member;
    }
    return members;
  }

  #hasExample(given: unknown): boolean {
    const schema = this.#references.follow(given);
    return schema?.example !== undefined || listOf(schema?.examples).length > 0;
  }

  #each(schemas: readonly unknown[], most: number, depth: number): Schema[] {
    const copies = schemas.slice(0, most).map((schema) => this.#bounded(schema, depth));
    return copies.filter((copy) => copy !== undefined);
  }
}

const isNoNull = (schema: unknown): boolean => !isObject(schema) || schema.type !== 'null';
