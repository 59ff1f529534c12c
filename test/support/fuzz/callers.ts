import { type Scope, scopeIncludes, scopes } from '../../../lib/contracts/keys.ts';
import type { Client } from '../../../lib/sdk/client.ts';
import type { ApiOperation } from './api.ts';
import type { FuzzAnswer } from './platform.ts';

export interface Caller {
  /** Absent: it sends none. */
  token?: string;
  /** Absent: it is nobody. */
  scope?: Scope;
  /** Absent: all. */
  projects?: readonly string[];
}

/** A key of each scope for the whole deployment, one of each for a project, and callers without a right one. */
export async function makeCallers(
  client: Client,
  project: string,
): Promise<{ callers: Map<string, Caller>; keyIds: string[] }> {
  const callers = new Map<string, Caller>([
    ['nobody', {}],
    ['forger', { token: `hr_01JD2V8Q6Y0000000000000000_${'A'.repeat(43)}` }],
    ['guesser', { token: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.' }],
  ]);
  const keyIds: string[] = [];
  for (const scope of scopes) {
    for (const projects of [undefined, [project]]) {
      const name = projects === undefined ? scope : `bound ${scope}`;
      const body = { name, scope, ...(projects === undefined ? {} : { projects }) };
      const { token, keyId } = await client.call('createKey', { body });
      callers.set(name, { token, scope, ...(projects === undefined ? {} : { projects }) });
      keyIds.push(keyId);
    }
  }
  return { callers, keyIds };
}

/** What is wrong with who was let in, or was not. */
export function accessFault(
  { scope, projects }: Caller,
  operation: ApiOperation | undefined,
  { status, pathParameters: { project, namespace } }: FuzzAnswer,
): string | undefined {
  if (operation?.scope === undefined || status === 429) return undefined;
  if (scope === undefined) return status === 401 ? undefined : `status ${status} for somebody without a key`;
  if (status === 401) return 'status 401 for a key that holds';
  const isBeyond = !scopeIncludes(scope, operation.scope as Scope);
  const asked = project ?? namespace?.split('.')[0];
  const isForeign = projects !== undefined && asked !== undefined && !projects.includes(asked);
  if (!isBeyond && !isForeign) return undefined;
  const why = isBeyond ? `the scope ${scope}` : 'a key of another project';
  return status === 403 ? undefined : `status ${status} for ${why}`;
}
