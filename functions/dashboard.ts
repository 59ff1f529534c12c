import { dashboardHandlers } from '../lib/platform/dashboard/handlers.ts';
import { signInOrigins } from '../lib/platform/dashboard/sign-in-origins.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { openOidc } from '../lib/platform/oidc/open.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('dashboard');
const oidc = openOidc(parts);

export const handler = httpDoor('dashboard', parts, dashboardHandlers({ connects: () => signInOrigins(oidc) }));
