import type { Scope } from '../contracts/keys.ts';
import { createClient, HeadroomError } from '../sdk/client.ts';
import type { LocalPlatform } from './context.ts';
import type { RuntimeFile } from './runtime-file.ts';

export interface EnsuredKey {
  token: string;
  isNew: boolean;
}

/** The local platform's keys outlive its restarts: one is made only when the one kept proves nothing any more. */
export async function ensureAdminKey(platform: LocalPlatform, kept: RuntimeFile | undefined): Promise<EnsuredKey> {
  return ensure(platform, kept?.apiKey, { name: 'local admin', scope: 'admin' });
}

/** What a service on this machine reports to one project with. */
export async function ensureProjectKey(
  platform: LocalPlatform,
  project: string,
  kept: RuntimeFile | undefined,
): Promise<EnsuredKey> {
  const request = { name: `local ${project} service`, scope: 'write', projects: [project] } as const;
  return ensure(platform, kept?.projectKeys[project], { ...request, projects: [...request.projects] });
}

async function ensure(
  platform: LocalPlatform,
  kept: string | undefined,
  request: { name: string; scope: Scope; projects?: string[] },
): Promise<EnsuredKey> {
  if (kept !== undefined && (await isAccepted(platform.apiUrl, kept))) return { token: kept, isNew: false };
  const { token } = await platform.createKey(request);
  return { token, isNew: true };
}

async function isAccepted(url: string, apiKey: string): Promise<boolean> {
  try {
    await createClient({ url, apiKey }).call('getStatus');
    return true;
  } catch (error) {
    if (error instanceof HeadroomError && error.code === 'unauthenticated') return false;
    throw error;
  }
}
