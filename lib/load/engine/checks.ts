import { isDeepStrictEqual } from 'node:util';
import type { ResponseCheck } from '../../contracts/load-scenario.ts';
import type { ExaminedResponse } from './examined-response.ts';
import { compilePattern } from './pattern.ts';
import type { ResponseParts } from './received-response.ts';
import { compileJsonPath, selected } from './selectors.ts';

export type Check = {
  /** Under which its failures are counted. */
  kind: string;
  /** What must be kept of the response for it. */
  keep: ResponseParts;
  /** @returns what is wrong, if anything is; @throws BodyCodingError */
  failureOf: (examined: ExaminedResponse) => string | undefined;
};

/** A part of what was found, for an example. */
const brief = (value: unknown): string => JSON.stringify(value)?.slice(0, 60) ?? 'nothing';

/** @throws TemplateError for a pattern or path that is none. */
export function compileCheck(check: ResponseCheck): Check {
  if ('status' in check) {
    const allowed = new Set([check.status].flat());
    const expected = [...allowed].join(' or ');
    return {
      kind: 'check-status',
      keep: 'nothing',
      failureOf: ({ response: { status } }) =>
        allowed.has(status) ? undefined : `answered ${status}, not ${expected}`,
    };
  }
  if ('bodyContains' in check) {
    const { bodyContains } = check;
    return {
      kind: 'check-body',
      keep: 'all',
      failureOf: ({ text }) => (text.includes(bodyContains) ? undefined : `the body has no ${brief(bodyContains)}`),
    };
  }
  if ('bodyMatches' in check) {
    const { bodyMatches } = check;
    const pattern = compilePattern(bodyMatches);
    return {
      kind: 'check-body',
      keep: 'all',
      failureOf: ({ text }) => (pattern.test(text) ? undefined : `the body does not match /${bodyMatches}/`),
    };
  }
  if ('header' in check) {
    const { header, contains } = check;
    return {
      kind: 'check-header',
      keep: 'head',
      failureOf: ({ response }) => {
        const value = response.header(header);
        if (value === undefined) return `there is no header ${header}`;
        return value.includes(contains ?? '') ? undefined : `the header ${header} is ${brief(value)}`;
      },
    };
  }
  if ('jsonPath' in check) {
    const { jsonPath, equals } = check;
    const path = compileJsonPath(jsonPath);
    return {
      kind: 'check-json',
      keep: 'all',
      failureOf: (examined) => {
        const values = selected(path, examined);
        if (equals === undefined) return values.length > 0 ? undefined : `${jsonPath} selects nothing`;
        const isEqual = values.some((value) => isDeepStrictEqual(value, equals));
        return isEqual ? undefined : `${jsonPath} is ${brief(values[0])}, not ${brief(equals)}`;
      },
    };
  }
  const { maxResponseTimeMs } = check;
  return {
    kind: 'check-time',
    keep: 'nothing',
    failureOf: ({ responseTimeMs: ms }) =>
      ms <= maxResponseTimeMs ? undefined : `took ${Math.round(ms)} ms, more than ${maxResponseTimeMs}`,
  };
}
