/** The same function, called at most once per path: later calls get the first result, also while it is still on its way. */
export function remember<Result extends object | boolean>(make: (path: string) => Result): (path: string) => Result {
  const known = new Map<string, Result>();
  return (path) => {
    const result = known.get(path) ?? make(path);
    known.set(path, result);
    return result;
  };
}
