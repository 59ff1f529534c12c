import type { LoadTestResult } from '../../contracts/load-result.ts';
import type { PipelineReport } from '../../contracts/pipelines.ts';

/** What the page of a run is made of, and its plots are drawn from. */
export interface PageData {
  report: PipelineReport;
  /** Of the run's load test, as long as there is one. */
  loadTest?: LoadTestResult;
}
