/** `minSeverity` -> `min-severity`: a field's name as a flag. */
export const flagOf = (field: string): string => field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A summary as a sentence of its own. */
export const sentence = (summary: string): string => `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;

/** A route's summary, as those of commands are written: it begins small. */
export const asSummary = (text: string): string =>
  /^[A-Z][a-z]/.test(text) && !/^CloudWatch|^Headroom|^AWS/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
