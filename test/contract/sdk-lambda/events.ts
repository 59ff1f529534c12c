/** Of an HTTP API, or of a function's URL where there is no route. */
export const httpEvent = (method: string, rawPath: string, routeKey = '$default', stage = '$default') => ({
  version: '2.0',
  routeKey,
  rawPath,
  rawQueryString: 'secret=1',
  headers: { host: 'shop.example.com' },
  requestContext: { http: { method, path: rawPath, sourceIp: '192.0.2.7' }, stage, routeKey },
  isBase64Encoded: false,
});

/** Of a REST API. */
export const restEvent = (httpMethod: string, path: string, resource: string) => ({
  resource,
  path,
  httpMethod,
  headers: {},
  queryStringParameters: null,
  requestContext: { resourceId: 'r1', stage: 'prod', httpMethod },
  body: null,
  isBase64Encoded: false,
});

export const balancerEvent = (httpMethod: string, path: string) => ({
  requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/a/b' } },
  httpMethod,
  path,
  headers: {},
  body: '',
  isBase64Encoded: false,
});

export const queueEvent = (...bodies: string[]) => ({
  Records: bodies.map((body, i) => ({
    messageId: String(i),
    body,
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:orders',
  })),
});
