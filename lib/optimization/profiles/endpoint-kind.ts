export type EndpointKind = 'page' | 'static-asset' | 'api';

const assetFile =
  /\.(js|mjs|css|map|png|jpe?g|gif|svg|webp|avif|ico|bmp|woff2?|ttf|otf|eot|mp4|webm|mp3|wasm|txt|pdf)$/i;
const assetFolder = /^\/(static|assets|public|images?|img|css|js|fonts?|media|dist|_next\/static)(\/|$)/i;
const page = /(^\/$|\.(html?|xhtml|php|jsp|aspx?)$|^\/(pages?|views?|templates?)(\/|$))/i;

/**
 * What an endpoint answers with, as far as its route tells: telemetry knows no content types. What neither looks like a file nor like
 * a page counts as an API.
 * @param endpoint `GET /products/:id`
 */
export function endpointKind(endpoint: string): EndpointKind {
  const route = endpoint.slice(endpoint.indexOf(' ') + 1);
  if (assetFile.test(route) || assetFolder.test(route)) return 'static-asset';
  return page.test(route) ? 'page' : 'api';
}
