import { openAlerts } from '../lib/alerts/open-alerts.ts';
import { analysisApi } from '../lib/analysis/api.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('analysis-api');

export const handler = httpDoor('analysis-api', parts, analysisApi(parts, openAlerts(parts)));
