import { JSONPathError, type JSONPathQuery } from 'json-p3';
import type { ExaminedResponse } from './examined-response.ts';
import { parseJsonPath } from './json-path.ts';
import { TemplateError } from './template.ts';

export function compileJsonPath(path: string): JSONPathQuery {
  try {
    return parseJsonPath(path);
  } catch (error) {
    if (!(error instanceof JSONPathError)) throw error;
    throw new TemplateError(`"${path}" is no JSONPath (${error.message})`);
  }
}

/** What the path selects; nothing where the body is no JSON. */
export function selected(path: JSONPathQuery, { json }: ExaminedResponse): unknown[] {
  return json === undefined ? [] : path.query(json as Parameters<JSONPathQuery['query']>[0]).values();
}
