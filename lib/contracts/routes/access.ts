import { callerInfo, signIn } from '../access.ts';
import { ok, type Route } from '../route.ts';

export const accessRoutes = {
  getCaller: {
    method: 'GET',
    path: '/v1/caller',
    summary: 'Who the sent key or token is taken for, and what it may do',
    tag: 'Access',
    scope: 'read',
    function: 'platform-api',
    answers: ok(callerInfo),
    problems: [],
  },
  getSignIn: {
    method: 'GET',
    path: '/v1/sign-in',
    summary: 'How people sign in, where the deployment has an OIDC issuer',
    tag: 'Access',
    scope: 'public',
    function: 'platform-api',
    answers: ok(signIn),
    problems: [],
  },
} as const satisfies Record<string, Route>;
