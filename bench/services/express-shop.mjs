import { createRequire } from 'node:module';
import express from 'express';
import { announce } from './announce.mjs';
import { orderSchema, placeOrder, sampleBody, sampleCookie } from './shop.mjs';

// The validator that Fastify brings.
const { Ajv } = createRequire(import.meta.resolve('fastify'))('ajv');
const validate = new Ajv().compile(orderSchema);
const app = express();
app.use(express.json());
app.post('/orders', async (request, response) => {
  if (!validate(request.body)) {
    response.status(400).json(validate.errors);
    return;
  }
  const { status, etag, text } = await placeOrder(request.headers.cookie, request.body);
  response.status(status).set('etag', etag).type('application/json').send(text);
});
const server = app.listen(0, '127.0.0.1', () =>
  announce(server, {
    path: '/orders',
    method: 'POST',
    headers: { cookie: sampleCookie, 'content-type': 'application/json' },
    body: sampleBody,
  }),
);
