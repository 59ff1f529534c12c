import { z } from 'zod';
import { budget, budgetSettings } from '../budgets.ts';
import { inProject, ok, type Route } from '../route.ts';

export const budgetRoutes = {
  getBudgets: {
    method: 'GET',
    path: '/v1/projects/{project}/budgets',
    summary: 'Every objective: whether it is met, what is left of its error budget, and how fast that is spent',
    tag: 'Analysis',
    scope: 'read',
    function: 'analysis-api',
    params: inProject,
    answers: ok(z.array(budget)),
    problems: ['not-found'],
  },
  putBudgets: {
    method: 'PUT',
    path: '/v1/projects/{project}/budgets',
    summary: 'Set the project’s objectives in place of those it had',
    tag: 'Analysis',
    scope: 'write',
    function: 'analysis-api',
    params: inProject,
    body: budgetSettings,
    answers: ok(budgetSettings),
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
