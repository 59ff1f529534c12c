import { z } from 'zod';
import { cookies, defaultHeaders, flow } from './script-steps.ts';
import { code, duration, flag, numeric, plain, refused, text } from './script-values.ts';

/** What of Artillery's test scripts runs here. What does not is named, and why. */

const otherEngine = 'is of another engine: only http runs here';

const phase = z
  .strictObject({
    name: text.optional(),
    duration: duration.optional(),
    pause: duration.optional(),
    arrivalRate: numeric.optional(),
    arrivalCount: numeric.refine(Number.isInteger, 'must be a whole number').optional(),
    rampTo: numeric.optional(),
    maxVusers: numeric.refine(Number.isInteger, 'must be a whole number').optional(),
    mode: z.enum(['uniform', 'poisson'], 'must be uniform or poisson').optional(),
  })
  .superRefine((given, context) => {
    const fault = (message: string, ...path: string[]): void => context.addIssue({ code: 'custom', path, message });
    const { pause, duration: length, arrivalRate, arrivalCount, rampTo } = given;
    const kinds = [pause, arrivalCount, arrivalRate ?? rampTo].filter((each) => each !== undefined);
    if (kinds.length !== 1) {
      fault('must have one of arrivalRate (with or without rampTo), arrivalCount and pause');
    } else if (pause === undefined && (length ?? 0) <= 0) {
      fault('must be above 0', 'duration');
    }
  });

const row = z.array(plain);
const payload = z
  .strictObject({
    fields: z.array(text).min(1).optional(),
    data: z.array(row, 'must be rows: the payload stands in the script itself').min(1),
    order: z.enum(['random', 'sequence'], 'must be random or sequence').optional(),
    loadAll: z.boolean().optional(),
    name: text.optional(),
    path: refused('is a file, and there are none where the script runs: write its rows into config.payload as `data`'),
  })
  .refine(({ loadAll, name }) => !loadAll || name !== undefined, {
    path: ['name'],
    error: 'must name what loadAll gives',
  })
  .refine(({ loadAll, fields }) => loadAll || fields !== undefined, {
    path: ['fields'],
    error: 'must name the columns of the rows',
  });

const ensure = z.strictObject({
  thresholds: z.array(z.record(z.string(), numeric)).optional(),
  conditions: z.array(z.strictObject({ expression: text, strict: z.boolean().optional() })).optional(),
  ...{ min: numeric.optional(), max: numeric.optional(), median: numeric.optional() },
  ...{ p95: numeric.optional(), p99: numeric.optional(), maxErrorRate: numeric.optional() },
});
export type EnsureSpec = z.output<typeof ensure>;

const expectOptions = z.strictObject({
  formatter: text.optional(),
  outputFormat: text.optional(),
  reportFailuresAsErrors: flag.optional(),
  expectDefault200: flag.optional(),
  useOnlyRequestNames: flag.optional(),
});

/** YAML reads a name with nothing after it as null. */
const orEmpty = <Schema extends z.ZodType>(schema: Schema) => z.preprocess((value) => value ?? undefined, schema);

const plugins = z
  .record(z.string(), z.unknown())
  .superRefine((given, context) => {
    for (const name of Object.keys(given)) {
      if (name === 'expect' || name === 'ensure') continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'is a plugin that does not run here: expect and ensure do',
      });
    }
  })
  .pipe(
    z.object({
      expect: orEmpty(expectOptions.prefault({})).optional(),
      ensure: orEmpty(ensure.prefault({})).optional(),
    }),
  );

const defaults = z.strictObject({
  headers: defaultHeaders.optional(),
  cookie: cookies.optional(),
  strictCapture: z.boolean().optional(),
  think: z.strictObject({ jitter: plain.optional() }).optional(),
});

const timeout = duration.refine((seconds) => seconds > 0 && seconds <= 600, 'must be above 0 and at most 600 seconds');

const config = z.strictObject({
  target: text.optional(),
  phases: z.array(phase).min(1, 'must have a phase').max(1000),
  mode: z.enum(['uniform', 'poisson'], 'must be uniform or poisson').optional(),
  timeout: timeout.optional(),
  http: z
    .strictObject({
      timeout: timeout.optional(),
      pool: numeric.optional(),
      maxSockets: numeric.optional(),
      extendedMetrics: z.boolean().optional(),
      defaults: defaults.optional(),
      cookieJarOptions: z.record(z.string(), plain).optional(),
      distributedTracing: z
        .union([
          z.boolean(),
          z.strictObject({
            enabled: z.boolean().optional(),
            sampled: z.boolean().optional(),
            traceIdPrefix: text.optional(),
          }),
        ])
        .optional(),
    })
    .optional(),
  defaults: defaults.optional(),
  tls: z.strictObject({ rejectUnauthorized: z.boolean().optional() }).optional(),
  variables: z.record(z.string(), z.unknown()).optional(),
  payload: z
    .preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), z.array(payload).optional())
    .optional(),
  plugins: plugins.optional(),
  ensure: ensure.optional(),
  statsInterval: numeric.optional(),
  engine: z.literal('http', otherEngine).optional(),
  processor: refused(
    'is code, which is never run here: use what Artillery has itself (capture, match, ifTrue, expect)',
  ),
  environments: refused('are chosen on a command line; write what applies into config itself'),
  engines: refused(otherEngine),
  ws: refused(otherEngine),
  socketio: refused(otherEngine),
  includeFiles: refused('is a list of files, and there are none where the script runs'),
  bundling: refused('is for code, which is never run here'),
});

const scenario = z.strictObject({
  name: text.refine((name) => name.trim() !== '' && name.length <= 100, 'must have 1 to 100 characters').optional(),
  weight: numeric.optional(),
  engine: z.literal('http', otherEngine).optional(),
  flow,
  beforeScenario: code,
  afterScenario: code,
  beforeRequest: code,
  afterResponse: code,
  onError: code,
  testFunction: refused(otherEngine),
  flowFunction: refused(otherEngine),
});

/** Under which a scenario is reported. */
export const nameOf = ({ name }: { name?: string | undefined }, index: number): string =>
  name ?? `scenario ${index + 1}`;

const hook = z.strictObject({ engine: z.literal('http', otherEngine).optional(), flow });

/** Other keys at the top are where authors keep what their references refer to. */
export const scriptSchema = z.object({
  config,
  scenarios: z
    .array(scenario, 'must be a list')
    .min(1, 'must have a scenario')
    .max(100)
    .refine((all) => all.some(({ weight = 1 }) => weight > 0), 'must have one with a weight above 0')
    .refine((all) => new Set(all.map(nameOf)).size === all.length, 'must have names that differ'),
  before: hook.optional(),
  after: hook.optional(),
});
export type CheckedScript = z.output<typeof scriptSchema>;
export type PhaseSpec = z.output<typeof phase>;
