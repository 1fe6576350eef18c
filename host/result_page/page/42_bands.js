// Precision, recall and F1 of rare, middle and frequent labels.

const kBar = 16;

function drawBands(svg, width, height, results, [figure, title]) {
  svg.append(text(0, 14, title, { class: "title" }));
  const x = linear([0, 1], [0, width - 44]);
  let y = 26;
  results[0].bands.forEach((band, i) => {
    const [fewest, most] = band.train_images;
    svg.append(text(0, y + 12, fitted(`${band.name}: ${band.labels} labels, ${fewest}–${most} images`, width), { class: "small" }));
    y += 20;
    results.forEach((result, index) => {
      const value = result.bands[i]?.per_class[figure] ?? 0;
      const group = shape("g", { class: series(result.index) });
      group.append(
        shape("rect", { x: 0, y, width: x(1), height: kBar - 3, fill: "currentcolor", opacity: 0.12 }),
        titled(shape("rect", { x: 0, y, width: Math.max(1, x(value)), height: kBar - 3, fill: "currentcolor" }), result.name),
      );
      svg.append(group, text(x(1) + 6, y + 11, value.toFixed(3)));
      y += kBar;
    });
    y += 10;
  });
}

function bands(data) {
  const results = data.results.map((result, index) => ({ ...result, index })).filter((result) => !result.baseline && result.bands.length > 0);
  if (results.length === 0) return hide("bands");
  place("band-key").replaceChildren(key(results.map((result) => [result.name, result.index])));
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
