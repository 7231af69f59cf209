import type { Page } from "playwright-core";

/**
 * What of a page's text runs into other text, and whether anything stands beyond its right edge. Text that is cut by
 * its own box counts only as far as it is seen. Empty is right.
 */
export function collisions(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    const everywhere = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };
    type Edges = typeof everywhere;
    const clips = new Map<Element, Edges>();
    /** Where what is in an element is seen: inside all around it that cuts. */
    const clipOf = (element: Element | null): Edges => {
      if (element === null) return everywhere;
      const known = clips.get(element);
      if (known !== undefined) return known;
      const outer = clipOf(element.parentElement);
      let clip = outer;
      if (getComputedStyle(element).overflow !== "visible") {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        clip = {
          left: Math.max(outer.left, left),
          top: Math.max(outer.top, top),
          right: Math.min(outer.right, right),
          bottom: Math.min(outer.bottom, bottom),
        };
      }
      clips.set(element, clip);
      return clip;
    };
    const texts: { readonly text: string; readonly node: Node; readonly edges: Edges }[] = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      const text = node.nodeValue?.trim() ?? "";
      if (element === null || text === "" || element.closest(".sr-only, .skip, option, datalist") !== null)
        continue;
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        const clip = clipOf(element);
        const [left, right] = [Math.max(rect.left, clip.left), Math.min(rect.right, clip.right)];
        const [top, bottom] = [Math.max(rect.top, clip.top), Math.min(rect.bottom, clip.bottom)];
        // Letters stand within the middle of their line: lines set close together may touch.
        const margin = (bottom - top) * 0.2;
        const edges = { left, top: top + margin, right, bottom: bottom - margin };
        if (edges.right - edges.left > 2 && edges.bottom - edges.top > 2)
          texts.push({ text: text.slice(0, 40), node, edges });
      }
    }
    const found: string[] = [];
    for (const [index, a] of texts.entries()) {
      if (a.edges.right > innerWidth + 1) found.push(`"${a.text}" stands beyond the edge`);
      for (const b of texts.slice(index + 1)) {
        if (a.node === b.node) continue;
        const width = Math.min(a.edges.right, b.edges.right) - Math.max(a.edges.left, b.edges.left);
        const height = Math.min(a.edges.bottom, b.edges.bottom) - Math.max(a.edges.top, b.edges.top);
        if (width > 2 && height > 2) found.push(`"${a.text}" runs into "${b.text}"`);
      }
    }
    const beyond = document.documentElement.scrollWidth - innerWidth;
    if (beyond > 0) found.push(`the page is ${beyond} px too wide`);
    return [...new Set(found)].slice(0, 8);
  });
}
