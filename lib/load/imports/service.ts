import type { ImportedScenarios, ScenarioImport } from '../../contracts/scenario-imports.ts';
import type { ProjectService } from '../../projects/service.ts';
import { scenariosFromAccessLog } from './access-log.ts';
import { importTargetOf } from './base-path.ts';
import { scenariosFromHar } from './har.ts';
import { scenariosFromOpenApi } from './openapi.ts';
import { fetchOpenApi } from './target-document.ts';

/** Makes scenarios from what a project has: its OpenAPI document, a recording of its use, its access log. Stores nothing. */
export class ImportService {
  readonly #projects: ProjectService;

  constructor(projects: ProjectService) {
    this.#projects = projects;
  }

  /**
   * @throws DomainError not-found (the project, or a document at its target), invalid-request where the document cannot be
   * read, and target-not-verified or target-not-allowed where it would have to be fetched
   */
  async import(project: string, request: ScenarioImport): Promise<ImportedScenarios> {
    const { baseUrl } = await this.#projects.require(project);
    const target = importTargetOf(baseUrl);
    switch (request.source) {
      case 'har':
        return scenariosFromHar(request.document, target, request);
      case 'access-log':
        return scenariosFromAccessLog(request.document, target, request);
      case 'openapi': {
        const { document, path } = request;
        const text = document ?? (await fetchOpenApi(await this.#projects.requireTarget(project), path));
        return scenariosFromOpenApi(text, target, request);
      }
    }
  }
}
