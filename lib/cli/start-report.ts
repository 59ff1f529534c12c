import { version } from '../contracts/version.ts';
import type { LocalPlatform } from './context.ts';
import { wrapped } from './fit.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

export interface Place {
  platform: Pick<LocalPlatform, 'apiUrl' | 'redis' | 'logFile'>;
  dataDirectory: string;
  /** Whether the other commands find it where it was started. */
  isFound: boolean;
}

const margin = ' '.repeat(11);

export const dashboardUrlOf = (apiUrl: string): string => `${apiUrl}/dashboard`;

/**
 * Where the platform is, and its admin key when that is new. A terminal gets a link that signs in: what follows the `#` stays in the
 * browser.
 */
export function platformReport(
  place: Place,
  { apiKey, isNew }: { apiKey: string; isNew: boolean },
  { colours, width }: Look,
): string[] {
  const { platform, dataDirectory, isFound } = place;
  const redis = platform.redis
    ? 'on'
    : 'off: there is no redis-server or valkey-server on PATH and no REDIS_URL; the cache does without its tier 2';
  const lines = [
    `${colours.bold('Headroom')} ${version}`,
    `  page     ${colours.cyan(`${dashboardUrlOf(platform.apiUrl)}${colours.isColorSupported ? `#key=${apiKey}` : ''}`)}`,
    `  API      ${colours.cyan(platform.apiUrl)}`,
    `  docs     ${colours.cyan(`${platform.apiUrl}/docs`)}`,
    `  data     ${dataDirectory}`,
    `  logs     ${platform.logFile}`,
    ...wrapped(redis, width, '  Redis    ', margin),
  ];
  if (!isNew) return [...lines, `  API key  in ${dataDirectory}/runtime.json`];
  const kept = isFound
    ? 'admin; it is shown this once. The commands in this directory find it by themselves.'
    : `admin; it is shown this once, and kept in ${dataDirectory}/runtime.json.`;
  // On a line of its own and without a break, so that it can be copied.
  return [...lines, ...wrapped(kept, width, '  API key  ', margin), `  ${colours.bold(apiKey)}`];
}

/** Only what every shell takes as it stands. */
const pathFlag = (path: string): string => (/^[\w./-]+$/.test(path) ? ` --path ${path}` : '');

/** Where to go on from here. */
export function nextReport(
  { platform, dataDirectory, isFound }: Place,
  service: { project: string; path: string; isReporting: boolean } | undefined,
  { colours, width }: Look,
): string[] {
  const named = service && `--project ${service.project}${pathFlag(service.path)}`;
  const commands: [command: string, what: string][] = [
    ['npx headroom status', 'all projects'],
    ...(service === undefined
      ? ([['npx headroom loadtest --url URL', 'test a service']] satisfies [string, string][])
      : ([
          [`npx headroom check ${named}`, 'one page'],
          [`npx headroom loadtest ${named} --rate 50`, 'more load'],
          [`npx headroom optimize --project ${service.project} --dry-run`, 'what could be applied'],
        ] satisfies [string, string][])),
  ];
  const lines = [
    colours.bold('Next'),
    ...textTable(
      ['left', 'left'],
      commands.map(([command, what]) => [command, colours.dim(what)]),
      { width, drop: [1] },
    ),
  ];
  if (!isFound) {
    const how = `The commands need HEADROOM_URL=${platform.apiUrl}, and HEADROOM_API_KEY as ${dataDirectory}/runtime.json holds it.`;
    lines.push(...wrapped(how, width, '  '));
  }
  if (service !== undefined && !service.isReporting) {
    const how = `To see inside the service, let it report: HEADROOM_URL=${platform.apiUrl} HEADROOM_API_KEY=... HEADROOM_PROJECT=${service.project} node --import headroom/register ... (README, "The SDK")`;
    lines.push(...wrapped(how, width, '  '));
  }
  return lines;
}
