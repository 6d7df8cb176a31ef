import type { HostMessage } from '#protocol/panel.ts';

/** Buffers of the columns in a message, each once: they go to the other side instead of being copied. The message is of no use here afterwards. */
export function buffersOf(message: HostMessage): readonly ArrayBuffer[] {
  const tables = message.kind === 'tasks' ? [message.columns, message.changed] : [message];
  const columns = tables.flatMap((table) => Object.values(table).filter((value) => ArrayBuffer.isView(value)));
  return [...new Set(columns.map(({ buffer }) => buffer))].filter((buffer) => buffer instanceof ArrayBuffer);
}
