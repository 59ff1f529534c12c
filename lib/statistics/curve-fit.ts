import { levenbergMarquardt } from 'ml-levenberg-marquardt';

export interface Curve {
  x: readonly number[];
  y: readonly number[];
  /** What the model makes of each x. The parameters should each have an effect of about 1, for they are damped alike. */
  model: (parameters: number[]) => (x: number) => number;
  /** Its derivatives by each parameter. */
  jacobian: (parameters: number[]) => (x: number) => number[];
  lowest: readonly number[];
  highest: readonly number[];
}

/** Damping of the first steps, and what it is raised by while they lead nowhere. */
const DAMPING = 1e-4;
const MORE_DAMPING = 100;
const MOST_DAMPING = 1e6;
const STEPS = 3;
const MOST_ROUNDS = 40;
/** The greatest cosine between the residuals and a derivative at which no parameter is worth moving (MINPACK's gtol). */
const FLAT = 1e-6;
const PERFECT = 1e-20;

/**
 * Least squares within bounds by Levenberg-Marquardt, a few steps at a time. The library goes on when a step made things worse, and
 * stops at an error that is small, not at one that cannot be bettered: so each round starts at the best so far, with more damping
 * after one that led nowhere, until the residuals are at right angles to the derivatives.
 *
 * The library also only clips steps at the bounds, which leaves the other parameters where they suit what lies beyond: so a
 * parameter at a bound that would go on is held there for a round.
 */
export function fitCurve(curve: Curve, start: readonly number[]): { parameters: number[]; squares: number } {
  let parameters = [...start];
  let squares = Number.POSITIVE_INFINITY;
  let damping = DAMPING;
  let { held } = slopesAt(curve, parameters);
  for (let round = 0; round < MOST_ROUNDS && damping <= MOST_DAMPING; round++) {
    const { parameterValues, parameterError } = levenbergMarquardt({ x: curve.x, y: curve.y }, curve.model, {
      initialValues: parameters,
      minValues: curve.lowest,
      maxValues: curve.highest,
      jacobianFunction: (values) => {
        const derivatives = curve.jacobian(values);
        return (x) => derivatives(x).map((derivative, j) => (held[j] ? 0 : derivative));
      },
      damping,
      maxIterations: STEPS,
      errorTolerance: PERFECT,
    });
    if (parameterError < squares) {
      squares = parameterError;
      parameters = parameterValues;
    } else {
      damping *= MORE_DAMPING;
    }
    const slopes = slopesAt(curve, parameters);
    held = slopes.held;
    if (squares <= PERFECT || slopes.isFlat) break;
  }
  return { parameters, squares };
}

/** Which parameters stand at a bound and would be better beyond it, and whether no other is worth moving. */
function slopesAt({ x, y, model, jacobian, lowest, highest }: Curve, parameters: number[]) {
  const at = model(parameters);
  const residuals = x.map((each, i) => (y[i] ?? 0) - at(each));
  const derivatives = x.map(jacobian(parameters));
  const columns = parameters.map((_, j) => derivatives.map((row) => row[j] ?? 0));
  const descents = columns.map((column) => column.reduce((sum, each, i) => sum + each * (residuals[i] ?? 0), 0));
  const held = descents.map((descent, j) => {
    const value = parameters[j] ?? 0;
    return (descent < 0 && value <= (lowest[j] ?? value)) || (descent > 0 && value >= (highest[j] ?? value));
  });
  const length = Math.hypot(...residuals);
  const isFlat = columns.every(
    (column, j) => held[j] || Math.abs(descents[j] ?? 0) <= FLAT * length * Math.hypot(...column),
  );
  return { held, isFlat };
}
