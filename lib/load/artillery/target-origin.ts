export type TargetOrigin = { protocol: 'http:' | 'https:'; hostname: string; port: number };

const standardPorts: Record<string, number> = { 'http:': 80, 'https:': 443 };

/** Without a port where it is the protocol's own, as `URL.origin` has it. */
export function originOf({ protocol, hostname, port }: TargetOrigin): string {
  const host = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
  return `${protocol}//${host.toLowerCase()}${standardPorts[protocol] === port ? '' : `:${port}`}`;
}
