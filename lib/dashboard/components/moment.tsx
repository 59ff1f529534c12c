import { useEffect, useState } from 'preact/hooks';
import { agoInWords, momentInWords } from '../format/moments.ts';

type At = string | number;

/** A time in the reader's zone; its title has it in UTC. */
export const Moment = ({ at }: { at: At }) => {
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {momentInWords(date)}
    </time>
  );
};

/** How long ago something was, as long as it is shown. */
export function Ago({ at }: { at: At }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {agoInWords(Math.max(0, now - date.getTime()) / 1000)}
    </time>
  );
}
