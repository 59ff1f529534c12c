import { DeepSteps } from '../lib/analysis/deep/steps.ts';
import { DeepAnalysisWorker } from '../lib/analysis/deep/worker.ts';
import { LoadHistory } from '../lib/load/history-service.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { metricReader } from '../lib/telemetry/aws/metric-reader.ts';
import { AwsMetrics } from '../lib/telemetry/aws/service.ts';
import { TelemetryHistory } from '../lib/telemetry/history/service.ts';
import { TelemetryService } from '../lib/telemetry/service.ts';

const parts = createParts('analysis-worker');
const projects = new ProjectService(parts);
const telemetry = new TelemetryService(parts, projects);
const steps = new DeepSteps(parts, {
  projects,
  telemetry,
  history: new TelemetryHistory(telemetry, projects, parts.clock),
  loadTests: new LoadHistory(parts),
  aws: new AwsMetrics(parts, projects, metricReader()),
});
const worker = new DeepAnalysisWorker(parts, steps);

export const handler = queueDoor('analyses', parts, (message) => worker.advance(message), {
  giveUp: (message) => worker.giveUp(message),
});
