import type { FlowRequest } from '../../contracts/load-scenario.ts';
import { isObject } from './json-values.ts';
import { hasTemplate, literalJson } from './literal.ts';

/** A body that stands for itself, and the header with its content type where a scenario must set it. Empty: no body. */
export type LiteralBody = Pick<FlowRequest, 'body' | 'headers'>;

/** What requests without a content type of their own are sent with where their body is JSON. */
const usualType = 'application/json';

/** @returns undefined for what JSON cannot say */
export function bodyOfJson(value: unknown, contentType = usualType): LiteralBody | undefined {
  const text = JSON.stringify(value);
  if (text === undefined) return undefined;
  const headers = { 'content-type': contentType };
  const isWhole = isObject(value) || Array.isArray(value);
  if (!isWhole || hasTemplate(text)) return { body: literalJson(text), headers };
  // A copy, without what JSON leaves out.
  return { body: JSON.parse(text) as LiteralBody['body'], ...(contentType === usualType ? {} : { headers }) };
}

/** @returns undefined where a load test would take a part of it for a template */
export const bodyOfText = (text: string, contentType: string): LiteralBody | undefined =>
  hasTemplate(text) ? undefined : { body: text, headers: { 'content-type': contentType } };
