/** Language ids of the files that are analyzed; package.json activates the extension for the same ones. */
export const languages: readonly string[] = ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'];
