import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { awsHandlers } from '../lib/telemetry/aws/handlers.ts';
import { metricReader } from '../lib/telemetry/aws/metric-reader.ts';
import { AwsMetrics } from '../lib/telemetry/aws/service.ts';

const parts = createParts('aws-api');
const metrics = new AwsMetrics(parts, new ProjectService(parts), metricReader());

export const handler = httpDoor('aws-api', parts, awsHandlers(metrics));
