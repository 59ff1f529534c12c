import { z } from 'zod';
import { code, expression, numeric, plain, refused, secondsOf, text } from './script-values.ts';

/** The steps of a flow, as Artillery's HTTP engine knows them. */

const pattern = text.refine((source) => {
  if (source.includes('{{')) return true;
  try {
    return new RegExp(source) !== undefined;
  } catch {
    return false;
  }
}, 'must be a regular expression');

/**
 * A path that is nothing but a variable could become an object, with which a JSONPath asks for its expressions to be run
 * as code.
 */
const jsonPath = text.regex(/^(?!\{\{)/, 'must not be a variable alone: write the JSONPath here');

const xpath = refused('needs the package artillery-xml-capture, which is not installed');

const where = {
  json: jsonPath.optional(),
  regexp: pattern.optional(),
  group: z.union([text, z.number()]).optional(),
  flags: z
    .string()
    .regex(/^[dgimsuvy]*$/, 'must be flags of a regular expression')
    .optional(),
  header: text.optional(),
  selector: text.optional(),
  attr: text.optional(),
  index: z.union([z.number(), text]).optional(),
  multiple: z.boolean().optional(),
  strict: z.boolean().optional(),
  xpath,
};

const sources = ['json', 'regexp', 'header', 'selector'] as const;
const hasSource = (spec: Partial<Record<(typeof sources)[number], unknown>>): boolean =>
  sources.filter((source) => spec[source] !== undefined).length === 1;
const oneSource = `must have one of ${sources.join(', ')}`;

const capture = z.strictObject({ ...where, as: text, transform: code }).refine(hasSource, oneSource);
const match = z.strictObject({ ...where, value: z.unknown() }).refine(hasSource, oneSource);

const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), z.array(item).optional());

/** What the plugin `expect` can be asked for. */
const expectation = z.strictObject({
  contentType: text.optional(),
  statusCode: z.union([numeric, text, z.array(z.union([numeric, text]))]).optional(),
  notStatusCode: z.union([numeric, text, z.array(z.union([numeric, text]))]).optional(),
  hasHeader: text.optional(),
  headerEquals: z.array(plain).length(2).optional(),
  hasProperty: text.optional(),
  notHasProperty: text.optional(),
  equals: z.array(z.unknown()).optional(),
  matchesRegexp: pattern.optional(),
  cdnHit: z.boolean().optional(),
  jmespath: text.optional(),
  jpath: text.optional(),
  description: text.optional(),
});

const formField = z.union([
  plain,
  z.strictObject({
    value: plain,
    contentType: text.optional(),
    fromFile: refused('reads a file, and there are none where the script runs: write the value'),
  }),
]);

const headers = z.record(z.string(), plain).superRefine((given, context) => {
  for (const name of Object.keys(given)) {
    if (name.toLowerCase() === 'host') {
      context.addIssue({ code: 'custom', path: [name], message: 'is the checked target’s own and cannot be changed' });
    }
  }
});

export const cookies = z.record(z.string(), plain);
export const defaultHeaders = headers;

const request = z
  .strictObject({
    url: text.optional(),
    uri: text.optional(),
    name: text.optional(),
    headers: headers.optional(),
    cookie: cookies.optional(),
    qs: z.record(z.string(), z.unknown()).optional(),
    json: z.unknown().optional(),
    body: text.optional(),
    form: z.record(z.string(), z.unknown()).optional(),
    formData: z.record(z.string(), formField).optional(),
    setContentLengthHeader: refused('is for files, and there are none where the script runs'),
    auth: z.strictObject({ user: text.optional(), pass: text.optional() }).optional(),
    gzip: z.boolean().optional(),
    followRedirect: z.boolean().optional(),
    ifTrue: expression.optional(),
    probability: numeric.optional(),
    capture: listOf(capture),
    match: listOf(match),
    expect: listOf(expectation),
    beforeRequest: code,
    afterResponse: code,
  })
  .refine(({ url, uri }) => (url ?? uri ?? '') !== '', { path: ['url'], error: 'must say what is asked for' });

/** Artillery reads a think time that is no whole number as milliseconds, or as nothing at all; here it is seconds, as documented. */
const thinkTime = z.union([z.number(), z.string()], 'must be a think time').transform((value, context) => {
  if (typeof value === 'string' && value.includes('{{')) return value;
  const seconds = secondsOf(value);
  if (seconds !== undefined && seconds >= 0 && seconds <= 86_400) return `${Math.round(seconds * 1000)}ms`;
  context.addIssue({ code: 'custom', message: 'must be a think time: seconds, or a text such as 500ms, 2s' });
  return z.NEVER;
});

const step: z.ZodType<FlowStep> = z.lazy(() => z.record(z.string(), z.unknown(), 'must be a step').transform(readStep));
export const flow = z.array(step, 'must be a list of steps').min(1, 'must have a step');

const range = z.union([numeric, text]);

const kinds = {
  loop: z.strictObject({
    loop: flow,
    count: range.optional(),
    over: z.union([text, z.array(z.unknown())]).optional(),
    loopValue: text.optional(),
    loopElement: text.optional(),
    whileTrue: code,
  }),
  parallel: z.strictObject({ parallel: flow, limit: numeric.optional() }),
  think: z.strictObject({ think: thinkTime, jitter: plain.optional() }),
  log: z.strictObject({ log: z.unknown() }),
  function: z.strictObject({ function: code }),
  ...{ get: z.strictObject({ get: request }), post: z.strictObject({ post: request }) },
  ...{ put: z.strictObject({ put: request }), patch: z.strictObject({ patch: request }) },
  ...{ delete: z.strictObject({ delete: request }), head: z.strictObject({ head: request }) },
  ...{ options: z.strictObject({ options: request }) },
} as const;

export const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const;

/** One step; the methods of HTTP are keys, as in Artillery. */
export type FlowStep = { [key: string]: unknown };

/** By its kind, so that what is wrong with it is told of that kind alone. */
function readStep(value: Record<string, unknown>, context: z.RefinementCtx): FlowStep {
  const kind = (Object.keys(kinds) as (keyof typeof kinds)[]).find((each) => each in value);
  if (kind === undefined) {
    const keys = Object.keys(value).join(', ');
    context.addIssue({
      code: 'custom',
      message: `is no step of the http engine: ${keys === '' ? 'it is empty' : keys}`,
    });
    return z.NEVER;
  }
  const read = kinds[kind].safeParse(value);
  if (read.success) return read.data;
  context.issues.push(...read.error.issues.map((issue) => ({ ...issue, input: value }) as z.core.$ZodRawIssue));
  return z.NEVER;
}
