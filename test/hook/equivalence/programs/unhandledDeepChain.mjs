async function third(order) {
  const lines = await Promise.resolve(order.lines);
  return lines.map((line) => line.price.amount);
}
async function second(order) { return await third(order); }
const first = async (order) => { try { return await second(order); } finally { console.log('cleaned'); } };
class Shop { async sell(order) { return first(order); } }
await new Shop().sell({ lines: [{}] });
