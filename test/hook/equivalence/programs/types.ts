// nodes: 22.18
interface Order { readonly id: number; lines?: string[] }
type Loader<T> = (id: number) => Promise<T>;
const load: Loader<Order> = async (id: number): Promise<Order> => { await null; if (id > 1) throw new Error(`no order ${id}` as string); return { id }; };
class Desk<T extends Order> { private readonly seen = new Map<number, T>(); async take(id: number): Promise<T | undefined> { const order = (await load(id)) as T; this.seen.set(id, order!); return this.seen.get(id); } }
console.log(await new Desk<Order>().take(1));
await new Desk<Order>().take(2);
export {};
