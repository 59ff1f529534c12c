import { type OptimizationRun, optimizationRunRequest } from '../../../lib/contracts/optimization-runs.ts';
import type { Change, Proposal } from '../../../lib/contracts/optimizations.ts';
import { type ProjectSettings, projectSettings } from '../../../lib/contracts/projects.ts';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { LoadIntervals } from '../../../lib/load/interval-service.ts';
import type { LoadService } from '../../../lib/load/service.ts';
import type { Appliers } from '../../../lib/optimization/applier.ts';
import type { StackOf } from '../../../lib/optimization/aws/configuration/model.ts';
import type { Experiments } from '../../../lib/optimization/experiments.ts';
import type { Found } from '../../../lib/optimization/planning/planner.ts';
import type { RunMessage } from '../../../lib/optimization/runs/advance-message.ts';
import { AuditTrail } from '../../../lib/optimization/runs/audit.ts';
import { ChangeWriter } from '../../../lib/optimization/runs/change-writer.ts';
import { KeptExport } from '../../../lib/optimization/runs/export.ts';
import { Freezes } from '../../../lib/optimization/runs/freezes.ts';
import { ProjectLocks } from '../../../lib/optimization/runs/locks.ts';
import { MeasuringSteps } from '../../../lib/optimization/runs/measuring/steps.ts';
import { OptimizationRuns } from '../../../lib/optimization/runs/service.ts';
import { RunSteps } from '../../../lib/optimization/runs/steps.ts';
import { RunWatch } from '../../../lib/optimization/runs/watch.ts';
import { RunWorker } from '../../../lib/optimization/runs/worker.ts';
import { DomainError } from '../../../lib/platform/errors.ts';
import type { Parts } from '../../../lib/platform/parts.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import type { TestParts } from '../history-table.ts';

export const somebody = { keyId: 'key', name: 'ops' };

/** A field of the policy of a namespace. */
export const policyChange = (field: string, before: number, after: number): Change => ({
  kind: 'cache-policy',
  namespace: 'shop',
  field,
  before,
  after,
});

/** A proposal that changes these, with whatever else is said of it. */
export const proposalOf = (id: string, changes: Change[], rest: Partial<Proposal> = {}): Proposal => ({
  id,
  optimizationId: 'cache_optimization',
  module: 'test',
  name: `Optimization ${id}`,
  description: 'Something that would help',
  changes,
  risk: 'low',
  requiresRestart: false,
  reversible: true,
  evidence: [],
  ...rest,
});

/** What is swapped for a part that fails, counts or waits. */
export interface HarnessPorts {
  table?: Parts['table'];
  send?: Parts['send'];
  appliers?: Appliers;
  experiments?: Experiments;
  loadTests?: LoadService;
  stackOf?: StackOf;
}

export interface HarnessOptions {
  parts: TestParts;
  appliers: Appliers;
  /** What planning finds, each time that it is asked. */
  proposals: () => readonly Proposal[];
  telemetry?: (from: number, to: number) => { instance: string; window: TelemetryWindow }[];
  experiments?: Experiments;
  /** Default: no load can be sent. */
  loadTests?: LoadService;
  project?: string;
}

/** The engine of runs, by itself: a real table, a clock that stands still, and a plan that is given. */
export class RunHarness {
  readonly parts: TestParts;
  readonly project: string;
  readonly #options: HarnessOptions;

  constructor(options: HarnessOptions) {
    this.#options = options;
    this.parts = options.parts;
    this.project = options.project ?? 'shop';
  }

  async createProject(settings: Partial<ProjectSettings> = {}): Promise<void> {
    const given = projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080', ...settings });
    await new ProjectService(this.parts).put(this.project, given);
  }

  /** As a process makes it that has just started. */
  engine({
    table = this.parts.table,
    send = this.parts.send,
    appliers = this.#options.appliers,
    experiments = this.#options.experiments,
    loadTests = this.#options.loadTests,
    ...ports
  }: HarnessPorts = {}) {
    const parts = { ...this.parts, table, send };
    const { telemetry = () => [], proposals } = this.#options;
    const projects = new ProjectService(parts);
    const locks = new ProjectLocks(parts);
    const freezes = new Freezes(parts);
    const audit = new AuditTrail(parts);
    const writer = new ChangeWriter(appliers, audit);
    const planner = {
      find: async (project: string): Promise<Found> => ({
        project: await projects.require(project),
        profile: undefined,
        proposals: proposals(),
      }),
    };
    const noLoad = async (): Promise<never> => {
      throw new DomainError('target-not-verified', 'There is no load here.');
    };
    const measuring = new MeasuringSteps(parts, {
      loadTests: loadTests ?? { start: noLoad, progress: noLoad, cancel: noLoad },
      intervals: new LoadIntervals(parts),
      telemetry: {
        windows: async (_project, { from, to }, take) => {
          for (const { instance, window } of telemetry(from, to)) take(instance, window);
        },
      },
      audit,
      experiments,
    });
    const steps = new RunSteps(parts, { writer, locks, freezes, planner, measuring });
    return {
      runs: new OptimizationRuns(parts, {
        projects,
        planner,
        appliers,
        loadTests: loadTests ?? { requireRunnable: noLoad },
        writer,
        freezes,
        locks,
      }),
      worker: new RunWorker(parts, { steps, locks }),
      watch: new RunWatch(parts),
      kept: new KeptExport(parts, { projects, writer, ...ports }),
      audit,
      freezes,
      locks,
    };
  }

  async start(request: object = {}, key?: string): Promise<OptimizationRun> {
    const given = optimizationRunRequest.parse({ verify: { mode: 'none' }, ...request });
    return this.engine().runs.start(this.project, given, somebody, key);
  }

  show(runId: string): Promise<OptimizationRun> {
    return this.engine().runs.get(this.project, runId);
  }

  /** The messages that wait for the worker, each at its time. */
  takeMessages(): { body: RunMessage; delaySeconds: number }[] {
    return this.parts.sent
      .splice(0)
      .flatMap((message) =>
        message.queue === 'optimizations' && message.body.type === 'optimization.advance'
          ? [{ body: message.body, delaySeconds: message.delaySeconds ?? 0 }]
          : [],
      );
  }

  /** Delivers one message after the other until something is so. */
  async leadUntil(isSo: () => boolean): Promise<void> {
    for (let turns = 0; turns < 1_000 && !isSo(); turns++) {
      for (const { body, delaySeconds } of this.takeMessages()) {
        this.parts.time.now += delaySeconds * 1_000 + 1;
        await this.engine().worker.advance(body);
      }
    }
    if (!isSo()) throw new Error('The run does not come to that');
  }

  /** Delivers what waits, and what comes of it, until nothing is left. The clock goes on as far as each message waits. */
  async settle({
    copies = 1,
    most = 1_000,
    between,
  }: {
    copies?: number;
    most?: number;
    between?: () => Promise<void>;
  } = {}): Promise<void> {
    for (let turns = 0; turns < most; turns++) {
      const messages = this.takeMessages();
      if (messages.length === 0) return;
      for (const { body, delaySeconds } of messages) {
        // No two steps are taken in the same millisecond.
        this.parts.time.now += delaySeconds * 1_000 + 1;
        for (let copy = 0; copy < copies; copy++) await this.engine().worker.advance(body);
        await between?.();
      }
    }
    throw new Error('The run does not come to an end');
  }
}
