import { z } from 'zod';
import { json } from './json.ts';

const method = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** No control characters: a line break in a header or a path would start a second request. */
const singleLine = (max: number) =>
  z
    .string()
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters');

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be a header name');

/** How a value is captured under, and asked for with `{{name}}`. */
const variableName = z
  .string()
  .regex(/^(?!__proto__$)[A-Za-z_][\w.]{0,63}$/, 'must be a letter and up to 63 letters, digits, _ or .');

const pattern = z.string().min(1).max(1000).describe('A regular expression in the syntax of RE2');

const jsonPath = singleLine(1000).regex(/^\$/, 'must be a JSONPath (RFC 9535), which begins with $');

/** What an answer must look like for its request to count as successful. */
export const responseCheck = z
  .union(
    [
      z.strictObject({
        status: z
          .union([z.number().int().min(100).max(599), z.array(z.number().int().min(100).max(599)).min(1).max(50)])
          .describe('One of these; in place of the rule that it is below 400'),
      }),
      z.strictObject({ bodyContains: z.string().min(1).max(10_000) }),
      z.strictObject({ bodyMatches: pattern }),
      z.strictObject({
        header: headerName,
        contains: z.string().max(8192).optional().describe('Absent: the header must be there'),
      }),
      z.strictObject({ jsonPath, equals: json.optional().describe('Absent: the path must select something') }),
      z.strictObject({ maxResponseTimeMs: z.number().positive().max(600_000) }),
    ],
    'must be one of { status }, { bodyContains }, { bodyMatches }, { header, contains? }, { jsonPath, equals? }, { maxResponseTimeMs }',
  )
  .meta({ id: 'ResponseCheck' });
export type ResponseCheck = z.output<typeof responseCheck>;

/** Where a value of an answer is found; of several that a JSONPath selects, the first. */
export const responseCapture = z
  .union(
    [
      z.strictObject({ jsonPath }),
      z.strictObject({ header: headerName }),
      z.strictObject({
        bodyMatches: pattern.describe(
          'A regular expression in the syntax of RE2: its first group, or all that matches where there is none',
        ),
      }),
      z.strictObject({ cookie: z.string().min(1).max(256) }),
    ],
    'must be one of { jsonPath }, { header }, { bodyMatches }, { cookie }',
  )
  .meta({ id: 'ResponseCapture' });
export type ResponseCapture = z.output<typeof responseCapture>;

const thinkTime = z.union([
  z.number().min(0).max(600_000),
  z
    .strictObject({ min: z.number().min(0), max: z.number().max(600_000) })
    .refine(({ min, max }) => min <= max, 'min must not be above max'),
]);
export const thinkTimeMs = thinkTime.describe('A pause in ms, or drawn evenly from { min, max }');
export type ThinkTimeMs = z.output<typeof thinkTime>;

export const insecureSkipTlsVerify = z
  .boolean()
  .describe('Take any certificate of the target, such as one that it signed itself: for test systems only');

const scenarioName = z
  .string()
  .regex(/^(?!__proto__$)[\w .:/{}-]{1,100}$/, 'must be 1 to 100 letters, digits, spaces or any of _ . : / { } -');

const requestFields = {
  method: method.default('GET'),
  path: singleLine(4096).regex(/^\//, 'must start with /').default('/'),
  headers: z.record(headerName, singleLine(8192)).optional(),
  query: z.record(z.string().min(1).max(256), z.union([singleLine(2048), z.number(), z.boolean()])).optional(),
  body: z
    // Text last: its length is looked at in whatever has one, an object with such a name included.
    .union([z.record(z.string(), json), z.array(json), z.string().max(1_000_000)])
    .optional()
    .describe('Text as it stands, or JSON; templates such as {{random(1,100)}} are filled in for each request'),
  checks: z.array(responseCheck).max(20).optional(),
  captures: z
    .record(variableName, responseCapture)
    .optional()
    .describe('Values of the answer for later requests of the same user, who write {{name}}'),
  followRedirects: z
    .number()
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe('How many to follow, within the target’s own origin only; default 0'),
};

/** One request of a flow. */
export const flowRequest = z
  .strictObject({
    name: scenarioName.optional().describe('Default: method and path'),
    ...requestFields,
    thinkTimeMs: thinkTimeMs.optional().describe('After it, before the next of the flow; default 0'),
  })
  .meta({ id: 'FlowRequest' });
export type FlowRequest = z.output<typeof flowRequest>;

/** Rows that fill `{{column}}`: an iteration of the scenario takes one. */
export const dataFeed = z
  .strictObject({
    csv: z.string().min(3).max(1_000_000).optional().describe('The first line names the columns'),
    rows: z
      .array(z.record(variableName, z.union([z.string(), z.number(), z.boolean()])))
      .min(1)
      .max(50_000)
      .optional(),
    order: z
      .enum(['sequential', 'random'])
      .default('sequential')
      .describe(
        '`sequential`: each of the n workers takes every n-th row in turn, so that none is taken twice before all were while they keep step',
      ),
  })
  .refine(({ csv, rows }) => (csv === undefined) !== (rows === undefined), 'must have either csv or rows')
  .meta({ id: 'DataFeed' });
export type DataFeed = z.output<typeof dataFeed>;

/**
 * What a share of the requests does: one request, or a flow of several that one user makes in turn. Templates in path,
 * query, headers and body: `{{random(a,b)}}`, `{{randomWord()}}`, `{{uuid()}}`, `{{seq()}}`, and `{{name}}` for what was
 * captured or is a column of the data.
 */
export const scenario = z
  .strictObject({
    name: scenarioName,
    weight: z.number().positive().max(1_000_000).default(1),
    ...requestFields,
    flow: z.array(flowRequest).min(1).max(50).optional().describe('In place of method, path and the rest above'),
    before: z
      .array(flowRequest)
      .min(1)
      .max(20)
      .optional()
      .describe('What a user does once, before the first iteration: signing in, say'),
    data: dataFeed.optional(),
    cookies: z
      .boolean()
      .optional()
      .describe('Whether a user keeps the cookies that are set; default: where there is a flow or a `before`'),
    thinkTimeMs: thinkTimeMs.optional().describe('After each iteration; default: that of the test'),
  })
  .superRefine(({ flow, method, path, headers, query, body, checks, captures, followRedirects }, context) => {
    if (flow === undefined) return;
    const single = { headers, query, body, checks, captures, followRedirects };
    const given = Object.entries(single).filter(([, value]) => value !== undefined);
    const named = [
      ...(method === 'GET' ? [] : ['method']),
      ...(path === '/' ? [] : ['path']),
      ...given.map(([name]) => name),
    ];
    for (const name of named) {
      context.addIssue({ code: 'custom', path: [name], message: 'belongs to the requests of the flow' });
    }
  })
  .meta({ id: 'Scenario' });
export type Scenario = z.output<typeof scenario>;

export const scenarios = z
  .array(scenario)
  .min(1)
  .max(100)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'scenario names must differ');
