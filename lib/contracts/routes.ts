import type { z } from 'zod';
import type { FunctionName } from './functions.ts';
import type { BytesBody, Route } from './route.ts';
import { accessRoutes } from './routes/access.ts';
import { alertRoutes } from './routes/alerts.ts';
import { analysisRoutes } from './routes/analysis.ts';
import { analysisViewRoutes } from './routes/analysis-views.ts';
import { auditRoutes } from './routes/audit.ts';
import { awsMetricsRoutes } from './routes/aws-metrics.ts';
import { budgetRoutes } from './routes/budgets.ts';
import { cacheRoutes } from './routes/cache.ts';
import { channelRoutes } from './routes/channels.ts';
import { checkRoutes } from './routes/checks.ts';
import { cloudWatchAlarmRoutes } from './routes/cloudwatch-alarms.ts';
import { comparisonRoutes } from './routes/comparisons.ts';
import { dashboardRoutes } from './routes/dashboard.ts';
import { databaseRoutes } from './routes/databases.ts';
import { deadLetterRoutes } from './routes/dead-letters.ts';
import { deploymentRoutes } from './routes/deployments.ts';
import { keyRoutes } from './routes/keys.ts';
import { liveSettingsRoutes } from './routes/live-settings.ts';
import { loadTestRoutes } from './routes/load.ts';
import { loadQuotaRoutes } from './routes/load-quota.ts';
import { loadReportRoutes } from './routes/load-report.ts';
import { memorySweepRoutes } from './routes/memory-sweeps.ts';
import { optimizationRoutes } from './routes/optimizations.ts';
import { otlpRoutes } from './routes/otlp.ts';
import { platformRoutes } from './routes/platform.ts';
import { profileRoutes } from './routes/profiles.ts';
import { projectRoutes } from './routes/projects.ts';
import { queryRoutes } from './routes/queries.ts';
import { requestRecordRoutes } from './routes/request-records.ts';
import { scenarioImportRoutes } from './routes/scenario-imports.ts';
import { taskRoutes } from './routes/tasks.ts';
import { telemetryRoutes } from './routes/telemetry.ts';
import { telemetryViewRoutes } from './routes/telemetry-views.ts';
import { templateAnalysisRoutes } from './routes/template-analyses.ts';

/** Written out by its parts: TypeScript cannot write the whole into a declaration. */
type Routes = typeof platformRoutes &
  typeof accessRoutes &
  typeof auditRoutes &
  typeof keyRoutes &
  typeof projectRoutes &
  typeof telemetryRoutes &
  typeof deploymentRoutes &
  typeof requestRecordRoutes &
  typeof otlpRoutes &
  typeof telemetryViewRoutes &
  typeof awsMetricsRoutes &
  typeof cacheRoutes &
  typeof loadTestRoutes &
  typeof loadReportRoutes &
  typeof scenarioImportRoutes &
  typeof loadQuotaRoutes &
  typeof comparisonRoutes &
  typeof analysisRoutes &
  typeof analysisViewRoutes &
  typeof budgetRoutes &
  typeof queryRoutes &
  typeof profileRoutes &
  typeof liveSettingsRoutes &
  typeof optimizationRoutes &
  typeof memorySweepRoutes &
  typeof databaseRoutes &
  typeof dashboardRoutes &
  typeof templateAnalysisRoutes &
  typeof alertRoutes &
  typeof channelRoutes &
  typeof cloudWatchAlarmRoutes &
  typeof checkRoutes &
  typeof taskRoutes &
  typeof deadLetterRoutes;

/** Every operation of the HTTP API. The gateway, the stack, the OpenAPI document, the SDK and the CLI follow from it. */
export const routes: Routes = {
  ...platformRoutes,
  ...accessRoutes,
  ...auditRoutes,
  ...keyRoutes,
  ...projectRoutes,
  ...telemetryRoutes,
  ...deploymentRoutes,
  ...requestRecordRoutes,
  ...otlpRoutes,
  ...telemetryViewRoutes,
  ...awsMetricsRoutes,
  ...cacheRoutes,
  ...loadTestRoutes,
  ...loadReportRoutes,
  ...scenarioImportRoutes,
  ...loadQuotaRoutes,
  ...comparisonRoutes,
  ...analysisRoutes,
  ...analysisViewRoutes,
  ...budgetRoutes,
  ...queryRoutes,
  ...profileRoutes,
  ...liveSettingsRoutes,
  ...optimizationRoutes,
  ...memorySweepRoutes,
  ...databaseRoutes,
  ...dashboardRoutes,
  ...templateAnalysisRoutes,
  ...alertRoutes,
  ...channelRoutes,
  ...cloudWatchAlarmRoutes,
  ...checkRoutes,
  ...taskRoutes,
  ...deadLetterRoutes,
} satisfies Record<string, Route>;

export type Operation = keyof typeof routes;
export const operations = Object.keys(routes) as Operation[];
export const route = (operation: Operation): Route => routes[operation];

type Parsed<Part> = Part extends z.ZodType ? z.output<Part> : undefined;
type Given<Part> = Part extends z.ZodType ? z.input<Part> : undefined;
type PartOf<Op extends Operation, Name extends string> =
  (typeof routes)[Op] extends Record<Name, infer Part> ? Part : undefined;

type TakesBytes<Op extends Operation> = PartOf<Op, 'takesBytes'>;

/** What a handler of the operation receives, after parsing. */
export interface OperationInput<Op extends Operation> {
  params: Parsed<PartOf<Op, 'params'>>;
  query: Parsed<PartOf<Op, 'query'>>;
  headers: Parsed<PartOf<Op, 'headers'>>;
  body: TakesBytes<Op> extends true ? BytesBody : Parsed<PartOf<Op, 'body'>>;
}

/** What a client gives, before defaults are filled in. */
export interface OperationRequest<Op extends Operation> {
  params: Given<PartOf<Op, 'params'>>;
  query: Given<PartOf<Op, 'query'>>;
  headers: Given<PartOf<Op, 'headers'>>;
  body: TakesBytes<Op> extends true ? BytesBody : Given<PartOf<Op, 'body'>>;
}

/** The body of the operation's successful answers. */
export type OperationAnswer<Op extends Operation> = {
  [Status in keyof (typeof routes)[Op]['answers']]: (typeof routes)[Op]['answers'][Status] extends { body: infer Body }
    ? Parsed<Body>
    : undefined;
}[keyof (typeof routes)[Op]['answers']];

/** The operations that a function serves. */
export type OperationsOf<Name extends FunctionName> = {
  [Op in Operation]: (typeof routes)[Op]['function'] extends Name ? Op : never;
}[Operation];

/** `PUT /v1/projects/{project}`: how API Gateway names a route. */
export const routeKey = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;
