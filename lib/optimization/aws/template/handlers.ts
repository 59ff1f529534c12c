import type { templateAnalysisRoutes } from '../../../contracts/routes/template-analyses.ts';
import type { Handlers } from '../../../platform/http/door.ts';
import type { TemplateAnalyses } from './service.ts';

type Served = Pick<Handlers<'optimization-api'>, keyof typeof templateAnalysisRoutes>;

export const templateHandlers = (analyses: TemplateAnalyses): Served => ({
  analyseTemplate: async ({ params, body }) => ({ status: 200, body: await analyses.analyse(params.project, body) }),
});
