import { type CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import type { Project } from '../../../contracts/projects.ts';
import {
  maxTemplateCharacters,
  type TemplateAnalysis,
  type TemplateAnalysisRequest,
} from '../../../contracts/template-analyses.ts';
import { asking, codeOf } from '../../../platform/aws-failure.ts';
import { type Clock, isoTime } from '../../../platform/clock.ts';
import { DomainError, notFound } from '../../../platform/errors.ts';
import type { ProjectService } from '../../../projects/service.ts';
import { examineTemplate } from './findings.ts';

export interface TemplateAnalysesParts {
  clock: Clock;
  projects: Pick<ProjectService, 'require'>;
  /** Of the account where a project's resources are. */
  cloudFormationOf: (project: Pick<Project, 'resources'>) => CloudFormationClient;
}

/** Analyses CloudFormation templates: those that are given, and that of a project's own stack. */
export class TemplateAnalyses {
  readonly #parts: TemplateAnalysesParts;

  constructor(parts: TemplateAnalysesParts) {
    this.#parts = parts;
  }

  /**
   * @throws DomainError not-found when there is no such project or stack, forbidden when the stack is not the project's or Headroom may
   * not read it, invalid-request when it is no template, unavailable
   */
  async analyse(project: string, { template, stackName }: TemplateAnalysisRequest): Promise<TemplateAnalysis> {
    const found = await this.#parts.projects.require(project);
    const { resources } = found;
    if (stackName !== undefined && stackName !== resources.stack) {
      throw new DomainError('forbidden', `The project ${project} does not name the stack ${stackName} as its own.`);
    }
    const text = template ?? (await this.#templateOf(stackName ?? '', this.#parts.cloudFormationOf(found)));
    const analysedAt = isoTime(this.#parts.clock());
    return {
      project,
      analysedAt,
      ...(stackName === undefined ? {} : { stackName }),
      ...examineTemplate(text, analysedAt),
    };
  }

  async #templateOf(StackName: string, cloudFormation: CloudFormationClient): Promise<string> {
    const { TemplateBody } = await asking(`the stack ${StackName}`, async () => {
      try {
        return await cloudFormation.send(new GetTemplateCommand({ StackName, TemplateStage: 'Original' }));
      } catch (error) {
        // So CloudFormation says that there is none.
        if (codeOf(error) === 'ValidationError') throw notFound(`The stack ${StackName}`);
        throw error;
      }
    });
    if (TemplateBody === undefined || TemplateBody.length > maxTemplateCharacters) {
      throw new DomainError('invalid-request', `The template of ${StackName} cannot be read.`);
    }
    return TemplateBody;
  }
}
