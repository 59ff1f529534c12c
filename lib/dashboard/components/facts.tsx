import type { ComponentChildren } from 'preact';

/** What is known of one thing, each below its name: words and figures that are no headline. */
export const Facts = ({ of }: { of: readonly (readonly [name: string, value: ComponentChildren | undefined])[] }) => (
  <dl class="facts">
    {of.map(([name, value]) =>
      value === undefined ? null : (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ),
    )}
  </dl>
);
