import type { ResponseCapture } from '../../contracts/load-scenario.ts';
import type { ExaminedResponse } from './examined-response.ts';
import { compilePattern } from './pattern.ts';
import type { ReceivedResponse, ResponseParts } from './received-response.ts';
import { compileJsonPath, selected } from './selectors.ts';

export type Capture = {
  /** What must be kept of the response for it. */
  keep: ResponseParts;
  /** @returns undefined when the response does not have it; @throws BodyCodingError */
  find: (examined: ExaminedResponse) => string | undefined;
};

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** @throws TemplateError for a pattern or path that is none. */
export function compileCapture(capture: ResponseCapture): Capture {
  if ('header' in capture) return { keep: 'head', find: ({ response }) => response.header(capture.header) };
  if ('cookie' in capture) {
    const { cookie } = capture;
    // With redirects followed, it may have been set on the way.
    return { keep: 'head', find: ({ response, cookies }) => setCookie(response, cookie) ?? cookies?.value(cookie) };
  }
  if ('bodyMatches' in capture) {
    const pattern = compilePattern(capture.bodyMatches);
    return {
      keep: 'all',
      find: ({ text }) => {
        const match = pattern.exec(text);
        return match?.[1] ?? match?.[0];
      },
    };
  }
  const path = compileJsonPath(capture.jsonPath);
  return {
    keep: 'all',
    find: (examined) => {
      const [first] = selected(path, examined);
      return first === undefined ? undefined : asText(first);
    },
  };
}

/** The value that the response itself sets. */
function setCookie(response: ReceivedResponse, name: string): string | undefined {
  for (const field of response.headers('set-cookie')) {
    const [pair = ''] = field.split(';', 1);
    const equals = pair.indexOf('=');
    if (pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}
