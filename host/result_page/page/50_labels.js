// Every label of one result: a drawing and a table.

function drawLabels(svg, width, height, labels) {
  const most = Math.max(2, ...labels.map((label) => label.train));
  const left = 34;
  const bottom = height - 40;
  const x = logarithmic([0.8, most * 1.2], [left, width - 4]);
  const y = linear([0, 1], [bottom, 8]);
  axisBeside(svg, y, [0, 0.25, 0.5, 0.75, 1], left, width);
  const powers = [1, 3, 10, 30, 100, 300, 1000, 3000, 1e4, 3e4, 1e5, 1e6].filter((value) => value <= most * 1.2);
  axisBelow(svg, x, powers, 8, bottom, (value) => value.toLocaleString("en"));
  svg.append(
    text((left + width) / 2, height - 4, "training images", { class: "small", "text-anchor": "middle" }),
    text(left + 4, 18, "F1", { class: "small" }),
  );
  const group = shape("g", { class: "accent" });
  for (const label of labels) {
    const words = `${label.name}: F1 ${label.f1.toFixed(3)}, ${counted(label.train, "training image")}, ${counted(label.actual, "image")} here`;
    const dot = shape("circle", { cx: x(Math.max(label.train, 0.9)), cy: y(label.f1), r: 4.5, fill: "currentcolor", "fill-opacity": 0.45 });
    group.append(titled(dot, words));
  }
  svg.append(group);
}

function labelColumns(labels) {
  const column = (title, about, value, text) => ({ title, about, number: true, value, cell: (label) => text(value(label)) });
  const share = (value) => (value === undefined ? "–" : value.toFixed(3));
  const columns = [{ title: "label", value: (label) => label.name, cell: (label) => element("bdi", {}, label.name) }];
  if (labels[0]?.train !== undefined) columns.push(column("train", "training images that have it", (label) => label.train, String));
  columns.push(
    column("have it", "images here that have it", (label) => label.actual, String),
    column("said", "images that were given it", (label) => label.predicted, String),
    column("right", "images that were given it and have it", (label) => label.right, String),
    column("P", "precision", (label) => label.precision, share),
    column("R", "recall", (label) => label.recall, share),
    {
      ...column("F1", "harmonic mean of both", (label) => label.f1, share),
      cell: (label) => [share(label.f1), label.interval && label.actual > 0 ? element("span", { class: "interval" }, intervalText("", label.interval)) : null],
    },
  );
  return columns;
}

function labels(data, result) {
  const all = result.labels.map((label, i) => ({ ...label, name: data.labels[i] })).filter((label) => label.actual > 0 || label.predicted > 0);
  const plot = place("label-plot");
  plot.hidden = all.some((label) => label.train === undefined);
  if (!plot.hidden)
    chart(plot, {
      label: `F1 of ${all.length} labels by their number of training images; the table below has the numbers`,
      height: (width) => Math.min(360, Math.max(220, width * 0.5)),
      draw: (svg, width, height) => drawLabels(svg, width, height, all),
    });
  const search = element("input", { type: "search", autocomplete: "off", placeholder: "all" });
  const host = element("div");
  place("label-table").replaceChildren(element("label", { class: "choice" }, "Labels with ", search), host);
  const columns = labelColumns(all);
  const unseen = data.labels.length - all.length;
  const made = table(host, columns, all, {
    sort: columns.findIndex((column) => column.title === "have it"),
    limit: 15,
    filter: (label) => label.name.toLowerCase().includes(search.value.trim().toLowerCase()),
    caption: unseen > 0 ? `${counted(unseen, "label")} that no image here has, and none was given, ${unseen === 1 ? "is" : "are"} left out.` : null,
  });
  search.addEventListener("input", made.update);
  onPaper(() => made.showAll(true), () => made.showAll(false));
}

// Paper shows everything; the page afterwards what it showed. The last result that was chosen counts.
let paper = null;
function onPaper(before, after) {
  if (paper === null) {
    window.addEventListener("beforeprint", () => paper.before());
    window.addEventListener("afterprint", () => paper.after());
  }
  paper = { before, after };
}
