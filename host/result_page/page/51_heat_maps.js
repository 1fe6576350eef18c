// Which labels are taken for one another, and which are said together: counts between labels as shades.

function drawMatrix(svg, width, names, { cells, words, tone }) {
  const left = Math.min(width * 0.3, Math.max(...names.map(measure)) + 8);
  const size = Math.min(30, Math.floor((width - left) / names.length));
  const top = Math.min(120, Math.max(...names.map(measure)) + 8);
  const most = Math.max(1, ...cells.flat().map(Math.abs));
  names.forEach((name, i) => {
    const middle = i * size + size / 2 + 4;
    svg.append(
      text(left - 6, top + middle, fitted(name, left - 8), { "text-anchor": "end" }),
      text(0, 0, fitted(name, top - 8), { transform: `translate(${left + middle} ${top - 5}) rotate(-90)` }),
    );
  });
  cells.forEach((row, i) =>
    row.forEach((count, j) => {
      const [x, y] = [left + j * size, top + i * size];
      const cell = shape("rect", { x: x + 0.5, y: y + 0.5, width: size - 1, height: size - 1, rx: 2, fill: "currentcolor" });
      cell.setAttribute("fill-opacity", count === 0 ? 0.05 : 0.15 + 0.75 * (Math.abs(count) / most));
      const group = shape("g", { class: count === 0 ? "s7" : tone(count) }, count === 0 ? cell : titled(cell, words(i, j, count)));
      // Fewer is hollow, so that no colour is needed to tell.
      if (count < 0 && size >= 10 && size < 20) group.append(shape("rect", { x: x + size / 2 - 2.5, y: y + size / 2 - 2.5, width: 5, height: 5, fill: "none", stroke: "var(--ink)" }));
      svg.append(group);
      if (count !== 0 && size >= 20)
        svg.append(text(x + size / 2, y + size / 2 + 4, String(count).replace("-", "−"), { "text-anchor": "middle", style: Math.abs(count) / most > 0.55 ? "fill: var(--surface)" : null }));
    }),
  );
  return top + names.length * size + 4;
}

function matrixHeight(names, width) {
  const widest = Math.max(...names.map(measure)) + 8;
  const size = Math.min(30, Math.floor((width - Math.min(width * 0.3, widest)) / names.length));
  return Math.min(120, widest) + names.length * size + 4;
}

function matrix(id, names, matrix, how, label) {
  chart(place(id), {
    label: `${label}; the list below has the largest`,
    height: (width) => matrixHeight(names, width),
    draw: (svg, width) => drawMatrix(svg, width, names, { cells: matrix.counts, ...how }),
  });
}

// The largest counts in words. A symmetric matrix has each pair once.
function largest({ counts }, symmetric) {
  const all = [];
  counts.forEach((row, i) => row.forEach((count, j) => count !== 0 && (!symmetric || i < j) && all.push([count, i, j])));
  return all.sort(([a], [b]) => Math.abs(b) - Math.abs(a)).slice(0, 8);
}

function mistakes(data, result) {
  if (!result.confusion || result.confusion.labels.length === 0) return hide("mistakes");
  place("mistakes").hidden = false;
  const namesOf = ({ labels }) => labels.map((label) => data.labels[label]);
  const confused = namesOf(result.confusion);
  const instead = (i, j, count) => `${confused[j]} instead of ${confused[i]}: ${counted(count, "image")}`;
  matrix("confusion", confused, result.confusion, { words: instead, tone: () => "accent" }, "Labels said instead of others");
  place("confusion-list").replaceChildren(
    element("ol", { class: "pairs" }, largest(result.confusion, false).map(([count, i, j]) => element("li", {}, instead(i, j, count)))),
  );
  const together = namesOf(result.company);
  const company = (i, j, count) => `${together[i]} and ${together[j]}: ${counted(Math.abs(count), "image")} ${count > 0 ? "more" : "fewer"}`;
  place("company").parentElement.hidden = together.length === 0;
  if (together.length === 0) return;
  const tone = (count) => (count > 0 ? "more-often" : "less-often");
  matrix("company", together, result.company, { words: company, tone }, "Labels said together more or less often than they are together");
  place("company-list").replaceChildren(
    element("ol", { class: "pairs" }, largest(result.company, true).map(([count, i, j]) => element("li", {}, `${count > 0 ? "▲" : "▽"} ${company(i, j, count)}`))),
  );
}
