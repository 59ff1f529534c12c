import type { LoadTestRequest } from '../../../contracts/load.ts';
import type { LoadIntervals } from '../../../load/interval-service.ts';
import type { LoadService } from '../../../load/service.ts';
import { DomainError } from '../../../platform/errors.ts';
import { derivedId } from '../../../platform/ids.ts';
import type { Parts } from '../../../platform/parts.ts';
import type { TelemetryService } from '../../../telemetry/service.ts';
import type { Experiments } from '../../experiments.ts';
import { valueOn } from '../../sides.ts';
import type { AuditTrail } from '../audit.ts';
import { at, plannedOf, putBack, unitOf, withUnit } from '../course.ts';
import { judgeRun } from '../judging/judge-run.ts';
import { savingOf } from '../judging/saving.ts';
import { heldToTargets } from '../judging/targets.ts';
import type { Round, StoredRun } from '../model.ts';
import { beginMove } from '../moving.ts';
import type { Taken } from '../steps.ts';
import { comparisonOf } from './comparison.ts';
import { experimentSides } from './experiment-sides.ts';
import { FiguresOfRounds } from './figures-of-rounds.ts';
import { alternationOf, forSaving, type Measuring, roundOf, withExperiment, withStretchOver } from './rounds.ts';
import { testOfRound } from './test-of-round.ts';

export interface MeasuringServices {
  loadTests: Pick<LoadService, 'start' | 'progress' | 'cancel'>;
  intervals: Pick<LoadIntervals, 'of'>;
  telemetry: Pick<TelemetryService, 'windows'>;
  audit: Pick<AuditTrail, 'begin' | 'close'>;
  /** Absent: services are not told of experiments, and what they are told is written slice by slice. */
  experiments?: Experiments | undefined;
}

const pollSeconds = 1;
/** After which a run looks again whether it is still to go on: a freeze wakes nobody. */
const longestWaitSeconds = 60;
/** How long after a slice its last windows may arrive: the SDK's flush, and a retry. */
const telemetryPatienceMs = 25_000;

/** The steps of a run by which an optimization is measured. */
export class MeasuringSteps {
  readonly #clock: Parts['clock'];
  readonly #services: MeasuringServices;
  readonly #figures: FiguresOfRounds;

  constructor(parts: Pick<Parts, 'table' | 'clock'>, services: MeasuringServices) {
    this.#clock = parts.clock;
    this.#services = services;
    this.#figures = new FiguresOfRounds(parts, services);
  }

  /** Pure. */
  beginRound(run: StoredRun, unit: number, number: number): StoredRun {
    const measuring = measuringOf(run, unit);
    const alternation = alternationOf(plannedOf(run, unit).changes, this.#services.experiments !== undefined);
    const round = roundOf(number, alternation, measuring, `${run.runId} ${unit}`);
    const told = withUnit(run, unit, { round, detail: `Measuring, round ${number + 1}` });
    return measuring.mode === 'load-test' ? at(told, { step: 'load', unit }) : this.#alternate(told, unit);
  }

  /** @param stop for a load that cannot be, or is no more: without it nothing can be measured */
  async load(run: StoredRun, unit: number, stop: (reason: string) => Promise<Taken>): Promise<Taken> {
    const { loadTests } = this.#services;
    const round = roundAt(run, unit);
    const now = this.#clock();
    // Stored before it is started: a test that nobody knows of would send its load for nothing.
    if (round.testId === undefined) {
      const testId = derivedId(now, `load of round ${round.number} of ${unit} of run ${run.runId}`);
      return { run: withUnit(run, unit, { round: { ...round, testId } }) };
    }
    const leadSeconds = await this.#leadSeconds(run, round);
    const request = testOfRound(measuringOf(run, unit), round, leadSeconds);
    try {
      await loadTests.start(run.project, request, { testId: round.testId });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'unavailable') throw error;
      return stop(error.message);
    }
    const { startedAt, endedAt, status, reason } = await loadTests.progress(run.project, round.testId);
    if (endedAt !== undefined) return stop(`The load test ${status}${reason === undefined ? '' : `: ${reason}`}.`);
    // Until an experiment begins, there is time for its load to come up.
    const upMs = rampUpMs(request) - 1_000 * leadSeconds;
    if (startedAt === undefined || now < Date.parse(startedAt) + upMs) return { waitSeconds: pollSeconds };
    return { run: this.#alternate(run, unit) };
  }

  /** One that is refused is not tried: the others are. */
  async experiment(run: StoredRun, unit: number): Promise<Taken> {
    try {
      return await this.#experiment(run, unit);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'unavailable') throw error;
      await this.cleanUp(run);
      return { run: putBack(run, unit, error.message) };
    }
  }

  async #experiment(run: StoredRun, unit: number): Promise<Taken> {
    const { experiments } = this.#services;
    if (experiments === undefined) throw new Error('There are no experiments');
    const round = roundAt(run, unit);
    const leadMs = 1_000 * (await experiments.leadSeconds(run.project));
    const { experiment } = round;
    const isTooLate = experiment !== undefined && Date.parse(experiment.startsAt) < this.#clock() + leadMs - graceMs;
    if (experiment === undefined || isTooLate) {
      if (experiment !== undefined) await experiments.end(run.project, experiment.id);
      const { sliceSeconds } = measuringOf(run, unit);
      const sides = experimentSides(await experiments.current(run.project), plannedOf(run, unit).changes);
      const startsAtMs = await this.#startOfExperiment(run.project, round, this.#clock() + leadMs + graceMs);
      // Another one each time: a service that has heard of the one before goes by its times.
      const id = `${run.runId}-${unit}-${round.number}-${run.turn}`;
      return { run: withUnit(run, unit, { round: withExperiment(round, { id, startsAtMs, sliceSeconds }, sides) }) };
    }
    await this.#audited(run, unit, () => experiments.begin(run.project, experiment));
    return { run: at(run, { step: 'wait', unit }) };
  }

  /** Of a load test, at the start of a second of it: intervals are counted that lie wholly within a slice, and are seconds long. */
  async #startOfExperiment(project: string, { testId }: Round, earliestMs: number): Promise<number> {
    if (testId === undefined) return earliestMs;
    const { startedAt } = await this.#services.loadTests.progress(project, testId);
    const past = startedAt === undefined ? 0 : (earliestMs - Date.parse(startedAt)) % 1_000;
    return past === 0 ? earliestMs : earliestMs + 1_000 - past;
  }

  async wait(run: StoredRun, unit: number): Promise<Taken> {
    const round = roundAt(run, unit);
    const now = this.#clock();
    const endsAtMs = endOf(round);
    if (now < endsAtMs) return { waitSeconds: Math.min(longestWaitSeconds, Math.ceil((endsAtMs - now) / 1_000)) };
    if (round.by === 'experiment') return this.#roundOver(run, unit);
    const next = withStretchOver(round, measuringOf(run, unit), now);
    const told = withUnit(run, unit, { round: next });
    return next.stretch < next.stretches.length ? { run: this.#alternate(told, unit) } : this.#roundOver(told, unit);
  }

  async judge(run: StoredRun, unit: number): Promise<Taken> {
    const measuring = measuringOf(run, unit);
    const round = roundAt(run, unit);
    const waitSeconds = await this.#untilTold(run, round);
    if (waitSeconds > 0) return { waitSeconds: Math.min(longestWaitSeconds, waitSeconds) };
    const rounds = await this.#figures.withRound(run, unit, round);
    const judged = judgeRun(rounds, {
      marginPercent: run.marginPercent,
      mostRounds: measuring.rounds,
      seed: `${run.runId} ${unit}`,
      costUsdPerMonth: plannedOf(run, unit).costUsdPerMonth,
      isCostAllowed: run.approvedBy !== undefined || run.request.costLimitUsdPerMonth !== undefined,
      saving: savingOf(plannedOf(run, unit)),
    });
    const comparison = comparisonOf(rounds, plannedOf(run, unit).costUsdPerMonth);
    const judgement = heldToTargets(judged, comparison, run.targetMetrics);
    const told = withUnit(run, unit, { judgement, ...(comparison === undefined ? {} : { comparison }) });
    if (judgement.verdict === 'keep') {
      return { run: beginMove(told, { unit, to: 'after', purpose: 'keep' }, this.#clock()) };
    }
    const goesOn = judgement.verdict === 'inconclusive' && round.number + 1 < measuring.rounds;
    return { run: goesOn ? this.beginRound(told, unit, round.number + 1) : putBack(told, unit, judgement.reason) };
  }

  /** What a round has going on ends. */
  async cleanUp(run: StoredRun): Promise<void> {
    const { experiments } = this.#services;
    for (const { round, status } of run.units) {
      if (round === undefined || status !== 'running') continue;
      if (round.experiment !== undefined) await experiments?.end(run.project, round.experiment.id);
      await this.#cancelTest(run.project, round);
    }
  }

  /** In the trail as any change is, though the service makes it by its own clock. */
  async #audited(run: StoredRun, unit: number, begin: () => Promise<void>): Promise<void> {
    const { audit } = this.#services;
    const { project, runId, turn } = run;
    const { id, changes } = plannedOf(run, unit);
    const by = run.approvedBy ?? run.requestedBy;
    const entries = await Promise.all(
      changes.map((change, place) =>
        audit.begin(
          {
            project,
            runId,
            id,
            by,
            action: 'measure',
            change,
            from: valueOn('before', change),
            to: valueOn('after', change),
          },
          `turn ${turn} ${place}`,
        ),
      ),
    );
    const close = (state: 'made' | 'refused', detail: string) =>
      Promise.all(entries.map((entry) => audit.close(entry, state, detail)));
    try {
      await begin();
    } catch (error) {
      if (error instanceof DomainError) await close('refused', error.message);
      throw error;
    }
    await close('made', 'In an experiment: in every other slice, by the clock of the service.');
  }

  #alternate(run: StoredRun, unit: number): StoredRun {
    const round = roundAt(run, unit);
    if (round.by === 'experiment') return at(run, { step: 'experiment', unit });
    const to = round.stretches[round.stretch]?.side ?? 'before';
    return beginMove(run, { unit, to, purpose: 'compare' }, this.#clock());
  }

  async #roundOver(run: StoredRun, unit: number): Promise<Taken> {
    await this.cleanUp(run);
    return { run: at(run, { step: 'judge', unit }) };
  }

  async #leadSeconds(run: StoredRun, round: Round): Promise<number> {
    return round.by === 'experiment' ? ((await this.#services.experiments?.leadSeconds(run.project)) ?? 0) : 0;
  }

  /** One that has ended by itself, or never began, is as good. */
  async #cancelTest(project: string, { testId }: Round): Promise<void> {
    if (testId === undefined) return;
    try {
      await this.#services.loadTests.cancel(project, testId);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'unavailable') throw error;
    }
  }

  /** Seconds until what the round has measured should be there, or can be looked for again. */
  async #untilTold(run: StoredRun, round: Round): Promise<number> {
    if (run.request.verify.mode === 'passive') {
      return Math.max(0, Math.ceil((lastOf(round) + telemetryPatienceMs - this.#clock()) / 1_000));
    }
    if (round.testId === undefined) return 0;
    const { endedAt } = await this.#services.loadTests.progress(run.project, round.testId);
    return endedAt === undefined ? pollSeconds : 0;
  }
}

/** A step may take so long without an experiment being too late. */
const graceMs = 2_000;

function measuringOf(run: StoredRun, unit: number): Measuring {
  const { verify } = run.request;
  if (verify.mode === 'none') throw new Error('This run measures nothing');
  return savingOf(plannedOf(run, unit)) === undefined ? verify : forSaving(verify);
}

function roundAt(run: StoredRun, unit: number): Round {
  const { round } = unitOf(run, unit);
  if (round === undefined) throw new Error('Nothing is being measured');
  return round;
}

const lastOf = ({ slices }: Round): number => Math.max(...slices.map(({ toMs }) => toMs));

/** When the present stretch is over; of an experiment, its last slice. */
function endOf(round: Round): number {
  if (round.by === 'experiment') return lastOf(round);
  return (round.stretchFromMs ?? 0) + 1_000 * (round.stretches[round.stretch]?.seconds ?? 0);
}

const rampUpMs = ({ rampUpSeconds = 0 }: LoadTestRequest): number => 1_000 * rampUpSeconds;
