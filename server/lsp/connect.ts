import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
  type Connection,
} from 'vscode-languageserver/node';

/** A connection over what the command line names: `--stdio`, `--node-ipc`, `--pipe=NAME` or `--socket=PORT`. */
export function connect(): Connection {
  return process.argv.includes('--stdio') ? connectStdio() : createConnection(ProposedFeatures.all);
}

/**
 * After a header it cannot read, the reader leaves what has arrived behind it alone until more arrives, so that every later message
 * would come one message late. An empty chunk makes it go on.
 */
function connectStdio(): Connection {
  const reader = new StreamMessageReader(process.stdin);
  reader.onError(() => setImmediate(() => process.stdin.emit('data', Buffer.alloc(0))));
  // The client is gone. After an orderly `exit`, the process has ended before.
  process.stdin.once('end', () => process.exit(1)).once('close', () => process.exit(1));
  return createConnection(ProposedFeatures.all, reader, new StreamMessageWriter(process.stdout));
}
