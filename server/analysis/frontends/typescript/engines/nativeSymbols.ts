/** Turns the API's symbols into `SymbolRef`s: aliases followed, parents named, cached by symbol id. */
import type { DeclarationRef, SymbolRef } from '../engine.ts';
import { symbolRef } from '../symbolRef.ts';
import type { Ask, NativeFlags } from './nativeTypes.ts';
import { arrayOf, fieldOf } from './wire.ts';

export class NativeSymbols {
  readonly #ask: Ask;
  readonly #flags: NativeFlags;
  readonly #refs = new Map<number, SymbolRef | undefined>();

  constructor(ask: Ask, flags: NativeFlags) {
    this.#ask = ask;
    this.#flags = flags;
  }

  /** @param answer one element of the answer to `getSymbolsAtLocations` */
  resolve(answer: unknown): SymbolRef | undefined {
    const id = fieldOf(answer, 'id');
    if (typeof id !== 'number') return undefined;
    if (!this.#refs.has(id)) this.#refs.set(id, this.#make(answer, id));
    return this.#refs.get(id);
  }

  #make(answer: unknown, id: number): SymbolRef | undefined {
    const flags = fieldOf(answer, 'flags');
    if (typeof flags === 'number' && (flags & this.#flags.symbol.Alias) !== 0) {
      const aliased = this.#ask('getAliasedSymbol', { symbol: id });
      return fieldOf(aliased, 'id') === id ? undefined : this.resolve(aliased);
    }
    const declarations = arrayOf(fieldOf(answer, 'declarations')).flatMap(declarationRef);
    return declarations.length === 0 ? undefined : symbolRef(declarations, this.#names(answer));
  }

  /** Names from the outermost parent inwards: `['"fs"', 'promises', 'readFile']`. */
  #names(answer: unknown): string[] {
    const names: string[] = [];
    for (let symbol = answer, depth = 0; depth < 8; depth++) {
      const name = fieldOf(symbol, 'name');
      if (typeof name !== 'string') break;
      names.unshift(name);
      if (typeof fieldOf(symbol, 'parent') !== 'number') break;
      symbol = this.#ask('getParentOfSymbol', { objectId: fieldOf(symbol, 'id') });
    }
    return names;
  }
}

/** A node handle is `index.kind.path`. */
function declarationRef(handle: unknown): DeclarationRef[] {
  const match = typeof handle === 'string' ? /^(\d+)\.\d+\.(.*)$/s.exec(handle) : null;
  const [, node, file] = match ?? [];
  return node === undefined || file === undefined ? [] : [{ file, node: Number(node) }];
}
