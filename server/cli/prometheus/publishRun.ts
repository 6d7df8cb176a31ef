import { listenToRun } from './listenToRun.ts';
import { metricsText } from './metricsText.ts';
import { parseMetricsTarget, publishMetrics, type Publication } from './publishMetrics.ts';

/** A run whose counters are published. */
export interface PublishedRun {
  /** Folder of the run. */
  readonly folder: string;
  /** Places below it are named relative to it. */
  readonly root: string;
}

/**
 * Publishes the counters of a run while it runs. `written`: value of `--prometheus`.
 * @throws UserError when the target is none, or cannot be used
 */
export async function publishRun(written: string, { folder, root }: PublishedRun): Promise<Publication> {
  const target = parseMetricsTarget(written);
  const listener = listenToRun(folder, root);
  try {
    const publication = await publishMetrics(target, () => metricsText(listener.metrics()));
    const close = async (): Promise<void> => {
      listener.close();
      await publication.close();
    };
    return { ...publication, close };
  } catch (error) {
    listener.close();
    throw error;
  }
}
