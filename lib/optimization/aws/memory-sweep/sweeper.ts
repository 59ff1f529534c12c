import { DeleteFunctionCommand, type LambdaClient, PublishVersionCommand } from '@aws-sdk/client-lambda';
import type { ChangeOf } from '../../../contracts/optimizations.ts';
import { asking, reasonOf } from '../../../platform/aws-failure.ts';
import { DomainError } from '../../../platform/errors.ts';
import { Random } from '../../../statistics/random.ts';
import type { AwsApplier } from '../applier/aws-applier.ts';
import { findFunction } from '../resources/lambda.ts';
import { invokeVersion } from './invoke-version.ts';
import type { MemorySweep } from './model.ts';
import { sweepSizes } from './sizes.ts';

export interface SweepRequest {
  project: string;
  resource: string;
  /**
   * JSON. What the function does with it, it really does, `rounds` times for each size: there is no default, because Headroom cannot know
   * what does no harm.
   */
  payload: string;
  /** Of each size (20). The first of each is cold, and does not count. */
  rounds?: number;
  maxMemoryUsedMb?: number;
}

/** With what its price depends on. */
export interface BegunSweep {
  sweep: MemorySweep;
  architecture: 'x86_64' | 'arm64';
}

/** What Lambda tells of a version that was published for a sweep, and of no other. */
const description = 'Headroom memory sweep';
const maxRounds = 100;
/** No invocation begins later in a step, which a worker must store before its own time is over. */
const stepMs = 60_000;
const maxPayloadCharacters = 100_000;

type SweepApplier = Pick<AwsApplier, 'read' | 'write' | 'clientsOf'>;

/**
 * Measures a function with several sizes of memory, by versions that are published for it. In steps, each of which may be cut off and
 * done again: whoever leads it keeps the sweep after each, and calls `advance` until it is done.
 *
 * While versions are published, the function's unpublished version has other sizes for some seconds each: callers that use an alias
 * or a version do not see it.
 */
export class MemorySweeper {
  readonly #applier: SweepApplier;

  constructor(applier: SweepApplier) {
    this.#applier = applier;
  }

  /** @throws DomainError invalid-request when the payload is no JSON; otherwise as the applier: without the tag nothing begins */
  async begin({ project, resource, payload, rounds = 20, maxMemoryUsedMb }: SweepRequest): Promise<BegunSweep> {
    requirePayload(payload);
    const before = heldOf(await this.#applier.read(project, memoryOf(resource)));
    const { functionName, configuration } = await findFunction(await this.#lambdaFor(project), resource);
    const architecture = configuration.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64';
    const sweep: MemorySweep = {
      project,
      resource,
      functionName,
      payload,
      rounds: Math.min(maxRounds, rounds),
      sizes: sweepSizes(before.value, maxMemoryUsedMb),
      originalMb: before.value,
      before,
      held: before,
      phase: 'publishing',
      versions: [],
      samples: [],
      problems: [],
    };
    return { sweep, architecture };
  }

  /** Does the next step. One that fails for good ends the measuring, and what was published is taken away again. */
  async advance(sweep: MemorySweep): Promise<MemorySweep> {
    try {
      return await this.#steps[sweep.phase](sweep);
    } catch (error) {
      const isPassing = error instanceof DomainError && error.code === 'unavailable';
      if (isPassing || sweep.phase === 'cleaning' || sweep.phase === 'done') throw error;
      const problems = [...sweep.problems, error instanceof DomainError ? error.message : reasonOf(error)];
      // What cannot be put back is left, and told: the versions are taken away all the same.
      return { ...sweep, problems, phase: sweep.phase === 'publishing' ? 'restoring' : 'cleaning' };
    }
  }

  readonly #steps: Record<MemorySweep['phase'], (sweep: MemorySweep) => Promise<MemorySweep>> = {
    publishing: (sweep) => this.#publish(sweep),
    restoring: (sweep) => this.#restore(sweep),
    measuring: (sweep) => this.#measure(sweep),
    cleaning: (sweep) => this.#clean(sweep),
    done: async (sweep) => sweep,
  };

  /** Of the account where the project's function is. */
  async #lambdaFor(project: string): Promise<LambdaClient> {
    return (await this.#applier.clientsOf(project)).lambda;
  }

  async #publish(sweep: MemorySweep): Promise<MemorySweep> {
    const memoryMb = sweep.sizes[sweep.versions.length];
    if (memoryMb === undefined) return { ...sweep, phase: 'restoring' };
    const { project, resource, functionName: FunctionName } = sweep;
    const held = heldOf(await this.#applier.write(project, memoryOf(resource), memoryMb, heldOf(sweep.held)));
    const lambda = await this.#lambdaFor(project);
    const { configuration } = await findFunction(lambda, resource);
    const published = await asking(`a version of ${resource}`, () =>
      lambda.send(
        new PublishVersionCommand({
          FunctionName,
          Description: description,
          // Of what was just made, and of nothing that came between.
          ...(configuration.RevisionId === undefined ? {} : { RevisionId: configuration.RevisionId }),
          ...(configuration.CodeSha256 === undefined ? {} : { CodeSha256: configuration.CodeSha256 }),
        }),
      ),
    );
    // Where nothing had changed since the last version, that one is given: it is somebody else's.
    const isOwn = published.Description === description;
    const version = { memoryMb, version: published.Version ?? '', isOwn };
    return { ...sweep, held, versions: [...sweep.versions, version] };
  }

  async #restore(sweep: MemorySweep): Promise<MemorySweep> {
    const { project, resource, originalMb, held } = sweep;
    const found = heldOf(await this.#applier.read(project, memoryOf(resource)));
    // The size of a version that was about to be published: that step was cut off, and could not store what it had set.
    const isOwn = found.value === sweep.sizes[sweep.versions.length] && found.revision === held.revision;
    const replaced = isOwn ? found : heldOf(held);
    const present = heldOf(await this.#applier.write(project, memoryOf(resource), originalMb, replaced));
    return { ...sweep, held: present, phase: sweep.problems.length === 0 ? 'measuring' : 'cleaning' };
  }

  /** Of one round: each size once, in another order each time. A slow function's is taken in parts. */
  async #measure(sweep: MemorySweep): Promise<MemorySweep> {
    const samples = [...sweep.samples];
    const round = Math.floor(samples.length / sweep.versions.length);
    if (round >= sweep.rounds) return { ...sweep, phase: 'cleaning' };
    const lambda = await this.#lambdaFor(sweep.project);
    const endsAtMs = performance.now() + stepMs;
    const order = shuffled(sweep.versions, new Random(round + 1));
    for (const { memoryMb, version } of order.slice(samples.length % order.length)) {
      const report = await invokeVersion(lambda, sweep, version);
      const { durationMs, billedMs, maxMemoryUsedMb, initMs } = report;
      const sample = { memoryMb, round, durationMs, billedMs, maxMemoryUsedMb };
      samples.push(initMs === undefined ? sample : { ...sample, initMs });
      if (performance.now() > endsAtMs) break;
    }
    return { ...sweep, samples };
  }

  async #clean(sweep: MemorySweep): Promise<MemorySweep> {
    const [next] = sweep.versions.filter(({ isOwn }) => isOwn);
    if (next === undefined) return { ...sweep, phase: 'done' };
    const { project, functionName: FunctionName, resource } = sweep;
    const lambda = await this.#lambdaFor(project);
    const versions = sweep.versions.filter((one) => one !== next);
    try {
      await asking(`version ${next.version} of ${resource}`, () =>
        lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: next.version })),
      );
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'unavailable') throw error;
      // An earlier attempt has deleted it.
      if (error.code === 'not-found') return { ...sweep, versions };
      const problem = `Version ${next.version} of ${resource} is still there: ${error.message}`;
      return { ...sweep, versions, problems: [...sweep.problems, problem] };
    }
    return { ...sweep, versions };
  }
}

/** What the next step is about to change of the function. Undefined: nothing. Pure. */
export function changeOfStep({ phase, resource, sizes, versions, held, originalMb }: MemorySweep) {
  const next = sizes[versions.length];
  // A step that was cut off while it published may have left the size that it set.
  const isLeft = held.value !== originalMb || next !== undefined;
  const after = phase === 'publishing' ? next : phase === 'restoring' && isLeft ? originalMb : undefined;
  return after === undefined ? undefined : { ...memoryOf(resource), before: held.value, after };
}

function requirePayload(payload: string): void {
  try {
    if (payload.length > maxPayloadCharacters) throw new RangeError('too long');
    JSON.parse(payload);
  } catch (cause) {
    throw new DomainError(
      'invalid-request',
      `The payload must be JSON of at most ${maxPayloadCharacters} characters.`,
      { cause },
    );
  }
}

const memoryOf = (resource: string): ChangeOf<'aws'> => ({
  kind: 'aws',
  service: 'lambda',
  resource,
  property: 'memorySize',
  before: null,
  after: null,
});

const heldOf = ({ value, revision }: { value: unknown; revision?: string | undefined }) => ({
  value: Number(value),
  ...(revision === undefined ? {} : { revision }),
});

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.between(0, i);
    [order[i], order[j]] = [order[j] as Item, order[i] as Item];
  }
  return order;
}
