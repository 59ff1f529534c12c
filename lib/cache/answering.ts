import type { DomainError } from '../platform/errors.ts';
import { domainErrorOf, HttpProblem } from '../platform/http/problem.ts';
import type { OpenNamespace } from './open-namespace.ts';
import { cacheProblem } from './problems.ts';
import type { CacheService } from './service.ts';

interface Answer {
  status: number;
  headers?: Record<string, string>;
}

export type Answering = <const Given extends Answer>(
  namespace: string,
  work: (opened: OpenNamespace) => Promise<Given>,
  how?: { stores?: boolean },
) => Promise<Given & Required<Pick<Answer, 'headers'>>>;

/** A problem with headers of its own, on its way to the caller. */
class Told extends Error {
  readonly problem: DomainError;
  readonly headers: Record<string, string>;

  constructor(problem: DomainError, headers: Record<string, string>) {
    super(problem.message);
    this.problem = problem;
    this.headers = headers;
  }
}

export const withHeaders = (problem: DomainError, headers: Record<string, string>): Error => new Told(problem, headers);

/** Works on a namespace and says in every answer, problems included, up to where this process knows of invalidations. */
export const answering =
  (caches: CacheService): Answering =>
  (namespace, work, how) =>
    caches.within(
      namespace,
      async (opened) => {
        const epoch = () => ({ 'headroom-epoch': String(Math.max(opened.cache.epoch, opened.seen.sequence)) });
        try {
          const answer = await work(opened);
          return { ...answer, headers: { ...epoch(), ...answer.headers } };
        } catch (error) {
          const { problem, headers } = error instanceof Told ? error : new Told(domainErrorOf(cacheProblem(error)), {});
          throw new HttpProblem(problem, { ...epoch(), ...headers });
        }
      },
      how,
    );
