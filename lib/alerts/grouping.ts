/** What happens within this time is announced together. */
export const groupingSeconds = 30;
