import { projectName } from '../../contracts/names.ts';
import { DomainError } from '../../platform/errors.ts';
import { type Caller, credentialOf, mayUseProject, requireProject } from '../../platform/http/authenticate.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { Attributes } from './attributes.ts';
import { projectNameOf } from './reporter.ts';

export interface Sender {
  caller: Caller;
  /** As its header says. */
  project: string | undefined;
}

const ways =
  'Use a key that is bound to one project, or name it: in the header headroom-project (OTEL_EXPORTER_OTLP_HEADERS) or the resource attribute headroom.project (OTEL_RESOURCE_ATTRIBUTES).';

/**
 * The project that a resource belongs to: the one it names, or its sender does; else the only one that the key may use; else the
 * one that is called like the service.
 * @throws DomainError invalid-request, forbidden, not-found, each with what to do
 */
export async function projectOf(
  resource: Attributes,
  sender: Sender,
  projects: Pick<ProjectService, 'require'>,
): Promise<string> {
  const named = resource.text('headroom.project') ?? sender.project ?? onlyOne(sender.caller);
  if (named !== undefined) {
    if (!projectName.safeParse(named).success) {
      throw new DomainError('invalid-request', `${named.slice(0, 100)} is no name of a project.`);
    }
    requireProject(sender.caller, named);
    await projects.require(named);
    return named;
  }
  const service = resource.text('service.name');
  const like = service === undefined ? undefined : projectNameOf(service);
  if (like === undefined) throw new DomainError('invalid-request', `No project is named, and no service. ${ways}`);
  if (!mayUseProject(sender.caller, like)) {
    throw new DomainError(
      'forbidden',
      `This ${credentialOf(sender.caller)} is bound to other projects than ${like}. ${ways}`,
    );
  }
  try {
    await projects.require(like);
  } catch (cause) {
    if (!(cause instanceof DomainError) || cause.code !== 'not-found') throw cause;
    throw new DomainError('not-found', `There is no project ${like} for the service ${service}. ${ways}`, { cause });
  }
  return like;
}

const onlyOne = ({ projects }: Caller): string | undefined => (projects?.length === 1 ? projects[0] : undefined);
