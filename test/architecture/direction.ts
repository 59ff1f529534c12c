import type { Import } from './source.ts';

/** The capabilities in the order in which each may use those before it. */
export const capabilities = [
  'projects',
  'telemetry',
  'queries',
  'cache',
  'load',
  'analysis',
  'optimization',
  'alerts',
  'checks',
  'tasks',
] as const;

/** What answers with pages. The others give JSON. */
const showingPages: readonly string[] = ['load', 'checks'];

const isCapability = (name: string): name is (typeof capabilities)[number] =>
  (capabilities as readonly string[]).includes(name);

/** `lib/load/engine/plan.ts` -> `load`; `functions/tick.ts` -> `functions`. The cache's library is a floor of its own: users import it. */
const floorOf = (path: string): string => {
  if (path.startsWith('lib/cache/library/')) return 'library';
  const [first = '', second = ''] = path.split('/');
  return first === 'lib' ? second : first;
};

/** What stands above nothing of ours but these. Each may of course import itself. */
const below: Record<string, readonly string[]> = {
  contracts: [],
  statistics: [],
  pages: ['contracts', 'statistics'],
  platform: ['contracts', 'statistics'],
  library: ['contracts', 'statistics'],
  sdk: ['contracts', 'statistics', 'library'],
  layers: ['contracts', 'statistics', 'sdk'],
  stack: ['contracts'],
  cdk: ['contracts', 'stack'],
  deployment: ['contracts', 'platform'],
  cli: ['contracts', 'statistics', 'pages'],
  // The runbook is shown beside the alerts that it is about.
  dashboard: ['contracts', 'statistics', 'pages', 'docs'],
  functions: ['contracts', 'statistics', 'library', 'platform', ...capabilities],
  local: ['contracts', 'statistics', 'library', 'platform', 'stack', 'sdk', ...capabilities],
  bin: [
    ...['contracts', 'statistics', 'pages', 'library', 'platform', 'stack', 'local', 'cli', 'sdk', 'deployment'],
    ...capabilities,
  ],
};

/** The doors in walls: single files that may be used where their floor may not. */
const doors: Record<string, readonly string[]> = {
  stack: ['lib/platform/table/schema.ts'],
  cli: ['lib/sdk/client.ts'],
  dashboard: ['lib/sdk/client.ts'],
};

/** What a floor may import of what npm has; floors that are not named may import anything. */
const modules: Record<string, RegExp> = {
  contracts: /^zod$/,
  statistics: /^(node:|ml-levenberg-marquardt$)/,
  pages: /^(uplot(\/|$)|node:)/,
  dashboard: /^(preact|preact-iso|uplot)(\/|$)/,
  sdk: /^(zod$|node:)/,
  cdk: /^(aws-cdk-lib(\/|$)|constructs$|node:)/,
  layers: /^node:/,
};

/**
 * @param stores the files that read or write the table
 * @returns what is wrong with the import, or undefined
 */
export function faultOf({ from, to, relative }: Import, stores: ReadonlySet<string>): string | undefined {
  const floor = floorOf(from);
  const wrong = (why: string): string => `${from} imports ${to}: ${why}`;
  // By its file: what a package hides behind its `exports`.
  if (!relative || to.startsWith('node_modules/')) {
    const allowed = modules[floor];
    return allowed === undefined || allowed.test(to) ? undefined : wrong(`${floor} may import ${allowed} only`);
  }
  const target = floorOf(to);
  if (target === floor || (doors[floor] ?? []).includes(to)) return undefined;
  // Rules and types may be shared; state has one owner, who is asked through a service.
  const isAnothersState = stores.has(to) && !/\/([\w-]+-)?service\.ts$/.test(to);
  if (isCapability(floor)) {
    if (['contracts', 'statistics', 'library', 'platform'].includes(target)) return undefined;
    if (target === 'pages' && showingPages.includes(floor)) return undefined;
    if (!isCapability(target)) return wrong(`${floor} may not know of ${target}`);
    if (capabilities.indexOf(target) > capabilities.indexOf(floor)) return wrong(`${target} stands after ${floor}`);
    return isAnothersState ? wrong('what another capability stores is asked of its service') : undefined;
  }
  const allowed = below[floor];
  if (allowed === undefined) return wrong(`no floor is called ${floor}`);
  return allowed.includes(target) ? undefined : wrong(`${floor} may not know of ${target}`);
}
