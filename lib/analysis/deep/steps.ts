import type { Analysis } from '../../contracts/analysis.ts';
import type { AnalysisSections, DeepStepName } from '../../contracts/analysis-depths.ts';
import type { LoadHistory } from '../../load/history-service.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { AwsMetrics } from '../../telemetry/aws/service.ts';
import type { TelemetryHistory } from '../../telemetry/history/service.ts';
import type { TelemetryService } from '../../telemetry/service.ts';
import { analyse } from '../analyse.ts';
import { bestRequestsPerCpuSecond } from '../best-work.ts';
import { awsFindings } from '../findings/aws-findings.ts';
import { queryFindings } from '../findings/query-findings.ts';
import { mainEndpoints } from '../main-endpoints.ts';
import type { DeepJob } from '../model.ts';
import { ofHistory } from './of-history.ts';
import { readHistory } from './read-history.ts';

export interface DeepServices {
  projects: ProjectService;
  telemetry: TelemetryService;
  history: TelemetryHistory;
  loadTests: LoadHistory;
  aws: Pick<AwsMetrics, 'resources'>;
}

/** What a step came to. */
export interface Taken {
  detail: string;
  found?: AnalysisSections;
  /** Of the first step. */
  recent?: Analysis;
  /** There was nothing to do. */
  isSkipped?: true;
}

/** CloudWatch is asked for so much, and queries are looked at for as long. */
const awsMinutes = 24 * 60;
const queryMinutes = 24 * 60;

/** How each step of a deep analysis is taken. Doing it twice comes to the same. */
export class DeepSteps {
  readonly #parts: Pick<Parts, 'clock' | 'log'>;
  readonly #services: DeepServices;

  constructor(parts: Pick<Parts, 'clock' | 'log'>, services: DeepServices) {
    this.#parts = parts;
    this.#services = services;
  }

  /** @throws DomainError what ends the analysis; `unavailable`, and all other errors: what may be tried again */
  take(name: DeepStepName, job: DeepJob): Promise<Taken> {
    return this.#steps[name](job);
  }

  readonly #steps: Record<DeepStepName, (job: DeepJob) => Promise<Taken>> = {
    recent: async ({ analysisId, project, depth, createdAt, minutes }) => {
      const { projects, telemetry } = this.#services;
      const thresholds = await projects.thresholds(project);
      const to = Date.parse(createdAt);
      const period = { from: to - minutes * 60_000, to };
      const told = await telemetry.aggregate(project, period);
      const times = { createdAt, from: isoTime(period.from), to: createdAt };
      const best = await bestRequestsPerCpuSecond(telemetry, project, to);
      const conclusions = analyse(told, thresholds, period, { bestRequestsPerCpuSecond: best });
      const { performanceScore: score } = conclusions;
      return {
        recent: { analysisId, project, depth, ...times, analysisDurationSeconds: 0, ...conclusions },
        found: { endpoints: mainEndpoints(told) },
        detail: score === undefined ? 'Nothing to score' : `Score ${Math.round(score)}`,
      };
    },

    history: async ({ project }) => {
      const read = await readHistory(this.#services, project, this.#parts.clock());
      const days = read.days.get('requestsPerSecond')?.length ?? 0;
      return { found: ofHistory(read), detail: `${days} ${days === 1 ? 'day' : 'days'} of history` };
    },

    queries: async ({ project, createdAt }) => {
      const to = Date.parse(createdAt);
      const period = { from: to - queryMinutes * 60_000, to };
      const told = await this.#services.telemetry.aggregate(project, period);
      const times = { from: isoTime(period.from), to: isoTime(period.to) };
      const { findings, looked } = await queryFindings(told, times);
      if (looked === 0)
        return { isSkipped: true, detail: 'The service has told of no query that is slower than a lookup' };
      const kinds = looked === 1 ? '1 slow kind of query' : `${looked} slow kinds of query`;
      return { found: { findings }, detail: `${kinds}, ${findings.length} findings` };
    },

    aws: async ({ project, analysisId }) => {
      const { projects, aws } = this.#services;
      const { resources } = await projects.require(project);
      const names = Object.values(resources).flat();
      if (names.length === 0) return { isSkipped: true, detail: 'The project names no AWS resources' };
      const thresholds = await projects.thresholds(project);
      try {
        const figures = await aws.resources(project, awsMinutes);
        const missing = figures.problems.map((reason) => ({ part: 'aws', reason }));
        const findings = awsFindings(figures, thresholds);
        return { found: { findings, missing }, detail: `${names.length} resources, ${findings.length} findings` };
      } catch (error) {
        // AWS that does not answer, or costs more than it may, keeps nobody from the rest.
        const isOurs = error instanceof DomainError;
        if (!isOurs)
          this.#parts.log.error('CloudWatch could not be asked for an analysis', { project, analysisId, error });
        const lacking = `The figures of ${names.length === 1 ? 'its resource' : `its ${names.length} resources`} on AWS are missing`;
        const reason = `${lacking}: ${isOurs ? error.message : 'CloudWatch could not be asked.'}`;
        return { found: { missing: [{ part: 'aws', reason }] }, detail: reason };
      }
    },
  };
}
