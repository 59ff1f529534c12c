import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queryHandlers } from '../lib/queries/handlers.ts';
import { Planner } from '../lib/queries/planner/planner.ts';
import { QueryService } from '../lib/queries/service.ts';

const parts = createParts('queries-api');
const planner = new Planner();
planner.warm();

export const handler = httpDoor('queries-api', parts, queryHandlers(new QueryService(planner)));
