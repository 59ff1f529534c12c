import type { OtlpAttributes } from '../../contracts/otlp.ts';
import { DomainError } from '../../platform/errors.ts';
import type { ProjectService } from '../../projects/service.ts';
import { Attributes } from './attributes.ts';
import type { Reporter } from './coverages.ts';
import { projectOf, type Sender } from './project-choice.ts';
import { instanceOf, serviceVersionOf } from './reporter.ts';
import type { Rejected } from './wire.ts';

/** What was told of one resource. */
export interface Told<Item> {
  resource?: { attributes: OtlpAttributes } | null | undefined;
  items: Item[];
}

/** Of one export, projects and instances alike: each takes time, and an export has to be answered within half a minute. */
const maxReporters = 500;
const tooMany = (what: string): DomainError =>
  new DomainError('invalid-request', `An export tells of at most ${maxReporters} ${what}: send smaller batches.`);

/** Refusals that are the sender's to mend. Others may be over at the next try. */
const ofSender = new Set<string>(['invalid-request', 'forbidden', 'not-found']);

/**
 * What was sent, by the processes that it is of: a collector sends that of many at once.
 * @throws DomainError where not one resource has a project, and for what another try may mend
 */
export async function byReporter<Item>(
  told: readonly Told<Item>[],
  sender: Sender,
  projects: Pick<ProjectService, 'require'>,
): Promise<{ groups: (Reporter & { items: Item[] })[]; refused: Rejected }> {
  const groups = new Map<string, Reporter & { items: Item[] }>();
  const known = askedOnce(projects);
  let count = 0;
  let refusal: DomainError | undefined;
  for (const { resource, items } of told) {
    const attributes = new Attributes(resource?.attributes);
    try {
      const project = await projectOf(attributes, sender, known);
      const instance = instanceOf(attributes);
      const key = `${project} ${instance}`;
      const group = groups.get(key);
      if (group === undefined && groups.size >= maxReporters) throw tooMany('instances');
      if (group === undefined)
        groups.set(key, { project, instance, ...serviceVersionOf(attributes), items: [...items] });
      else for (const item of items) group.items.push(item);
    } catch (error) {
      if (!(error instanceof DomainError) || !ofSender.has(error.code)) throw error;
      refusal ??= error;
      count += items.length;
    }
  }
  if (refusal !== undefined && groups.size === 0) throw refusal;
  return { groups: [...groups.values()], refused: { count, message: refusal?.message ?? '' } };
}

/** Looks each project up once. */
function askedOnce(projects: Pick<ProjectService, 'require'>): Pick<ProjectService, 'require'> {
  const answers = new Map<string, ReturnType<ProjectService['require']>>();
  return {
    require: async (project) => {
      const known = answers.get(project);
      if (known !== undefined) return known;
      if (answers.size >= maxReporters) throw tooMany('projects');
      const answer = projects.require(project);
      answers.set(project, answer);
      return answer;
    },
  };
}
