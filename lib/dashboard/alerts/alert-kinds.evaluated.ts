import { alertSeverities, alertTypes as types } from '../../contracts/alerts.ts';
import { type ThresholdPreset, thresholdPreset, thresholdsInForce } from '../../contracts/thresholds.ts';

/** In the order of the runbook. */
export const alertTypes = types;

/** From the gravest. */
export const severities = alertSeverities.toReversed();

/** What each preset says where nothing departs from it. */
export const presets = Object.fromEntries(
  thresholdPreset.options.map((preset) => [preset, thresholdsInForce({ preset })]),
) as Record<ThresholdPreset, ReturnType<typeof thresholdsInForce>>;
