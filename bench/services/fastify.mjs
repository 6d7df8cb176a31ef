import fastify from 'fastify';
import { announce } from './announce.mjs';
import { handleOrder } from './orders.mjs';

const app = fastify();
app.get('/orders/:id', async (request, reply) => {
  const text = await handleOrder(Number(request.params.id));
  reply.type('application/json');
  return text;
});
await app.listen({ port: 0, host: '127.0.0.1' });
announce(app.server);
