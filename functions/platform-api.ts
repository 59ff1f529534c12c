import { version } from '../lib/contracts/version.ts';
import { accessApi } from '../lib/platform/access/api.ts';
import { createCloudWatchClient } from '../lib/platform/cloudwatch-client.ts';
import { docsHandlers } from '../lib/platform/docs/handlers.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { OwnMetrics } from '../lib/tasks/platform-status/own-metrics.ts';
import { StatusService } from '../lib/tasks/platform-status/service.ts';
import { MetricReader } from '../lib/telemetry/aws/metric-reader.ts';

const parts = createParts('platform-api');
const metrics = new OwnMetrics(parts, new MetricReader(createCloudWatchClient()));
const status = new StatusService(parts, metrics);

export const handler = httpDoor('platform-api', parts, {
  getHealth: async () => ({ status: 200, body: { status: 'ok' } }),
  getStatus: async ({ caller }) => ({ status: 200, body: await status.status(caller) }),
  ...docsHandlers({ version }),
  ...accessApi(parts),
});
