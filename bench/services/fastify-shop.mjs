import fastify from 'fastify';
import { announce } from './announce.mjs';
import { orderSchema, placeOrder, sampleBody, sampleCookie } from './shop.mjs';

const app = fastify();
app.post('/orders', { schema: { body: orderSchema } }, async (request, reply) => {
  const { status, etag, text } = await placeOrder(request.headers.cookie, request.body);
  reply.code(status).header('etag', etag).type('application/json');
  return text;
});
await app.listen({ port: 0, host: '127.0.0.1' });
announce(app.server, {
  path: '/orders',
  method: 'POST',
  headers: { cookie: sampleCookie, 'content-type': 'application/json' },
  body: sampleBody,
});
