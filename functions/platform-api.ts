import { version } from '../lib/contracts/version.ts';
import { accessHandlers } from '../lib/platform/access/handlers.ts';
import { docsHandlers } from '../lib/platform/docs/handlers.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { keyHandlers } from '../lib/platform/keys/handlers.ts';
import { KeyService } from '../lib/platform/keys/service.ts';
import { openOidc } from '../lib/platform/oidc/open.ts';
import { createParts } from '../lib/platform/parts.ts';
import { StatusService } from '../lib/tasks/platform-status/service.ts';

const parts = createParts('platform-api');
const status = new StatusService(parts);

export const handler = httpDoor('platform-api', parts, {
  getHealth: async () => ({ status: 200, body: { status: 'ok' } }),
  getStatus: async () => ({ status: 200, body: await status.status() }),
  ...docsHandlers({ version }),
  ...accessHandlers(openOidc(parts)),
  ...keyHandlers(new KeyService(parts)),
});
