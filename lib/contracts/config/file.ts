import { z } from 'zod';
import { accessOptions } from '../access-options.ts';
import { deploymentOptions } from '../deployment-options.ts';
import { loadLimits } from '../load.ts';
import { projectName } from '../names.ts';

/** Files are shared, and secrets are not. */
const secretReference = z
  .string()
  .regex(
    /^\$\{[A-Za-z_]\w*\}$/,
    `must be \${NAME}, the variable of the environment that holds it: a file is shared, and a secret is not`,
  );

const address = z.url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' });

/** `30s`, `2m`; a bare number counts in the unit that the description says. */
const time = z.union([
  z.number().positive(),
  z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)?$/, 'must be a time such as 500ms, 30s, 2m or 1h'),
]);

const users = z.int().min(1).max(loadLimits.users);
const workers = z.int().min(1).max(loadLimits.workers);

export const connectionSection = z.strictObject({
  url: address.optional().describe('Where Headroom is. Default: the one that runs in this directory or above it'),
  apiKey: secretReference.optional().describe(`An API key: only as \${NAME} of the environment`),
  project: projectName.optional().describe('The project that commands are about'),
});

export const startSection = z.strictObject({
  target: address.optional().describe('Your own service, in place of the demo shop'),
  port: z.int().min(0).max(65_535).default(4040).describe('Of the API on 127.0.0.1; 0: a free one'),
  data: z.string().min(1).default('.headroom').describe('Where everything is kept'),
  demo: z.boolean().default(true).describe('Run the demo shop, and check it at the start'),
  optimize: z.boolean().default(true).describe('Try on the demo shop what the plan says'),
  redisUrl: z
    .union([
      secretReference,
      z
        .url({ protocol: /^rediss?$/ })
        .refine((text) => new URL(text).password === '', `must not hold a password: use \${NAME}`),
    ])
    .optional()
    .describe('A Redis for tier 2 of caches. Default: a server that is found on this machine'),
  testingPolicy: z
    .enum(['read', 'unread'])
    .default('unread')
    .describe('`read`: you have read AWS’s policy on stress tests; public targets need it'),
  ...accessOptions,
});

export const checkSection = z.strictObject({
  users: users.optional().describe('Users at once in its load test'),
  duration: time.optional().describe('Of its load test; in seconds where it has no unit. Default: 60s'),
  workers: workers.optional().describe('How many workers send the requests'),
  path: z.string().startsWith('/').optional().describe('What its load test asks for. Default: /'),
  insecure: z.boolean().optional().describe('Take any certificate of the target'),
  maxP95Ms: z.number().positive().default(1000).describe('Limit of the 95th percentile of the response time'),
  minSuccessPercent: z.number().gt(0).max(100).default(95).describe('Limit of the success rate'),
  minScore: z.number().gt(0).max(100).default(60).describe('Limit of the health score'),
  objectives: z.boolean().default(true).describe('Let the project’s objectives fail the check'),
  junit: z.string().min(1).optional().describe('Write the verdicts there, as JUnit XML'),
});

export const loadTestSection = z.strictObject({
  users: users.optional().describe('Closed model: so many users, each waiting for its answer. Default: 10'),
  rate: z.number().positive().optional().describe('Open model: so many requests begin each second'),
  duration: time.optional().describe('Without the ramp-up; in seconds where it has no unit. Default: 60s'),
  rampUp: time.optional().describe('In seconds where it has no unit. Default: 10s'),
  thinkTime: time
    .optional()
    .describe('Of a user between two requests; in milliseconds where it has no unit. Default: 1000ms'),
  timeout: time.optional().describe('For an answer; in milliseconds where it has no unit. Default: 30s'),
  workers: workers.optional().describe('How many workers send the requests'),
  http2: z.boolean().optional().describe('Over HTTP/2'),
  insecure: z.boolean().optional().describe('Take any certificate of the target'),
  thresholds: z
    .array(z.string().regex(/^[\w.]+\s*[<>]=?\s*[\d.]+$/, 'must be a rule such as p95<200, errors<1 or rps>500'))
    .optional()
    .describe('Rules that fail the test: p95<200 (ms), errors<1 (percent), rps>500'),
});

export const outputSection = z.strictObject({
  json: z.boolean().optional().describe('Print results as JSON, where a command can. Default: false'),
  colours: z
    .enum(['auto', 'always', 'never'])
    .optional()
    .describe('`auto`: on a terminal only. NO_COLOR and FORCE_COLOR go before it. Default: auto'),
});

/** `headroom.config.yaml`. What it leaves out is as by default. */
export const configFile = z.strictObject({
  connection: connectionSection.optional().describe('Which Headroom the command line, and which project'),
  start: startSection.partial().optional().describe('The platform on one machine: `headroom start`'),
  deployment: deploymentOptions.in.optional().describe('The platform in an AWS account'),
  check: checkSection.partial().optional().describe('`headroom check`: its load test and its limits'),
  loadTest: loadTestSection.optional().describe('`headroom loadtest`: what is not said there'),
  output: outputSection.optional().describe('How results are printed'),
});
/** As it is written: nothing is filled in. */
export type ConfigFile = z.input<typeof configFile>;
export type ConfigSection = keyof ConfigFile;

export const configFileName = 'headroom.config.yaml';
