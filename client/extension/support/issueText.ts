import type { StatusParams } from '#protocol/lsp.ts';

/** What a report of a fault says of the machine: versions and states, nothing of the user's code, files or settings. */
export interface IssueFacts {
  readonly extension: string;
  readonly editor: string;
  /** `platform architecture release`. */
  readonly system: string;
  /** Where the extension runs, for example `wsl`; `undefined`: on the machine of the window. */
  readonly remote: string | undefined;
  readonly isTrusted: boolean;
  /** What the server told last; `undefined`: nothing. */
  readonly server: StatusParams | undefined;
}

/** The facts as a Markdown list. The server's message is left out: it may name a file. */
export function issueFacts({ extension, editor, system, remote, isTrusted, server }: IssueFacts): string {
  const lines = [
    `Rubato ${extension}`,
    `${editor}${remote === undefined ? '' : `, remote: ${remote}`}${isTrusted ? '' : ', Restricted Mode'}`,
    system,
    `Server: ${server?.state ?? 'not heard of'}`,
    `Engine: ${server?.engine ?? 'not started'}`,
  ];
  return lines.map((line) => `- ${line}\n`).join('');
}

/** The questions of a report, in English as the maintainers read it. */
export const issueQuestions = [
  '**What happened**\n\n\n',
  '**What should have happened**\n\n\n',
  '**The smallest code that shows it**\n\n```ts\n\n```\n',
].join('\n');

/** Address of a new issue with the text filled in. @param bugs address of the list of issues, as package.json has it */
export function newIssueUrl(bugs: string, body: string): string {
  return `${bugs.replace(/\/$/, '')}/new?${new URLSearchParams({ body }).toString()}`;
}
