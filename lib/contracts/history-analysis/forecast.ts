import { z } from 'zod';
import { timestamp } from '../names.ts';
import { queryInteger } from '../query-integer.ts';
import { claimOf } from './claim.ts';
import { bySeries, seriesQuery } from './series.ts';

export const forecastQuery = seriesQuery.extend({
  horizon: queryInteger(1, 400).optional().describe('How many points ahead. Default: 60 minutes, 24 hours or 14 days'),
});
export type ForecastQuery = z.output<typeof forecastQuery>;

export const forecastClaim = claimOf({
  method: z.enum(['seasonal-naive', 'holt-winters']),
  seasonLength: z.number().int().describe('In points; 1: no season helps'),
  points: z
    .array(z.object({ at: timestamp, value: z.number(), low: z.number(), high: z.number() }))
    .describe('With intervals of 95 %'),
  mase: z
    .number()
    .optional()
    .describe(
      'Of the backtest: the error over that of a naive forecast, below 1 is better; absent where that had no error to divide by',
    ),
  hasSkill: z.boolean().describe('Whether `mase` is below 1 by more than chance'),
  coveragePercent: z.number().describe('How many of the backtest’s points lay within their intervals'),
});
export type ForecastClaim = z.output<typeof forecastClaim>;

export const forecasts = bySeries(forecastClaim).meta({ id: 'Forecasts' });
export type Forecasts = z.output<typeof forecasts>;
