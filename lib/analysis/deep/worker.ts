import type { DeepStep, DeepStepName, Finding } from '../../contracts/analysis-depths.ts';
import type { MessageOf } from '../../contracts/messages.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { tookTooLong } from '../answer.ts';
import { analysisItem, type DeepJob, type StoredAnalysis, type StoredCompleted } from '../model.ts';
import { AnalysisParts } from '../parts.ts';
import { advanceMessage } from './service.ts';
import type { DeepSteps } from './steps.ts';

type WorkerParts = Pick<Parts, 'table' | 'clock' | 'log'>;

/**
 * Leads a deep analysis through its steps. Each message names the turn that it continues; whatever comes twice, late or out of
 * order finds the analysis at another turn and changes nothing. What a step found is stored before the turn that follows it, so
 * a step that is done again replaces its own.
 */
export class DeepAnalysisWorker {
  readonly #parts: WorkerParts;
  readonly #steps: DeepSteps;
  readonly #found: AnalysisParts;

  constructor(parts: WorkerParts, steps: DeepSteps) {
    this.#parts = parts;
    this.#steps = steps;
    this.#found = new AnalysisParts(parts);
  }

  async advance(message: MessageOf<'analyses'>): Promise<void> {
    const current = await this.#at(message);
    if (current === undefined) return;
    const job = current.value;
    if (this.#parts.clock() > job.deadlineMs) {
      await this.#write(current, failed(job, tookTooLong));
      return;
    }
    const step = job.steps.find(({ status }) => status === 'running');
    await this.#write(current, step === undefined ? this.#begun(job) : await this.#carriedOut(job, step));
  }

  /**
   * For a message that could not be handled however often: the analysis must not look as if it went on. Without its first step it
   * says nothing; without another it says so, and goes on.
   */
  async giveUp(message: MessageOf<'analyses'>): Promise<void> {
    const current = await this.#at(message);
    if (current === undefined) return;
    const job = current.value;
    const step = job.steps.find(({ status }) => status === 'running');
    const reason = 'It could not be carried out, however often it was tried.';
    const next =
      step === undefined || step.name === 'recent' || job.recent === undefined
        ? failed(job, reason)
        : await this.#after(job, { ...step, status: 'failed', detail: reason });
    const written = await this.#write(current, next);
    if (!written) throw new Error('The analysis was changed while it was given up');
  }

  /** As the message has it; undefined when it is not, or no more. */
  async #at({ project, analysisId, turn }: MessageOf<'analyses'>): Promise<Stored<DeepJob> | undefined> {
    const found = await this.#parts.table.get(analysisItem, keys.analysis(project, analysisId));
    if (found === undefined || found.value.status === 'completed' || found.value.status === 'failed') return undefined;
    return found.value.turn === turn ? (found as Stored<StoredAnalysis> & Stored<DeepJob>) : undefined;
  }

  /** A lost race is no fault: whoever won it has sent the message that leads on. */
  async #write(current: Stored<DeepJob>, next: StoredAnalysis): Promise<boolean> {
    const { table, log } = this.#parts;
    const { project, analysisId } = next;
    const stored: StoredAnalysis = 'turn' in next ? { ...next, turn: next.turn + 1 } : next;
    const goesOn = 'turn' in stored && stored.status === 'running';
    const written = await table.replace(current as Stored<StoredAnalysis>, stored, {
      pending: goesOn ? [advanceMessage(stored)] : [],
    });
    if (written !== undefined && !goesOn)
      log.info('A deep analysis ended', { project, analysisId, status: next.status });
    return written !== undefined;
  }

  #begun(job: DeepJob): DeepJob {
    const now = this.#parts.clock();
    return { ...job, status: 'running', startedAtMs: now, steps: withNext(job.steps, now) };
  }

  /** What cannot be carried out ends the analysis with its reason; what may pass is tried again by the queue. */
  async #carriedOut(job: DeepJob, step: DeepStep): Promise<StoredAnalysis> {
    try {
      const { found, recent, detail, isSkipped } = await this.#steps.take(step.name, job);
      if (found !== undefined) await this.#found.put(job.analysisId, step.name, found);
      const after = recent === undefined ? job : { ...job, recent };
      return await this.#after(after, { ...step, status: isSkipped ? 'skipped' : 'completed', detail });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'unavailable') throw error;
      return failed(job, error.message);
    }
  }

  /** With a step that is over: on to the next, or completed. */
  async #after(job: DeepJob, over: DeepStep): Promise<StoredAnalysis> {
    const now = this.#parts.clock();
    const ended: DeepStep = { ...over, progressPercent: 100, endedAt: isoTime(now) };
    const steps = withNext(
      job.steps.map((step) => (step.name === over.name ? ended : step)),
      now,
    );
    if (steps.some(({ status }) => status === 'running')) return { ...job, steps };
    if (job.recent === undefined) return failed({ ...job, steps }, 'Its first step found nothing to go on from.');
    const { findings = [] } = await this.#found.of(job.analysisId, namesOf(steps));
    return completed({ ...job, steps, recent: job.recent }, findings, now);
  }
}

const namesOf = (steps: readonly DeepStep[]): DeepStepName[] => steps.map(({ name }) => name);

function withNext(steps: readonly DeepStep[], now: number): DeepStep[] {
  const next = steps.findIndex(({ status }) => status === 'waiting');
  return steps.map((step, index) => (index === next ? { ...step, status: 'running', startedAt: isoTime(now) } : step));
}

function failed(job: DeepJob, reason: string): DeepJob {
  const steps = job.steps.map((step): DeepStep => {
    if (step.status === 'running') return { ...step, status: 'failed', detail: reason };
    return step.status === 'waiting' ? { ...step, status: 'skipped' } : step;
  });
  return { ...job, status: 'failed', reason, steps };
}

function completed(
  { recent, steps, startedAtMs, createdAt }: DeepJob & { recent: NonNullable<DeepJob['recent']> },
  findings: readonly Finding[],
  now: number,
): StoredCompleted {
  const recommendations = [...recent.recommendations, ...findings.map(({ recommendation }) => recommendation)];
  return {
    ...recent,
    status: 'completed',
    steps,
    analysisDurationSeconds: (now - (startedAtMs ?? Date.parse(createdAt))) / 1000,
    recommendations: [...new Set(recommendations)],
  };
}
