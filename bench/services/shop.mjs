/**
 * The work behind `POST /orders` of a small shop, as a usual REST endpoint does it with a database on the same machine: who asks is checked by a signed
 * cookie, rows come as text after a hop through the event loop, totals are computed, a mail is filled in, and the order goes back as 3 kB of JSON.
 * 18 calls of async functions and 27 awaits. Chosen once, before anything was measured with it; made neither lighter nor heavier for a figure.
 */
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

const secret = 'the benchmark has no secrets';
const sessions = new Map(Array.from({ length: 1000 }, (_, id) => [`session-${id}`, JSON.stringify(sessionRow(id))]));
const customers = new Map(Array.from({ length: 1000 }, (_, id) => [id, JSON.stringify(customerRow(id))]));
const products = new Map(Array.from({ length: 1000 }, (_, id) => [id, JSON.stringify(productRow(id))]));
const stock = new Map(Array.from({ length: 1000 }, (_, id) => [id, 1_000_000_000]));
const usage = new Map();
const mails = [];

function sessionRow(id) {
  return { id, customer: id, roles: ['customer', 'order:write'], since: '2026-01-01T00:00:00.000Z', locale: 'en' };
}

function customerRow(id) {
  const address = { street: `Street ${id}`, city: 'Town', zip: String(10_000 + id), country: 'DE' };
  return { id, name: `Customer ${id}`, mail: `customer${id}@example.org`, address, discount: (id % 5) / 100 };
}

function productRow(id) {
  const description = `Product ${id} is made of the best that money can buy. `.repeat(4);
  return {
    id,
    name: `Product ${id}`,
    description,
    price: 100 + (id % 900),
    tax: id % 3 === 0 ? 0.07 : 0.19,
    weight: id,
  };
}

/** JSON schema of the body. */
export const orderSchema = {
  type: 'object',
  required: ['lines', 'delivery'],
  additionalProperties: false,
  properties: {
    lines: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        type: 'object',
        required: ['product', 'quantity'],
        additionalProperties: false,
        properties: {
          product: { type: 'integer', minimum: 0 },
          quantity: { type: 'integer', minimum: 1, maximum: 100 },
          note: { type: 'string', maxLength: 200 },
        },
      },
    },
    delivery: { type: 'string', enum: ['standard', 'express'] },
    coupon: { type: 'string', pattern: '^[A-Z0-9]{4,12}$' },
  },
};

/** The cookie and the body of the benchmark's request. */
export const sampleCookie = `locale=en; sid=${sign('session-7')}; theme=dark`;
export const sampleBody = JSON.stringify({
  lines: Array.from({ length: 8 }, (_, at) => ({ product: at * 31, quantity: 1 + at, note: `wrap number ${at}` })),
  delivery: 'express',
  coupon: 'SUMMER26',
});

/** @returns status, ETag and text of the answer */
export async function placeOrder(cookie, body) {
  const session = await authenticate(cookie);
  await limitRate(session);
  const [customer, items] = await Promise.all([loadCustomer(session.customer), loadProducts(body.lines)]);
  await reserveStock(body.lines);
  const totals = await computeTotals(customer, items, body);
  const order = await saveOrder({ customer, items, totals, body });
  await confirm(order);
  await audit(session, order);
  return await answer(order);
}

async function authenticate(cookie) {
  const sid = /(?:^|; )sid=([^;]*)/.exec(cookie)?.[1] ?? '';
  const [name = '', signature = ''] = sid.split('.');
  if (!timingSafeEqual(Buffer.from(sign(name)), Buffer.from(`${name}.${signature}`))) throw new Error('unauthorized');
  return await readSession(name);
}

function sign(name) {
  return `${name}.${createHmac('sha256', secret).update(name).digest('base64url')}`;
}

async function readSession(name) {
  const row = await query(() => sessions.get(name));
  if (!row.roles.includes('order:write')) throw new Error('forbidden');
  return row;
}

/** One statement of the database, whose row is text. */
async function query(read) {
  await new Promise((resolve) => setImmediate(resolve));
  return JSON.parse(read());
}

async function limitRate(session) {
  const count = await usage.get(session.id);
  usage.set(session.id, (count ?? 0) + 1);
}

async function loadCustomer(id) {
  const customer = await query(() => customers.get(id));
  return { ...customer, address: await formatAddress(customer.address) };
}

async function formatAddress({ street, zip, city, country }) {
  const format = await `${street}, ${zip} ${city}`;
  return country === 'DE' ? format : `${format}, ${country}`;
}

async function loadProducts(lines) {
  const rows = await query(() => `[${lines.map(({ product }) => products.get(product % 1000)).join(',')}]`);
  return rows.map((row, at) => ({ ...row, ...priceOf(row, lines[at].quantity) }));
}

function priceOf({ price, tax }, quantity) {
  const net = quantity >= 5 ? price * 0.95 : price;
  return { quantity, net: net * quantity, gross: Math.round(net * quantity * (1 + tax)) };
}

async function reserveStock(lines) {
  for (const { product, quantity } of lines) {
    const left = stock.get(product % 1000) - quantity;
    if (left < 0) throw new Error('sold out');
    stock.set(product % 1000, left);
  }
  await null;
}

async function computeTotals({ discount }, items, { delivery, coupon }) {
  const net = items.reduce((sum, item) => sum + item.net, 0);
  const gross = items.reduce((sum, item) => sum + item.gross, 0);
  const rate = discount + (await couponRate(coupon));
  return { net, gross, discount: Math.round(gross * rate), shipping: delivery === 'express' ? 990 : 490 };
}

async function couponRate(coupon) {
  return (await coupon) === undefined ? 0 : 0.05;
}

async function saveOrder({ customer, items, totals, body }) {
  const order = { id: randomUUID(), customer, items, totals, delivery: body.delivery, at: new Date().toISOString() };
  await new Promise((resolve) => setImmediate(resolve));
  return order;
}

const template = 'Dear {name},\n\nthank you for your order {id} of {at}:\n\n{lines}\n\nTotal: {total}\n\nYour shop';

async function confirm(order) {
  const lines = order.items.map(({ name, quantity, gross }) => `${quantity} x ${name}: ${money(gross)}`).join('\n');
  const values = { name: order.customer.name, id: order.id, at: order.at, lines, total: money(order.totals.gross) };
  const text = template.replaceAll(/\{(\w+)\}/g, (_, key) => values[key]);
  await enqueue({ to: order.customer.mail, text });
}

function money(cents) {
  return `${(cents / 100).toFixed(2)} EUR`;
}

async function enqueue(mail) {
  mails[mails.length % 100] = mail;
  await null;
}

async function audit(session, order) {
  await null;
  return `${session.id} placed ${order.id}`;
}

async function answer(order) {
  const text = JSON.stringify(order);
  const etag = createHash('sha1').update(text).digest('base64url');
  return await { status: 201, etag: `"${etag}"`, text };
}
