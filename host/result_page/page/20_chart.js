// A drawing as wide as its place, drawn anew when that changes, with axes and marks that several drawings share.

function chart(host, { label, height, draw }) {
  let drawn = 0;
  const redraw = () => {
    const width = Math.floor(host.clientWidth - 2 * parseFloat(getComputedStyle(host).paddingLeft || 0));
    if (width < 40 || width === drawn) return;
    drawn = width;
    const high = typeof height === "function" ? height(width) : height;
    const svg = shape("svg", { width, height: high, viewBox: `0 0 ${width} ${high}`, role: "img", "aria-label": label });
    draw(svg, width, high);
    host.replaceChildren(svg);
  };
  if (host.observer) host.observer.disconnect();
  // Within the observer, drawing would change what it observes.
  host.observer = new ResizeObserver(() => requestAnimationFrame(redraw));
  host.observer.observe(host);
  redraw();
}

function linear([low, high], [from, to]) {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

function logarithmic([low, high], range) {
  const inner = linear([Math.log(low), Math.log(high)], range);
  return (value) => inner(Math.log(value));
}

// Round numbers from low to high, about `count` of them, and three at least where there are so many.
function ticks(low, high, count) {
  const rough = (high - low) / Math.max(1, count) || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => each >= rough * 0.999);
  const all = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i) all.push(Number((i * step).toPrecision(12)));
  return all.length < 3 && count < 12 && high > low ? ticks(low, high, count * 1.5) : all;
}

function text(x, y, content, attributes = {}) {
  return shape("text", { x, y, ...attributes }, content);
}

function line(x1, y1, x2, y2, attributes = {}) {
  return shape("line", { x1, y1, x2, y2, ...attributes });
}

// Grid lines with their numbers below a plot, and beside it.
function axisBelow(svg, scale, values, top, bottom, format = String) {
  for (const value of values)
    svg.append(
      line(scale(value), top, scale(value), bottom, { class: "grid" }),
      text(scale(value), bottom + 16, format(value), { class: "small", "text-anchor": "middle" }),
    );
}

function axisBeside(svg, scale, values, left, right, format = String) {
  for (const value of values)
    svg.append(
      line(left, scale(value), right, scale(value), { class: "grid" }),
      text(left - 6, scale(value) + 4, format(value), { class: "small", "text-anchor": "end" }),
    );
}

// Results differ in the shapes of their marks, too: colours alone do not tell them apart for everybody.
function mark(index, x, y, size = 5, attributes = {}) {
  const common = { fill: "currentcolor", class: "ground", ...attributes };
  const polygon = (points) =>
    shape("polygon", { points: points.map(([dx, dy]) => `${x + dx * size},${y + dy * size}`).join(" "), ...common });
  switch ((index + Math.floor(index / 8)) % 4) {
    case 1:
      return polygon([[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]]);
    case 2:
      return polygon([[0, -1.25], [1.15, 0.85], [-1.15, 0.85]]);
    case 3:
      return polygon([[0, -1.35], [1.35, 0], [0, 1.35], [-1.35, 0]]);
    default:
      return shape("circle", { cx: x, cy: y, r: size, ...common });
  }
}

function titled(node, words) {
  node.append(shape("title", {}, words));
  return node;
}

function marked(index) {
  return mark(index, 8, 8, 5.5);
}

// Names beside what stands for them: [[name, index, ...], ...], drawn by `sign(index, ...)` on 16 by 16.
function key(entries, sign = marked) {
  return element(
    "ul",
    { class: "key" },
    entries.map(([name, index, ...more]) =>
      element(
        "li",
        { class: series(index) },
        shape("svg", { width: 16, height: 16, "aria-hidden": "true" }, sign(index, ...more)),
        element("span", {}, name),
      ),
    ),
  );
}

// How wide a text of the usual size is, and the text cut to a width, before its last `end` letters.
const measure = (() => {
  const context = document.createElement("canvas").getContext("2d");
  return (words) => {
    context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    return context.measureText(words).width;
  };
})();

function fitted(words, width, end = 0) {
  if (measure(words) <= width) return words;
  const letters = [...words];
  const last = letters.splice(letters.length - end, end).join("");
  while (letters.length > 1 && measure(`${letters.join("")}…${last}`) > width) letters.pop();
  return `${letters.join("")}…${last}`;
}
