/** A place that looks like a call site, to be asked about. Methods stand on the prototype, where V8 has them and programs look for them. */
export function madePlace(name: string, { line, column }: { readonly line: number; readonly column: number }): object {
  return new MadeSite(name, line, column);
}

class MadeSite {
  readonly #name: string;
  readonly #line: number;
  readonly #column: number;

  constructor(name: string, line: number, column: number) {
    this.#name = name;
    this.#line = line;
    this.#column = column;
  }

  getFileName(): string {
    return this.#name;
  }

  getScriptNameOrSourceURL(): string {
    return this.#name;
  }

  getLineNumber(): number {
    return this.#line;
  }

  getColumnNumber(): number {
    return this.#column;
  }

  isToplevel(): boolean {
    return true;
  }

  toString(): string {
    return `${this.#name}:${this.#line}:${this.#column}`;
  }

  isNative(): boolean {
    return false;
  }

  isEval(): boolean {
    return false;
  }

  isConstructor(): boolean {
    return false;
  }

  isAsync(): boolean {
    return false;
  }

  isPromiseAll(): boolean {
    return false;
  }

  getFunctionName(): null {
    return null;
  }

  getTypeName(): null {
    return null;
  }

  getMethodName(): null {
    return null;
  }

  getPromiseIndex(): null {
    return null;
  }

  getEvalOrigin(): undefined {
    return undefined;
  }

  getThis(): undefined {
    return undefined;
  }

  getFunction(): undefined {
    return undefined;
  }
}
