import { compile, JSONPathError, type JSONPathQuery } from 'json-p3';
import type { ExaminedResponse } from './examined-response.ts';
import { TemplateError } from './template.ts';

export function compileJsonPath(path: string): JSONPathQuery {
  try {
    return compile(path);
  } catch (error) {
    if (!(error instanceof JSONPathError)) throw error;
    throw new TemplateError(`"${path}" is no JSONPath (${error.message})`);
  }
}

export function compilePattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new TemplateError(`"${pattern}" is no regular expression`);
  }
}

/** What the path selects; nothing where the body is no JSON. */
export function selected(path: JSONPathQuery, { json }: ExaminedResponse): unknown[] {
  return json === undefined ? [] : path.query(json as Parameters<JSONPathQuery['query']>[0]).values();
}
