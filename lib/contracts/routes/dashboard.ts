import { z } from 'zod';
import type { Route } from '../route.ts';

const page = { description: 'A web page', contentType: 'text/html' };
const unchanged = { description: 'What `If-None-Match` names is still what would be answered' };
const conditions = z.object({ 'if-none-match': z.string().optional() });

export const dashboardRoutes = {
  getRoot: {
    method: 'GET',
    path: '/',
    summary: 'Leads to the dashboard',
    tag: 'Platform',
    scope: 'public',
    function: 'dashboard',
    answers: { 302: { description: 'To the dashboard', headers: { Location: 'The dashboard' } } },
    problems: [],
  },
  getDashboard: {
    method: 'GET',
    path: '/dashboard',
    summary: 'The dashboard',
    tag: 'Platform',
    scope: 'public',
    function: 'dashboard',
    headers: conditions,
    answers: { 200: page, 304: unchanged },
    problems: [],
  },
  getDashboardPath: {
    method: 'GET',
    path: '/dashboard/{path+}',
    summary: 'A file of the dashboard below `assets/`, else the dashboard itself, which shows what the path says',
    tag: 'Platform',
    scope: 'public',
    function: 'dashboard',
    params: z.object({ path: z.string().max(2048) }),
    headers: conditions,
    answers: { 200: { ...page, contentType: '*/*' }, 304: unchanged },
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
