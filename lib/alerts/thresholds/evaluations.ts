import type { AlertSubject } from '../../contracts/alerts.ts';
import type { Thresholds } from '../../contracts/thresholds.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import { minuteStart } from '../../telemetry/period.ts';
import type { TelemetryService } from '../../telemetry/service.ts';
import { isAwaited } from '../lifecycle/subject.ts';
import { type Evaluation, evaluationItem } from '../model.ts';
import type { AlertService } from '../service.ts';
import { mutedTarget, silentTarget } from '../sources/target.ts';
import { judge, judgedMinutes } from './judge.ts';
import { type Rule, rules } from './rules.ts';
import { judgeSilence } from './silence.ts';

const minuteMs = 60_000;
/** What comes this late is still counted: an SDK's flush, and its repetitions. */
const rereadMinutes = 5;
/** A minute that lies further ahead than this was asked for by a clock that went wrong. */
const aheadMs = 5 * minuteMs;
/** Between two evaluations lies a minute; one may be late. */
const awakeMs = 3 * minuteMs;
const retentionMs = 24 * 60 * minuteMs;

type Minute = Evaluation['minutes'][number];

interface Services {
  projects: ProjectService;
  telemetry: TelemetryService;
  alerts: AlertService;
}

/** Holds what services reported of the last minutes against their thresholds. */
export class ThresholdEvaluations {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;
  readonly #services: Services;

  constructor(parts: Pick<Parts, 'table' | 'clock'>, services: Services) {
    this.#parts = parts;
    this.#services = services;
  }

  /**
   * Evaluates the minutes before the last complete one: of that, what is still to come would be missed. What was evaluated
   * for this minute, or a later one, is not evaluated again; what ended half way is done again and comes to the same.
   *
   * @param minute when it was asked for, epoch milliseconds
   * @returns whether it was evaluated now
   */
  async evaluate(project: string, minute: number): Promise<boolean> {
    const { table, clock } = this.#parts;
    const key = keys.alertEvaluation(project);
    const known = await table.get(evaluationItem, key);
    const latest = known === undefined ? Number.NEGATIVE_INFINITY : Date.parse(known.value.minute);
    if (latest >= minute && latest <= clock() + aheadMs) return false;
    const thresholds = await this.#thresholds(project);
    if (thresholds === undefined) return false;
    const to = minuteStart(minute) - minuteMs;
    const minutes = await this.#minutes(project, known?.value, to);
    for (const rule of rules) await this.#judge(project, rule, thresholds, { to, minutes });
    const goesOn = latest <= minute && minute - latest <= awakeMs;
    const awakeSince = (goesOn ? (known?.value.awakeSince ?? known?.value.minute) : undefined) ?? isoTime(minute);
    await this.#judgeSilence(project, { to, minutes, awakeSince: Date.parse(awakeSince) });
    await this.#noteAnswers(project, { to, minutes });
    const value = { minute: isoTime(minute), awakeSince, minutes };
    const options = { expiresAt: clock() + retentionMs };
    // Whoever evaluates at the same time finds the same.
    if (known === undefined) await table.create(evaluationItem, key, value, options);
    else await table.replace(known, value, options);
    return true;
  }

  /** Undefined: the project is gone, or not watched. */
  async #thresholds(project: string): Promise<Thresholds | undefined> {
    try {
      const { monitoringEnabled } = await this.#services.projects.require(project);
      return monitoringEnabled ? await this.#services.projects.thresholds(project) : undefined;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  /** The figures of the last minutes: those that are settled as they were read before, the others read now. */
  async #minutes(project: string, known: Evaluation | undefined, to: number): Promise<Minute[]> {
    const first = to - judgedMinutes * minuteMs;
    const newest = known?.minutes.at(-1)?.start ?? first;
    const from = Math.max(first, Math.min(newest + minuteMs, to - rereadMinutes * minuteMs));
    const kept = (known?.minutes ?? []).filter(({ start }) => start >= first && start < from);
    const read: Minute[] = [];
    for await (const { start, bucket } of this.#services.telemetry.buckets(project, 'minute', { from, to })) {
      const figures = rules.flatMap(({ metric, value }) => {
        const figure = value(bucket);
        return figure === undefined ? [] : [[metric, figure] as const];
      });
      if (bucket.observed === undefined) continue;
      const isLambda = bucket.resources.some(({ lambda }) => lambda !== undefined);
      read.push({ start, figures: Object.fromEntries(figures), ...(isLambda ? { isLambda } : {}) });
    }
    return [...kept, ...read];
  }

  async #judgeSilence(
    project: string,
    { to, minutes, awakeSince }: { to: number; minutes: readonly Minute[]; awakeSince: number },
  ): Promise<void> {
    const { alerts } = this.#services;
    const subject = silentTarget(project);
    const found = judgeSilence(minutes, to, awakeSince);
    const analysis = `/v1/projects/${project}/status`;
    const shown = found.finds === 'firing' ? { ...found, shown: { ...found.shown, analysis } } : found;
    await alerts.observeWhereItMatters(subject, shown);
  }

  /** A service that tells of requests that it answered after a load test got no answer is there again. */
  async #noteAnswers(project: string, { to, minutes }: { to: number; minutes: readonly Minute[] }): Promise<void> {
    const { alerts } = this.#services;
    const subject = mutedTarget(project);
    const state = await alerts.state(subject);
    if (state === undefined || !isAwaited(state)) return;
    const since = Date.parse(state.observedAt);
    const answered = minutes.some(({ start, figures }) => start >= since && figures.avgResponseTimeMs !== undefined);
    const why = 'The service tells of requests that it answered since.';
    if (answered) await alerts.observe(subject, { at: to - minuteMs, finds: 'gone', why });
  }

  async #judge(
    project: string,
    rule: Rule,
    thresholds: Thresholds,
    { to, minutes }: { to: number; minutes: readonly Minute[] },
  ): Promise<void> {
    const { alerts } = this.#services;
    const subject: AlertSubject = { type: rule.type, subject: rule.metric, project };
    const threshold = thresholds[rule.threshold];
    const state = await alerts.state(subject);
    const awaited = state !== undefined && isAwaited(state);
    if (threshold === undefined) {
      const why = 'There is no threshold for it any more.';
      if (awaited) await alerts.observe(subject, { at: to - minuteMs, finds: 'gone', why });
      return;
    }
    const byStart = new Map(minutes.map(({ start, figures }) => [start, figures[rule.metric]]));
    const values = Array.from({ length: judgedMinutes }, (_, index) =>
      byStart.get(to - (judgedMinutes - index) * minuteMs),
    );
    const goneAt = state?.goneAt === undefined ? undefined : Date.parse(state.goneAt);
    const analysis = `/v1/projects/${project}/${rule.view}`;
    const found = judge(rule, threshold, { to, values }, { goneAt, analysis });
    // Of what is well, and was well before, nothing is kept.
    if (found.finds !== 'firing' && !awaited) return;
    await alerts.observe(subject, found);
  }
}
