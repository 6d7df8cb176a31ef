const maxLength = 70;
const opening = '([{';
const closing = ')]}';

/**
 * The await at a column (from 0) of a line: from its keyword to the `;`, the `,` or the bracket that ends it, or to the end of the line. A guess
 * from brackets and quotes, for people to read; at most 70 characters. '' beyond the end.
 */
export function awaitText(line: string, column: number): string {
  // Of `for await (const part of parts)` the position is that of `part`.
  const [loop] = /\bfor\s+await\s*\([^()]*$/.exec(line.slice(0, column)) ?? [];
  return expressionText(line.slice(column - (loop?.length ?? 0)));
}

function expressionText(text: string): string {
  let depth = 0;
  let quote = '';
  let end = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (`"'\``.includes(char)) quote = char;
    else if (opening.includes(char)) depth += 1;
    else if (closing.includes(char)) depth -= 1;
    const endsLoop = char === ')' && depth === 0 && text.startsWith('for');
    if (endsLoop) return short(text.slice(0, at + 1));
    if (depth < 0 || (depth === 0 && quote === '' && (char === ';' || char === ','))) {
      end = at;
      break;
    }
  }
  return short(text.slice(0, end).trim());
}

function short(found: string): string {
  return found.length > maxLength ? `${found.slice(0, maxLength - 1)}…` : found;
}
