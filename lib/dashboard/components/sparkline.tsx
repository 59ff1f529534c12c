import { unmeasured } from '../../pages/units.ts';

interface SparklineProps {
  /** In order; null: not measured. */
  values: readonly (number | null)[];
  /** What it shows, with its range: `p95 of the last hour, 12 ms to 80 ms`. */
  label: string;
}

const width = 96;
const height = 24;

/** How something went lately, from 0 to its highest value. */
export function Sparkline({ values, label }: SparklineProps) {
  const max = Math.max(0, ...values.map((value) => value ?? 0));
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <span class="sparkline none">{unmeasured}</span>;
  const x = (index: number): number => (index / (values.length - 1)) * width;
  const y = (value: number): number => height - 1.5 - (max === 0 ? 0 : (value / max) * (height - 3));
  let isDown = false;
  const path = values.map((value, index) => {
    if (value === null) {
      isDown = false;
      return '';
    }
    const at = `${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    // A line of no length is a dot: of a value between two that are missing, all that is seen.
    const drawn = isDown ? `L${at}` : `M${at}h0`;
    isDown = true;
    return drawn;
  });
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    >
      <path d={path.join('')} />
    </svg>
  );
}
