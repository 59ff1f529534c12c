import { isManageable, isObject, type JsonObject } from './json-values.ts';
import { bodyOfJson, bodyOfText, type LiteralBody } from './literal-body.ts';
import { isForm, isJson, isText } from './media-types.ts';
import type { LocalReferences } from './openapi-document.ts';
import { exampleOf } from './openapi-parameters.ts';
import type { SchemaSampler } from './schema-sample.ts';

const maxBodyChars = 100_000;

/**
 * A body for an operation: its JSON example, or one made from the schema; else a form or text.
 * @returns undefined where the operation needs a body of a kind that is not made up: uploads, say
 */
export function requestBodyOf(
  given: unknown,
  references: LocalReferences,
  sampler: SchemaSampler,
): LiteralBody | undefined {
  const requestBody = references.follow(given);
  if (requestBody === undefined) return given === undefined ? {} : undefined;
  const content = isObject(requestBody.content) ? requestBody.content : {};
  const types = Object.keys(content);
  const type = types.find(isJson) ?? types.find(isForm) ?? types.find(isText) ?? types.find((name) => name === '*/*');
  const media = type === undefined ? undefined : content[type];
  const made = type === undefined || !isObject(media) ? undefined : bodyOf(type, media, references, sampler);
  return made ?? (requestBody.required === true ? undefined : {});
}

function bodyOf(
  type: string,
  media: JsonObject,
  references: LocalReferences,
  sampler: SchemaSampler,
): LiteralBody | undefined {
  const value = exampleOf(media, references) ?? sampler.sample(media.schema);
  if (value === undefined || !isManageable(value, maxBodyChars)) return undefined;
  if (isForm(type)) return isObject(value) ? bodyOfText(formOf(value), type) : undefined;
  if (isText(type)) return bodyOfText(typeof value === 'string' ? value : JSON.stringify(value), type);
  return bodyOfJson(value, isJson(type) ? type : 'application/json');
}

function formOf(value: JsonObject): string {
  const form = new URLSearchParams();
  for (const [name, member] of Object.entries(value)) {
    form.append(name, typeof member === 'object' ? JSON.stringify(member) : String(member));
  }
  return form.toString();
}
