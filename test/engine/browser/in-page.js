// What the tests ask of a page, from inside of it.

globalThis.inPage = {
  openDetails() {
    for (const details of document.querySelectorAll('details')) details.open = true;
  },

  /** Pixels by which the page is wider than its window. */
  overflow: () => document.documentElement.scrollWidth - document.documentElement.clientWidth,

  ground: () => getComputedStyle(document.body).backgroundColor,

  /** Puts the number of folded tables, as paper has it, into the title. */
  countFoldedOnPaper() {
    addEventListener('beforeprint', () => {
      document.title = `${document.querySelectorAll('details:not([open])').length} folded`;
    });
  },

  /** Tables of which a part cannot be seen without scrolling. */
  cutTables() {
    const boxes = [...document.querySelectorAll('.table')];
    const cut = (box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth;
    return boxes.filter(cut).map((box) => box.querySelector('table').id);
  },

  /** Texts of drawings that overlap each other, or leave their drawing. */
  misplacedLabels() {
    return [...document.querySelectorAll('svg')].flatMap((svg) => {
      const frame = svg.getBoundingClientRect();
      const labels = [...svg.querySelectorAll('text')].map((text) => {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        return { name: text.textContent, left, right, top, bottom };
      });
      const outside = labels.filter(({ left, right, top, bottom }) => {
        return left < frame.left - 1 || right > frame.right + 1 || top < frame.top - 1 || bottom > frame.bottom + 1;
      });
      const over = labels.flatMap((one, i) => {
        return labels.slice(i + 1).filter((other) => {
          const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
          const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
          return across > 1 && down > 3;
        });
      });
      return [...outside, ...over].map(({ name }) => name);
    });
  },
};
