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
}

/**
 * The whole page. Its policy lets in our script by its nonce, our style sheet, and a worker from a blob that the script makes of itself;
 * nothing else: no network, no inline code, no eval, no pictures.
 */
export function panelDocument({ script, style, source, nonce }: PanelDocument): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
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
<div id="panel"></div>
<script nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
