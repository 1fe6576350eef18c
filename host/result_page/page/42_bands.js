// Precision, recall and F1 of rare, middle and frequent labels.

const kBar = 16;

// Results of one model have one colour: the second and those after it are paler.
function bar(turn, attributes) {
  return shape("rect", { fill: "currentcolor", "fill-opacity": [1, 0.65, 0.4, 0.2][turn % 4], stroke: "currentcolor", ...attributes });
}

function drawBands(svg, width, height, results, [figure, title]) {
  svg.append(text(0, 14, title, { class: "title" }));
  const x = linear([0, 1], [0, width - 44]);
  let y = 26;
  results[0].bands.forEach((band, i) => {
    const [fewest, most] = band.train_images;
    svg.append(text(0, y + 12, fitted(`${band.name}: ${band.labels} labels, ${fewest}–${most} images`, width), { class: "small" }));
    y += 20;
    results.forEach((result) => {
      const value = result.bands[i]?.per_class[figure] ?? 0;
      const group = shape("g", { class: series(result.series) });
      group.append(
        shape("rect", { x: 0, y, width: x(1), height: kBar - 3, fill: "currentcolor", opacity: 0.12 }),
        titled(bar(result.turn, { x: 0.5, y: y + 0.5, width: Math.max(0.5, x(value) - 0.5), height: kBar - 4 }), result.name),
      );
      svg.append(group, text(x(1) + 6, y + 11, value.toFixed(3)));
      y += kBar;
    });
    y += 10;
  });
}

function bands(data) {
  const results = data.results.filter((result) => !result.baseline && result.bands.length > 0);
  if (results.length === 0) return hide("bands");
  place("band-key").replaceChildren(key(results.map((result) => [result.name, result.series, result.turn]), (index, turn) => bar(turn, { x: 1, y: 2, width: 14, height: 12 })));
  for (const figure of [["precision", "Precision"], ["recall", "Recall"], ["f1", "F1"]]) {
    const host = element("div");
    place("band-plots").append(host);
    chart(host, {
      label: `${figure[1]} of rare, middle and frequent labels: ` + results.map((result) => `${result.name} ${result.bands.map((band) => `${band.name} ${band.per_class[figure[0]].toFixed(3)}`).join(", ")}`).join("; "),
      height: 26 + results[0].bands.length * (30 + results.length * kBar),
      draw: (svg, width, height) => drawBands(svg, width, height, results, figure),
    });
  }
}
