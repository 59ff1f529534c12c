import type { PipelineReport } from '../../../contracts/pipelines.ts';
import { drawPlots } from '../../../pages/browser/draw-plots.ts';
import { embeddedData } from '../../../pages/browser/embedded-data.ts';

// It is all tables: its history is drawn where it may be looked at more closely.
window.headroomReport = { data: embeddedData<PipelineReport>('pipeline-report'), plots: drawPlots([]) };
