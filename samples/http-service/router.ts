import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Call {
  readonly url: URL;
  readonly parameter: string;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

/** Routes by method and first segment of the path. */
export class Router {
  readonly #routes = new Map<string, Handler>();

  get(name: string, handler: Handler): void {
    this.#routes.set(`GET ${name}`, handler);
  }

  post(name: string, handler: Handler): void {
    this.#routes.set(`POST ${name}`, handler);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, name = '', parameter = ''] = url.pathname.split('/');
    const handler = this.#routes.get(`${request.method} ${name}`);
    const reply = handler === undefined ? notFound : await handler({ url, parameter, body: await readBody(request) });
    response.writeHead(reply.status, { 'content-type': 'text/plain' }).end(reply.body);
  }
}

const notFound: Reply = { status: 404, body: 'not found' };

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
