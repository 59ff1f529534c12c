import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { projectName } from '../../contracts/names.ts';
import { problemCodes } from '../../contracts/problem.ts';
import type { Route } from '../../contracts/route.ts';
import type { Operation } from '../../contracts/routes.ts';
import { AuditRecords, type Intention, type Outcome } from '../audit/records.ts';
import { summaryOf } from '../audit/summary.ts';
import type { DomainError } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { projectOf } from './admission.ts';
import type { Caller } from './authenticate.ts';
import { addressOf } from './entrance.ts';
import { exchangeOf } from './exchange.ts';
import { domainErrorOf } from './problem.ts';

interface Deed {
  event: APIGatewayProxyEventV2;
  operation: Operation;
  caller: Caller;
  /** Absent: it was not even read. */
  input?: { query?: unknown; body?: unknown };
}

const maxResourceLength = 500;
/** As many as a key may be bound to. */
const maxProjects = 50;

/** Whatever is no mere look, no traffic of services, and no calculation. */
export const isChange = ({ method, scope, isData, changesNothing }: Route): boolean =>
  method !== 'GET' && method !== 'HEAD' && scope !== 'public' && isData !== true && changesNothing !== true;

/** Has every change that comes by HTTP stand in the trail. */
export class Auditing {
  readonly #trail: AuditRecords;
  readonly #log: Parts['log'];
  readonly #isBehindEdge: boolean;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'ids' | 'log' | 'configuration'>) {
    this.#trail = new AuditRecords(parts);
    this.#log = parts.log;
    this.#isBehindEdge = parts.configuration.edgeSecret !== undefined;
  }

  /** Makes the change, after an entry for it was written, or does not. @throws what kept it from being made */
  async around<Answer extends { status: number; body?: unknown; concerns?: readonly string[] | undefined }>(
    deed: Deed,
    make: () => Promise<Answer>,
  ): Promise<Answer> {
    const begun = await this.#trail.begin(intentionOf(deed, this.#isBehindEdge));
    const close = async (outcome: Outcome): Promise<void> => {
      try {
        await this.#trail.close(begun, outcome);
      } catch (error) {
        // The change stands, and so does the entry, which says that it was begun.
        this.#log.error('What became of a change could not be written into the trail', { error });
      }
    };
    try {
      const answer = await make();
      const projects = begun.value.projects ?? projectsIn({ projects: answer.concerns }) ?? projectsIn(answer.body);
      await close({ state: 'made', status: answer.status, ...(projects === undefined ? {} : { projects }) });
      return answer;
    } catch (error) {
      await close(refusal(domainErrorOf(error)));
      throw error;
    }
  }

  /** For what somebody was not let do. */
  async refused(deed: Deed, error: DomainError): Promise<void> {
    await this.#trail.note(intentionOf(deed, this.#isBehindEdge), refusal(error));
  }
}

function refusal({ code, message }: DomainError): Outcome {
  const status = problemCodes[code];
  return { state: status < 500 ? 'refused' : 'failed', status, detail: message.slice(0, 500) };
}

function intentionOf({ event, operation, caller, input }: Deed, isBehindEdge: boolean): Intention {
  const project = projectOf(event);
  // Of a refused request, the path is as somebody wrote it, and may name what no project can be called.
  const projects = project === undefined ? projectsIn(input?.body) : namesAmong([project]);
  const request = input && summaryOf(input);
  return {
    actor: { kind: caller.kind, id: caller.id, name: caller.name },
    operation,
    ...(projects === undefined ? {} : { projects }),
    resource: event.rawPath.slice(0, maxResourceLength).toWellFormed(),
    correlationId: exchangeOf(event).correlationId,
    address: addressOf(event, isBehindEdge),
    ...(request === undefined ? {} : { request }),
  };
}

/** The projects that a body names: what was asked for, or what it was done to. */
function projectsIn(body: unknown): string[] | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { project, projects, configurations } = body as Record<string, unknown>;
  const named = [
    project,
    ...(Array.isArray(projects) ? projects : []),
    ...(Array.isArray(configurations) ? configurations.map((one: { project?: unknown } | null) => one?.project) : []),
  ];
  return namesAmong(named);
}

function namesAmong(given: readonly unknown[]): string[] | undefined {
  const names = given.flatMap((name) => projectName.safeParse(name).data ?? []);
  return names.length === 0 ? undefined : [...new Set(names)].slice(0, maxProjects);
}
