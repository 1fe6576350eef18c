// How training went: loss and scores by epoch, from the log beside each checkpoint.

function finite(value) {
  return value !== null && value !== undefined && Number.isFinite(value);
}

function drawCurves(svg, width, height, curves, [name, title]) {
  const points = curves.map(({ epochs }) => epochs.map((epoch, i) => [i + 1, epoch[name], epoch]).filter(([, value]) => finite(value)));
  const values = points.flat().map(([, value]) => value);
  svg.append(text(0, 14, title, { class: "title" }));
  if (values.length === 0) return;
  const top = name === "loss" ? Math.max(...values) : Math.min(1, Math.max(...values) * 1.05) || 1;
  const low = name === "loss" ? Math.min(0, ...values) : 0;
  const longest = Math.max(2, ...points.map((each) => each.length));
  const left = 38;
  const bottom = height - 38;
  const x = linear([1, longest], [left + 4, width - 8]);
  const y = linear([low, top], [bottom, 28]);
  axisBeside(svg, y, ticks(low, top, 4), left, width);
  axisBelow(svg, x, ticks(1, longest, Math.min(longest - 1, width / 50)).filter(Number.isInteger), bottom, bottom + 3);
  svg.append(text((left + width) / 2, height - 4, "epoch", { class: "small", "text-anchor": "middle" }));
  curves.forEach(({ series: index }, i) => {
    const group = shape("g", { class: series(index) });
    const path = points[i].map(([at, value]) => `${x(at)},${y(value)}`).join(" ");
    group.append(shape("polyline", { points: path, class: "curve", stroke: "currentcolor" }));
    points[i].forEach(([at, value, epoch]) =>
      group.append(titled(mark(index, x(at), y(value), 2.2, { class: null }), `epoch ${at} (${epoch.stage}): ${value}`)),
    );
    // Of the epochs that were the best so far, the last was kept.
    const kept = points[i].filter(([, , epoch]) => epoch.best).at(-1);
    if (kept) group.append(shape("circle", { cx: x(kept[0]), cy: y(kept[1]), r: 7, fill: "none", stroke: "currentcolor", "stroke-width": 2 }));
    svg.append(group);
  });
}

// One a log: a model that was scored several times was trained once.
function curvesOf(results) {
  const curves = [];
  results.forEach((result) => {
    if (!result.curve || curves.some((other) => other.log === result.curve.log)) return;
    curves.push({ ...result.curve, series: result.series, name: result.cell ?? result.model.split("/").at(-1) });
  });
  return curves;
}

function curves(data) {
  const all = curvesOf(data.results);
  const without = data.results.filter((result) => !result.baseline && !result.curve).map((result) => result.name);
  const why = "their training logs (MODEL.log.csv) lie neither beside the model nor beside the result";
  if (without.length > 0)
    place("curves").append(element("p", { class: "note" }, `No curves of ${without.join(", ")}: ${why}.`));
  if (all.length === 0) return place("curves").querySelector(".card").remove();
  const lined = (index) => shape("g", {}, line(0, 8, 16, 8, { class: "curve", stroke: "currentcolor" }), mark(index, 8, 8, 4));
  place("curve-key").replaceChildren(key(all.map(({ name, series: index }) => [name, index]), lined));
  for (const figure of [["loss", "Loss"], ["per_class.f1", "Per-class F1"], ["map", "mAP"]]) {
    const host = element("div");
    place("curve-plots").append(host);
    chart(host, {
      label: `${figure[1]} by epoch, a line a model`,
      height: (width) => Math.min(280, Math.max(200, width * 0.7)),
      draw: (svg, width, height) => drawCurves(svg, width, height, all, figure),
    });
  }
}
