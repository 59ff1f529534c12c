import type { budgetRoutes } from '../../contracts/routes/budgets.ts';
import type { Handlers } from '../../platform/http/door.ts';
import type { ObjectiveService } from './service.ts';

export const objectiveHandlers = (
  objectives: ObjectiveService,
): Pick<Handlers<'analysis-api'>, keyof typeof budgetRoutes> => ({
  getBudgets: async ({ params }) => ({ status: 200, body: await objectives.evaluate(params.project) }),
  putBudgets: async ({ params, body }) => ({ status: 200, body: await objectives.put(params.project, body) }),
});
