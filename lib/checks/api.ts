import { AnalysisService } from '../analysis/service.ts';
import type { AskConcurrency } from '../load/account-concurrency.ts';
import { LoadService } from '../load/service.ts';
import type { Parts } from '../platform/parts.ts';
import { ProjectService } from '../projects/service.ts';
import { TelemetryService } from '../telemetry/service.ts';
import { PipelineReports } from './pipeline/reports.ts';
import { PipelineService } from './pipeline/service.ts';
import { ScheduleService } from './schedules/service.ts';
import { CheckService } from './service.ts';

/** What the function `checks-api` answers from. */
export function checkServices(parts: Parts, concurrency: AskConcurrency) {
  const projects = new ProjectService(parts);
  const loadTests = new LoadService(parts, projects, concurrency);
  const analysis = new AnalysisService(parts, { projects, telemetry: new TelemetryService(parts, projects) });
  const schedules = new ScheduleService(parts, projects);
  return {
    checks: new CheckService(parts, { projects, loadTests, analysis }),
    pipelines: new PipelineService(parts, { projects, schedules, loadTests }),
    reports: new PipelineReports(parts),
    loadTests,
    schedules,
  };
}
