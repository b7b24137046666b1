// What a drawn page looks like, measured inside the browser. It knows no chart by name: whatever has text is judged.
(() => {
  const seen = element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
  };
  const texts = within => [...within.querySelectorAll("text")].filter(text => text.textContent.trim() && seen(text));
  const charts = () => [...new Set([...document.querySelectorAll("svg")].filter(seen)
    .map(svg => svg.closest("figure") ?? svg))].filter(chart => texts(chart).length);
  const named = chart => (chart.querySelector("h2, h3, h4") ?? chart.querySelector("figcaption, title") ?? chart)
    .textContent.trim();
  const shortened = element => element.textContent.trim().slice(0, 60);

  // Colours as [red, green, blue, alpha], whatever way they are written.
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const colour = written => {
    if (!known.has(written)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = written;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(written, [red, green, blue, alpha / 255]);
    }
    return known.get(written);
  };
  const over = (front, ground) => [0, 1, 2].map(i => front[3] * front[i] + (1 - front[3]) * ground[i]).concat(1);
  const faded = (paint, share) => [...paint.slice(0, 3), paint[3] * share];
  const luminance = paint => {
    const [red, green, blue] = paint.map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const opacity = element => {
    let share = 1;
    for (let at = element; at instanceof Element; at = at.parentElement) share *= getComputedStyle(at).opacity;
    return share;
  };
  // Each colour a surface may show at a point; a hatching shows several.
  const surfaces = element => {
    const style = getComputedStyle(element);
    if (!(element instanceof SVGElement) || element instanceof SVGSVGElement)
      return [faded(colour(style.backgroundColor), opacity(element))];
    const share = opacity(element) * style.fillOpacity;
    if (style.fill === "none") return [];
    const pattern = style.fill.match(/^url\(["']?#(.*?)["']?\)/);
    if (!pattern) return [faded(colour(style.fill), share)];
    return [...document.getElementById(pattern[1]).querySelectorAll("*")].flatMap(part => {
      const { fill, stroke } = getComputedStyle(part);
      return [fill, stroke].filter(paint => paint !== "none").map(paint => faded(colour(paint), share));
    });
  };
  const grounds = (x, y) => {
    const stack = document.elementsFromPoint(x, y)
      .filter(element => !element.closest("text") && !(element instanceof SVGGeometryElement && !holds(element, x, y)));
    let found = [[255, 255, 255, 1]];
    for (const element of stack.reverse()) {
      const paints = surfaces(element);
      if (paints.length) found = found.flatMap(ground => paints.map(paint => over(paint, ground)));
      if (paints.length === 1 && paints[0][3] === 1) found = found.slice(0, 1);
    }
    return found;
  };
  // A line that crosses a text is no ground of it.
  const holds = (shape, x, y) => shape.isPointInFill(new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse()));

  const all = new CSSStyleSheet();
  all.replaceSync("* { pointer-events: visiblePainted !important }");

  return {
    // Width that the page takes, what reaches beyond the window, and what is cut off by its own box.
    layout: () => ({
      width: document.documentElement.scrollWidth,
      beyond: [...document.body.querySelectorAll("*")]
        .filter(element => seen(element) && !element.closest(".scroll, .unseen, svg"))
        .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
        .map(element => `${element.tagName} ${shortened(element)}`),
    }),

    overlaps: () => charts().flatMap(chart => {
      const boxes = texts(chart).map(text => [shortened(text), text.getBoundingClientRect()]);
      return boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
        .map(([other, b]) => [one, other,
          Math.min(a.right, b.right) - Math.max(a.left, b.left),
          Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)])
        .filter(([, , across, down]) => across > 1 && down > 1)
        .map(([one, other, across, down]) =>
          `${named(chart)}: "${one}" and "${other}" by ${across.toFixed(1)} x ${down.toFixed(1)} px`));
    }),

    small: least => charts().flatMap(chart => texts(chart)
      .map(text => {
        const { a, b, c, d } = text.getScreenCTM();
        return [text, parseFloat(getComputedStyle(text).fontSize) * Math.sqrt(Math.abs(a * d - b * c))];
      })
      .filter(([, size]) => size < least)
      .map(([text, size]) => `${named(chart)}: "${shortened(text)}" at ${size.toFixed(2)} px`)),

    outside: () => charts().flatMap(chart => {
      const box = chart.getBoundingClientRect();
      return texts(chart).map(text => [text, text.getBoundingClientRect()])
        .filter(([, its]) => its.left < Math.max(0, box.left - 4) - 1 || its.right > Math.min(innerWidth, box.right + 4) + 1
          || its.top < box.top - 1 || its.bottom > box.bottom + 1)
        .map(([text]) => `${named(chart)}: "${shortened(text)}"`);
    }),

    // Every text of a chart at five points against all that is painted beneath it. The window must hold the page.
    faint: least => {
      document.adoptedStyleSheets = [all];
      const found = charts().flatMap(chart => texts(chart).map(text => {
        const box = text.getBoundingClientRect();
        const style = getComputedStyle(text);
        const ink = faded(colour(style.fill), style.fillOpacity * opacity(text));
        const ratios = [[0.5, 0.5], [0.05, 0.5], [0.95, 0.5], [0.5, 0.25], [0.5, 0.75]].flatMap(([across, down]) =>
          grounds(box.left + across * box.width, box.top + down * box.height)
            .map(ground => contrast(over(ink, ground), ground)));
        return [text, Math.min(...ratios)];
      }).filter(([, ratio]) => !(ratio >= least))
        .map(([text, ratio]) => `${named(chart)}: "${shortened(text)}" ${ratio.toFixed(2)}:1`));
      document.adoptedStyleSheets = [];
      return found;
    },

    // Where the keyboard is: past the last element, on something closed, or elsewhere.
    focus: () => document.activeElement === document.body ? "end"
      : document.activeElement.matches("details:not([open]) > summary") ? "closed" : "",

    texts: () => charts().flatMap(texts).length,
    fetched: () => performance.getEntriesByType("resource").map(entry => entry.name),
  };
})()
