import { DeepAnalyses } from '../lib/analysis/deep/service.ts';
import { AnalysisService } from '../lib/analysis/service.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { runTask, taskRunners } from '../lib/tasks/worker.ts';
import { TelemetryService } from '../lib/telemetry/service.ts';

const parts = createParts('task-worker');
const projects = new ProjectService(parts);
const analysis = new AnalysisService(parts, { projects, telemetry: new TelemetryService(parts, projects) });
const runners = taskRunners({ analysis, deepAnalyses: new DeepAnalyses(parts, projects) });

export const handler = queueDoor('tasks', parts, ({ taskId }) => runTask(parts, runners, taskId));
