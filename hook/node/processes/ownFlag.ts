/**
 * Takes `--require <hook>` out of `process.execArgv`, in place: programs print it, compare it, or hand it on to children, which get the
 * hook through NODE_OPTIONS anyway. Worker threads inherit the flag all the same, since Node copies its parsed options.
 */
export function hideOwnFlag(execArgv: string[], hook: string): void {
  for (let at = execArgv.length - 2; at >= 0; at -= 1) {
    const isFlag = execArgv[at] === '--require' || execArgv[at] === '-r';
    if (isFlag && execArgv[at + 1] === hook) execArgv.splice(at, 2);
  }
}
