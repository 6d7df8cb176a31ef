/** How a trace can be shown. */
export const reportFormats = ['text', 'json', 'chrome', 'perfetto', 'otlp'] as const;

/** Options of `rubato report` as the command line gives them. */
export interface ReportOptions {
  readonly format: (typeof reportFormats)[number];
  readonly outputFile?: string;
  /** Another trace, to compare with. */
  readonly compare?: string;
  /** Entries of each list in the text. */
  readonly top: number;
}
