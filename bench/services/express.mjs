import express from 'express';
import { announce } from './announce.mjs';
import { handleOrder } from './orders.mjs';

const app = express();
app.get('/orders/:id', async (request, response) => {
  response.type('application/json').send(await handleOrder(Number(request.params.id)));
});
const server = app.listen(0, '127.0.0.1', () => announce(server));
