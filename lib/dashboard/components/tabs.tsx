import { useLocation } from 'preact-iso/router';

interface TabsProps {
  /** Of what these are the parts. */
  label: string;
  /** Each with the query that it keeps. */
  links: readonly { href: string; label: string }[];
}

/** The pages of a section, side by side. */
export function Tabs({ label, links }: TabsProps) {
  const { path } = useLocation();
  return (
    <nav class="tabs" aria-label={label}>
      <ul>
        {links.map(({ href, label: name }) => (
          <li key={href}>
            <a href={href} aria-current={path === href.split('?')[0] ? 'page' : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
