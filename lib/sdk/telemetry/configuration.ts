import type { PeopleOptions, RecordPeople } from './people.ts';

export interface TelemetryConfiguration {
  /** Where batches go, complete with the project's path. */
  readonly endpoint: URL;
  readonly apiKey: string;
  readonly flushMs: number;
  readonly memoryEnabled: boolean;
  /** Whether the service lets itself be changed while it runs. */
  readonly liveSettings: boolean;
  /** Undefined: nobody says. */
  readonly serviceVersion: string | undefined;
  readonly people: PeopleOptions;
}

export type ReadConfiguration =
  | { readonly configuration: TelemetryConfiguration }
  | { readonly disabled: true }
  | { readonly problems: readonly string[] };

const defaultFlushMs = 10_000;
/** A window must stay well below the minute by which Headroom aggregates. */
const flushBoundsMs = { min: 100, max: 60_000 } as const;

const waysOfPeople: readonly RecordPeople[] = ['hashed', 'plain', 'none'];
const maxTrustedProxies = 10;

export const enabled = (value: string | undefined): boolean => !/^(false|0|off|no)$/i.test(value?.trim() ?? '');

function flushMsOf(value: string | undefined): number | undefined {
  if (value === undefined || value.trim() === '') return defaultFlushMs;
  const flushMs = Number(value);
  return Number.isInteger(flushMs) && flushMs >= flushBoundsMs.min && flushMs <= flushBoundsMs.max
    ? flushMs
    : undefined;
}

function endpointOf(url: string, project: string): URL | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined;
  const base = new URL(url);
  return new URL(`${base.pathname.replace(/\/+$/, '')}/v1/projects/${project}/telemetry`, base);
}

/** `true` is the one proxy that most services stand behind. */
function trustedProxiesOf(value = ''): number | undefined {
  const text = value.trim().toLowerCase();
  if (text === 'true') return 1;
  if (text === '' || !enabled(text)) return 0;
  const count = Number(text);
  return Number.isInteger(count) && count >= 1 && count <= maxTrustedProxies ? count : undefined;
}

function peopleOf(environment: NodeJS.ProcessEnv, problems: string[]): PeopleOptions {
  const way = environment.HEADROOM_RECORD_PEOPLE?.trim().toLowerCase() || 'hashed';
  const recordPeople = waysOfPeople.find((each) => each === way);
  if (recordPeople === undefined) problems.push(`HEADROOM_RECORD_PEOPLE must be one of ${waysOfPeople.join(', ')}`);
  const userHeader = environment.HEADROOM_USER_HEADER?.trim().toLowerCase() || undefined;
  if (userHeader !== undefined && !/^[\w!#$%&'*+.^`|~-]+$/.test(userHeader)) {
    problems.push("HEADROOM_USER_HEADER is no header's name");
  }
  const trustedProxies = trustedProxiesOf(environment.HEADROOM_TRUST_PROXY);
  if (trustedProxies === undefined) {
    problems.push(`HEADROOM_TRUST_PROXY must be true, false or a number of proxies up to ${maxTrustedProxies}`);
  }
  return {
    recordPeople: recordPeople ?? 'hashed',
    userHeader,
    trustedProxies: trustedProxies ?? 0,
    secret: `${environment.HEADROOM_API_KEY} ${environment.HEADROOM_PROJECT}`,
  };
}

/** As somebody named it, else as the platform that runs the service does. One that could not be shown is none. */
function serviceVersionOf(environment: NodeJS.ProcessEnv): string | undefined {
  const { HEADROOM_SERVICE_VERSION, AWS_LAMBDA_FUNCTION_VERSION, npm_package_version } = environment;
  const ofLambda = AWS_LAMBDA_FUNCTION_VERSION === '$LATEST' ? undefined : AWS_LAMBDA_FUNCTION_VERSION;
  const version = HEADROOM_SERVICE_VERSION || ofLambda || npm_package_version;
  return version !== undefined && /^[\x20-\x7e]{1,100}$/.test(version) ? version : undefined;
}

/** Reads the `HEADROOM_*` variables and names everything that is missing or wrong at once. Never throws. */
export function readConfiguration(environment: NodeJS.ProcessEnv): ReadConfiguration {
  if (!enabled(environment.HEADROOM_MONITORING_ENABLED)) return { disabled: true };
  const { HEADROOM_URL: url, HEADROOM_API_KEY: apiKey, HEADROOM_PROJECT: project } = environment;
  const problems: string[] = [];
  for (const name of ['HEADROOM_URL', 'HEADROOM_API_KEY', 'HEADROOM_PROJECT']) {
    if (!environment[name]) problems.push(`${name} is missing`);
  }
  const endpoint = url && project ? endpointOf(url, project) : undefined;
  if (url && project && endpoint === undefined) problems.push('HEADROOM_URL is no http or https address');
  if (project && !/^[a-z0-9-]{1,40}$/.test(project)) {
    problems.push('HEADROOM_PROJECT must be 1 to 40 characters of a-z, 0-9 and -');
  }
  // Anything else cannot stand in a header, and would fail every request to Headroom.
  if (apiKey && !/^[\x21-\x7e]+$/.test(apiKey)) problems.push('HEADROOM_API_KEY has characters that no key has');
  const flushMs = flushMsOf(environment.HEADROOM_FLUSH_MS);
  if (flushMs === undefined) {
    problems.push(`HEADROOM_FLUSH_MS must be a whole number from ${flushBoundsMs.min} to ${flushBoundsMs.max}`);
  }
  const people = peopleOf(environment, problems);
  if (problems.length > 0 || !endpoint || !apiKey || !flushMs) return { problems };
  const memoryEnabled = enabled(environment.HEADROOM_MEMORY_ENABLED);
  const liveSettings = enabled(environment.HEADROOM_LIVE_SETTINGS);
  const serviceVersion = serviceVersionOf(environment);
  return { configuration: { endpoint, apiKey, flushMs, memoryEnabled, liveSettings, people, serviceVersion } };
}
