/**
 * Of each of so many looks at data that grows, the confidence that leaves 95 % when a verdict may fall at any of them (Pocock:
 * "Group sequential methods in the design and analysis of clinical trials", Biometrika 64:2, 1977; the nominal levels of two-sided
 * 0.05 are 0.0294 for two looks and 0.0221 for three).
 *
 * The same for each look, and not most of it for the last, as O'Brien and Fleming have it: their first look asks for 99.95 %, which a
 * bootstrap of a few pairs cannot tell.
 */
const confidences: Readonly<Record<number, number>> = { 1: 0.95, 2: 0.9706, 3: 0.9779 };

/** @param looks 1 to 3 */
export function confidenceOfLook(looks: number): number {
  const confidence = confidences[looks];
  if (confidence === undefined) throw new RangeError(`there are 1 to 3 looks, not ${looks}`);
  return confidence;
}
