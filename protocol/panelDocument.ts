/** What the page of the panel is made of; addresses as the webview sees them. */
export interface PanelDocument {
  /** dist/panel.js */
  readonly script: string;
  /** dist/panel.css */
  readonly style: string;
  /** `webview.cspSource`. */
  readonly source: string;
  /** Random, letters and digits, new for each page. */
  readonly nonce: string;
  /** What the page keeps as `trace` in its state, for the host that makes it anew. */
  readonly trace?: string;
}

/**
 * The whole page. Its policy lets in our script by its nonce, our style sheet, and a worker from a blob that the script makes of itself;
 * nothing else: no network, no inline code, no eval, no pictures.
 */
export function panelDocument({ script, style, source, nonce, trace }: PanelDocument): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const state = trace === undefined ? '' : ` data-trace="${escaped(trace)}"`;
  return page({ policy, style }, [
    `<div id="panel"${state}></div>`,
    `<script nonce="${escaped(nonce)}" src="${escaped(script)}"></script>`,
  ]);
}

/** A page that only says why there is no trace to see. */
export function problemDocument({
  style,
  source,
  message,
}: Pick<PanelDocument, 'style' | 'source'> & { readonly message: string }): string {
  const policy = `default-src 'none'; style-src ${source}; base-uri 'none'; form-action 'none'`;
  return page({ policy, style }, [
    '<div class="empty" role="alert">',
    '<p class="empty-title">There is no trace to show</p>',
    `<p>${escaped(message)}</p>`,
    '</div>',
  ]);
}

function page({ policy, style }: { readonly policy: string; readonly style: string }, body: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(style)}">
<title>Rubato trace</title>
</head>
<body>
${body.join('\n')}
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
