// At which place each label is said.

const kPlaceRow = 20;

function drawOrder(svg, width, data, order) {
  const places = order[0].places.length;
  const names = order.map((entry) => data.labels[entry.label]);
  const left = Math.min(width * 0.34, Math.max(...names.map(measure)) + 10);
  const right = 84;
  const size = Math.min(70, (width - left - right) / places);
  for (let i = 0; i < places; ++i) svg.append(text(left + (i + 0.5) * size, 14, String(i + 1), { class: "small", "text-anchor": "middle" }));
  svg.append(text(left + places * size + 8, 14, "mean", { class: "small" }));
  order.forEach((entry, row) => {
    const y = 22 + row * kPlaceRow;
    svg.append(text(left - 6, y + 14, fitted(names[row], left - 10), { "text-anchor": "end" }));
    entry.places.forEach((count, i) => {
      const share = count / entry.images;
      const cell = shape("rect", { x: left + i * size + 0.5, y: y + 0.5, width: size - 1, height: kPlaceRow - 1, rx: 2, fill: "currentcolor" });
      cell.setAttribute("fill-opacity", 0.05 + 0.85 * share);
      const words = `${names[row]}: ${counted(count, "time")} of ${entry.images} at place ${i + 1}`;
      svg.append(shape("g", { class: "accent" }, count > 0 ? titled(cell, words) : cell));
    });
    const mean = shape("tspan", {}, entry.mean.toFixed(1));
    const images = shape("tspan", { class: "small" }, ` of ${entry.images}`);
    svg.append(shape("text", { x: left + places * size + 8, y: y + 14 }, mean, images));
  });
}

function order(data, result) {
  place("order").hidden = !result.order || result.order.length === 0;
  if (place("order").hidden) return;
  const classifier = result.search === "threshold";
  place("order-about").textContent = classifier
    ? "A classifier's labels come in the order of falling probability. The stronger a cell, the more often the label stood there. On the right is its mean place, and of how many images it was said."
    : "The stronger a cell, the more often the label was emitted at that place of the sequence. On the right is its mean place, and of how many images it was said.";
  const entries = result.order;
  chart(place("order-plot"), {
    label: `Mean places of labels: ${entries.map((entry) => `${data.labels[entry.label]} ${entry.mean.toFixed(1)}`).join(", ")}`,
    height: 26 + entries.length * kPlaceRow,
    draw: (svg, width) => drawOrder(svg, width, data, entries),
  });
}
