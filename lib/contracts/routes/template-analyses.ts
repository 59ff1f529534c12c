import { inProject, ok, type Route } from '../route.ts';
import { templateAnalysis, templateAnalysisRequest } from '../template-analyses.ts';

export const templateAnalysisRoutes = {
  analyseTemplate: {
    method: 'POST',
    path: '/v1/projects/{project}/template-analyses',
    summary: 'What there is to say about a CloudFormation template before anything of it runs',
    tag: 'Optimization',
    scope: 'read',
    function: 'optimization-api',
    changesNothing: true,
    params: inProject,
    body: templateAnalysisRequest,
    answers: ok(templateAnalysis),
    problems: ['not-found', 'forbidden'],
    maxBodyBytes: 3_000_000,
  },
} as const satisfies Record<string, Route>;
