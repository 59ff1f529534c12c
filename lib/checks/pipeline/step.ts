import type { Breach } from '../../contracts/checks.ts';
import type { PipelineFindings } from '../../contracts/pipelines.ts';
import type { PipelineStepName } from '../../contracts/schedules.ts';
import type { StoredPipeline } from '../model.ts';

/** What a step came to. One that is `running` is taken again. */
export interface StepOutcome {
  status: 'running' | 'completed' | 'skipped' | 'failed';
  detail?: string;
  findings?: PipelineFindings;
  breaches?: Breach[];
}

/** May be taken any number of times with the same run, and comes to the same. */
export type TakeStep = (run: StoredPipeline) => Promise<StepOutcome>;
export type PipelineSteps = Record<PipelineStepName, TakeStep>;
