import { z } from 'zod';
import { deploymentOptions } from '../deployment-options.ts';
import {
  type ConfigSection,
  checkSection,
  connectionSection,
  loadTestSection,
  outputSection,
  startSection,
} from './file.ts';

/** One option, by all its names. */
export interface ConfigOption {
  section: ConfigSection;
  name: string;
  /** In the file: `check.maxP95Ms`. */
  key: string;
  /** In the environment. */
  variable: string;
  /** On the command line; absent: it has none. */
  flag: string | undefined;
  /** Which commands have the flag: `loadtest`. Absent: all that have a flag of this name. */
  command: string | undefined;
  /** Is masked wherever it is shown. */
  isSecret: boolean;
  schema: z.core.$ZodType;
  description: string;
  /** As it is written in a file; absent: there is none, or the description says it. */
  usual: unknown;
}

interface Section {
  name: ConfigSection;
  shape: z.core.$ZodLooseShape;
  prefix: string;
  command?: string;
  /** Where it is not the name in small letters with hyphens; `false`: none. */
  flags?: Readonly<Record<string, string | false>>;
  /** Where it is not the name behind the prefix. */
  variables?: Readonly<Record<string, string>>;
}

const accessNames = Object.keys(startSection.shape).filter(
  (name) => name.startsWith('oidc') || name === 'requestsPerMinute',
);
const none = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, false as const]));

const sections: readonly Section[] = [
  {
    name: 'connection',
    shape: connectionSection.shape,
    prefix: 'HEADROOM_',
    flags: { url: '--api-url' },
  },
  {
    name: 'start',
    shape: startSection.shape,
    prefix: 'HEADROOM_START_',
    command: 'start',
    flags: { demo: '--no-demo', optimize: '--no-optimize', ...none(['redisUrl', 'testingPolicy', ...accessNames]) },
    variables: {
      redisUrl: 'REDIS_URL',
      testingPolicy: 'HEADROOM_TESTING_POLICY',
      ...Object.fromEntries(accessNames.map((name) => [name, `HEADROOM_${inCapitals(name)}`])),
    },
  },
  {
    name: 'deployment',
    shape: deploymentOptions.in.shape,
    prefix: 'HEADROOM_DEPLOY_',
    flags: none(Object.keys(deploymentOptions.in.shape)),
  },
  {
    name: 'check',
    shape: checkSection.shape,
    prefix: 'HEADROOM_CHECK_',
    command: 'check',
    flags: { maxP95Ms: '--max-p95', minSuccessPercent: '--min-success', objectives: '--no-objectives' },
  },
  {
    name: 'loadTest',
    shape: loadTestSection.shape,
    prefix: 'HEADROOM_LOADTEST_',
    command: 'loadtest',
    flags: { thresholds: '--threshold' },
  },
  {
    name: 'output',
    shape: outputSection.shape,
    prefix: 'HEADROOM_OUTPUT_',
    flags: { colours: false },
  },
];

/** Of options whose schemas say nothing. */
const descriptions: Readonly<Record<string, string>> = {
  'deployment.logRetentionDays': 'How long CloudWatch keeps what functions log',
};

/** `maxP95Ms` -> `MAX_P95_MS` */
function inCapitals(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

const hyphened = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Every option of the file, with its variable and its flag. */
export const configOptions: readonly ConfigOption[] = sections.flatMap(
  ({ name: section, shape, prefix, command, flags = {}, variables = {} }) =>
    Object.entries(shape).map(([name, schema]): ConfigOption => {
      const flag = flags[name] ?? `--${hyphened(name)}`;
      return {
        section,
        name,
        key: `${section}.${name}`,
        variable: variables[name] ?? prefix + inCapitals(name),
        flag: flag === false ? undefined : flag,
        command,
        isSecret: name === 'apiKey' || name === 'redisUrl',
        schema,
        description: descriptions[`${section}.${name}`] ?? descriptionOf(schema),
        usual: usualOf(schema),
      };
    }),
);

function descriptionOf(schema: z.core.$ZodType): string {
  const { description } = z.globalRegistry.get(schema) ?? {};
  if (description !== undefined) return description;
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? descriptionOf(schema.def.innerType) : '';
}

function usualOf(schema: z.core.$ZodType): unknown {
  return schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
}
