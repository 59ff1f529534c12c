/** Stands in for the half minute in which changes of alerts are gathered: a test does not wait for it. */
export const groupingSeconds = 0;
