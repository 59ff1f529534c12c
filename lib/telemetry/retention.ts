/** How long telemetry is kept as it came: 6 hours. */
export const retentionMs = 6 * 60 * 60 * 1000;
