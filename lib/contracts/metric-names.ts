/** Free of imports: the SDK carries these into users' services. */
export const metricNamePattern = /^[a-zA-Z_][a-zA-Z0-9_.]*$/;
export const labelNamePattern = /^[a-zA-Z_]\w{0,99}$/;
/** Characters. */
export const metricNameLimits = { name: 200, labelValue: 200, unit: 40 } as const;
