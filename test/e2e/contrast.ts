import type { Locator } from 'playwright-core';

/** A text on the screen and how well it stands out: from 1 to 21, see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio. */
export interface TextContrast {
  readonly text: string;
  readonly contrast: number;
}

/** All texts that are seen in an element, the faintest first. Pictures behind texts are not looked at. */
export async function textContrasts(root: Locator): Promise<readonly TextContrast[]> {
  const found = await root.evaluate(readTexts);
  return found.toSorted((a, b) => a.contrast - b.contrast);
}

/** Runs in the page: all it needs is inside. */
function readTexts(root: Element): readonly TextContrast[] {
  type Color = readonly [red: number, green: number, blue: number, alpha: number];
  const parse = (text: string): Color => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [red, green, blue, alpha];
  };
  const over = ([r, g, b, alpha]: Color, [br, bg, bb]: Color): Color => {
    const mix = (top: number, below: number): number => top * alpha + below * (1 - alpha);
    return [mix(r, br), mix(g, bg), mix(b, bb), 1];
  };
  const luminance = ([red, green, blue]: Color): number => {
    const linear = (part: number): number => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const lineage = (element: Element | null): readonly Element[] =>
    element === null ? [] : [element, ...lineage(element.parentElement)];
  const contrastOf = (element: Element): number => {
    const around = lineage(element);
    const below = around.toReversed().map((each) => parse(getComputedStyle(each).backgroundColor));
    const ground = below.reduce((behind, color) => over(color, behind), [0, 0, 0, 1]);
    const opacity = around.reduce((all, each) => all * Number(getComputedStyle(each).opacity), 1);
    const [red, green, blue, alpha] = parse(getComputedStyle(element).color);
    const lights = [luminance(over([red, green, blue, alpha * opacity], ground)), luminance(ground)];
    return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
  };
  const texts: TextContrast[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() !== null) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent?.trim() ?? '';
    if (element === null || text === '' || /SCRIPT|STYLE/.test(element.tagName) || !element.checkVisibility()) continue;
    texts.push({ text, contrast: contrastOf(element) });
  }
  return texts;
}
