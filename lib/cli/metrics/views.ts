import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withRouteCommands } from '../derived/route-commands.ts';
import type { ExitCode } from '../failure.ts';
import { ms, percentage, perSecond } from '../figures.ts';
import type { Look } from '../terminal.ts';
import { textTable } from '../text-table.ts';

const nothing = ['Nothing was reported in this period.'];

/** What else there is to see of a service's telemetry. */
export const withMetricViews = (command: Command, context: CliContext, done: (code: ExitCode) => void): Command =>
  withRouteCommands(
    command,
    {
      listEndpoints: {
        name: 'endpoints',
        summary: 'the endpoints: counts, times, errors, bytes, share of all time',
        examples: ['headroom metrics endpoints --project shop --minutes 60 --sort p95'],
        report: ({ items }, look) =>
          rows(look, ['endpoint', 'requests', 'rate', 'avg', 'p95', 'p99', 'errors', 'time'], items, (each) => [
            each.endpoint,
            String(each.requests),
            perSecond(each.requestsPerSecond),
            ms(each.avgResponseTimeMs),
            ms(each.p95ResponseTimeMs),
            ms(each.p99ResponseTimeMs),
            percentage(each.errorRatePercent),
            percentage(each.timeSharePercent),
          ]),
      },
      listSlowRequests: {
        name: 'slow-requests',
        summary: 'the slowest requests that were kept whole',
        examples: ['headroom metrics slow-requests --project shop --limit 10'],
      },
      listErrorRequests: {
        name: 'error-requests',
        summary: 'the latest failed requests that were kept whole',
        examples: ['headroom metrics error-requests --project shop --minutes 60'],
      },
      listQueries: {
        name: 'queries',
        summary: 'the database queries: who sends them, how often, how long',
        examples: ['headroom metrics queries --project shop --sort max'],
        report: ({ items }, look) =>
          rows(look, ['query', 'count', 'avg', 'p95', 'max', 'time', ''], items, (each) => [
            each.fingerprint,
            String(each.queries),
            ms(each.avgQueryTimeMs),
            ms(each.p95QueryTimeMs),
            ms(each.maxQueryTimeMs),
            percentage(each.timeSharePercent),
            each.isRepeated ? look.colours.yellow('N+1') : '',
          ]),
      },
      listResources: {
        name: 'resources',
        summary: 'CPU, memory, event loop and garbage collection of each instance',
        examples: ['headroom metrics resources --project shop'],
      },
      listOutgoing: {
        name: 'outgoing',
        summary: 'the requests to other services',
        examples: ['headroom metrics outgoing --project shop --sort errors'],
        report: ({ items }, look) =>
          rows(look, ['target', 'requests', 'avg', 'p95', 'max', 'errors'], items, (each) => [
            `${each.method} ${each.target}`,
            String(each.requests),
            ms(each.avgResponseTimeMs),
            ms(each.p95ResponseTimeMs),
            ms(each.maxResponseTimeMs),
            percentage(each.errorRatePercent),
          ]),
      },
      getDatabase: {
        name: 'database',
        summary: 'the pools of connections, with advice, and what queries took',
        examples: ['headroom metrics database --project shop --minutes 60'],
      },
      listCustomMetrics: {
        name: 'custom',
        summary: 'the metrics of the service’s own',
        examples: ['headroom metrics custom --project shop --name orders_total'],
      },
      getAwsResources: {
        name: 'aws',
        summary: 'what CloudWatch has of the project’s AWS resources, and what it costs to ask',
        examples: ['headroom metrics aws --project shop'],
      },
      getAnalytics: {
        name: 'analytics',
        summary: 'health score, alerts, recommendations and cache performance',
        examples: ['headroom metrics analytics --project shop --minutes 15'],
      },
      getProjectStatus: {
        name: 'reporting',
        summary: 'whether the service reports, and what of it was lost',
        examples: ['headroom metrics reporting --project shop'],
      },
      ingestRequests: {
        name: 'import',
        summary: 'report requests from elsewhere, such as a log of a service without the SDK',
        examples: ['headroom metrics import --project shop --file requests.json'],
      },
    },
    context,
    done,
  );

/** The first column names the thing and may be cut; what comes last goes first where there is no room. */
function rows<Item>(
  { colours, width }: Look,
  names: readonly string[],
  items: readonly Item[],
  cells: (item: Item) => string[],
): string[] {
  if (items.length === 0) return nothing;
  const columns = names.map((_, index) => (index === 0 ? 'left' : 'right'));
  const drop = names
    .map((_, index) => index)
    .slice(3)
    .reverse();
  return textTable(columns, [names.map((name) => colours.dim(name)), ...items.map(cells)], { width, drop, shorten: 0 });
}
