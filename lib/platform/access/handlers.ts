import type { CallerInfo } from '../../contracts/access.ts';
import { isoTime } from '../clock.ts';
import { type Caller, subjectOf } from '../http/authenticate.ts';
import type { Handlers } from '../http/door.ts';

type AccessHandlers = Pick<Handlers<'platform-api'>, 'getCaller' | 'getSignIn'>;

export const accessHandlers = (): AccessHandlers => ({
  getCaller: async ({ caller }) => ({ status: 200, headers: notKept, body: infoOf(caller) }),
  getSignIn: async () => ({ status: 200, headers: { 'cache-control': 'no-cache' }, body: {} }),
});

/** It depends on the key that was sent. */
const notKept = { 'cache-control': 'no-store' };

const infoOf = (caller: Caller): CallerInfo => ({
  kind: caller.kind,
  name: caller.name,
  scope: caller.scope,
  ...(caller.projects === undefined ? {} : { projects: [...caller.projects] }),
  ...(caller.kind === 'api-key' ? { keyId: caller.id } : { subject: subjectOf(caller) }),
  ...(caller.expiresAt === undefined ? {} : { expiresAt: isoTime(caller.expiresAt) }),
});
