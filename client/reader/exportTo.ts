import { writeFile } from 'node:fs/promises';
import manifest from '../../package.json' with { type: 'json' };
import type { PanelExportFormat } from '#protocol/panel.ts';
import { exporters } from '#runs/exporters.ts';
import { RunError } from '#runs/runError.ts';
import type { ExportContext } from '#trace/export/exporter.ts';
import type { TraceModel } from '#trace/model.ts';

/** What is written. */
export interface Exportable extends Omit<ExportContext, 'version'> {
  readonly model: TraceModel;
}

/** Writes a trace in the format of another tool. @throws RunError when the file cannot be written */
export async function exportTo(
  file: string,
  format: PanelExportFormat,
  { model, ...context }: Exportable,
): Promise<void> {
  const exporter = await exporters[format]?.();
  if (exporter === undefined) throw new RunError(`There is no format ${format}`);
  const { content } = exporter(model, { ...context, version: manifest.version });
  await writeFile(file, content).catch((error: unknown) => {
    throw new RunError(`The export could not be written: ${error instanceof Error ? error.message : String(error)}`);
  });
}
