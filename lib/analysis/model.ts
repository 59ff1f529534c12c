import { type Analysis, type AnalysisSummary, analysis, analysisSummary } from '../contracts/analysis.ts';
import type { ItemType } from '../platform/table/item.ts';

export const analysisItem: ItemType<Analysis> = { name: 'Analysis', version: 1, schema: analysis };

/** The same item, read for a list. */
export const analysisSummaryItem: ItemType<AnalysisSummary> = { ...analysisItem, schema: analysisSummary };

/** A year and a month, so that a year can be looked back on. */
export const analysisRetentionMs = 400 * 24 * 60 * 60 * 1000;
