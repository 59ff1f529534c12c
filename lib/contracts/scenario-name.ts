/** `GET /products/{id}`, of what a request asks for. Names allow fewer characters than paths do. */
export const scenarioNameOf = ({ method, path }: { method: string; path: string }): string =>
  `${method} ${path.replace(/\?.*$/s, '')}`.replaceAll(/[^\w .:/{}-]/g, '_').slice(0, 100);
