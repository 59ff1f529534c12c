export interface ResourcePlace {
  region?: string;
  /** Of 12 digits. */
  account?: string;
}

/** Where a resource lies by what a project calls it: an ARN says it, and the URL of a queue. A name says nothing: it is here. */
export function resourcePlace(text: string): ResourcePlace {
  if (text.startsWith('arn:')) {
    const [, , , region, account] = text.split(':');
    return placeOf(region, account);
  }
  const [, host = '', path = ''] = /^https?:\/\/([^/:]+)[^/]*(\/.*)?$/i.exec(text) ?? [];
  const [, region] =
    /^sqs\.([a-z0-9-]+)\.amazonaws\./.exec(host) ?? /^([a-z0-9-]+)\.queue\.amazonaws\./.exec(host) ?? [];
  return placeOf(region, path.split('/')[1]);
}

const placeOf = (region = '', account = ''): ResourcePlace => ({
  ...(region === '' ? {} : { region }),
  ...(/^\d{12}$/.test(account) ? { account } : {}),
});

/** Of a resource somewhere else, another one of the same name may lie here. */
export const isElsewhere = (text: string, here: string): boolean => (resourcePlace(text).region ?? here) !== here;
