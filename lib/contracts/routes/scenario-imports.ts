import { inProject, ok, type Route } from '../route.ts';
import { importedScenarios, scenarioImport } from '../scenario-imports.ts';

export const scenarioImportRoutes = {
  importScenarios: {
    method: 'POST',
    path: '/v1/projects/{project}/scenario-imports',
    summary: 'Make scenarios from an OpenAPI document, a HAR recording or an access log',
    tag: 'Load tests',
    scope: 'operate',
    function: 'load-api',
    changesNothing: true,
    params: inProject,
    body: scenarioImport,
    answers: ok(importedScenarios),
    problems: ['not-found', 'target-not-verified', 'target-not-allowed'],
  },
} as const satisfies Record<string, Route>;
