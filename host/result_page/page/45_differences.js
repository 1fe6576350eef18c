// What each result differs by from one of them, by the paired bootstrap: its intervals are narrower than those of the scores.

// Nothing has no sign.
function signed(figure, value) {
  const size = figureText(figure, Math.abs(value));
  const sign = value < 0 ? "−" : "+";
  return Number(size) === 0 ? size : sign + size;
}

function differenceCell(figure, value) {
  if (!value) return "–";
  const words = signed(figure, value.difference) + (value.differs ? " *" : "");
  const interval = `${signed(figure, value.low)} to ${signed(figure, value.high)}`;
  return [value.differs ? element("strong", {}, words) : words, element("span", { class: "interval" }, interval)];
}

function differenceTable({ reference, split, others, confidence, draws }) {
  const columns = [{ title: "result", value: (other) => other.name, cell: (other) => element("bdi", {}, other.name) }];
  for (const [figure, group, title, about] of kFigures.filter(([name]) => /f1$|n_plus|map/.test(name)))
    columns.push({
      title: [group, title].filter((word) => word).join(" "),
      about,
      number: true,
      value: (other) => other.figures[figure]?.difference,
      cell: (other) => differenceCell(figure, other.figures[figure]),
    });
  const host = element("div", { class: "card" });
  place("differences").append(host);
  const caption = [
    "Differences from ",
    element("bdi", {}, reference),
    ` on the same images of ${split}, each with its interval (paired bootstrap, ${draws.toLocaleString("en")} draws). * The interval leaves out 0, and p is below ${Number((1 - confidence).toPrecision(4))}.`,
  ];
  table(host, columns, others, { sort: 1, caption: element("span", {}, ...caption) });
}

function differences(data) {
  if (data.differences.length === 0) return hide("differences");
  for (const each of data.differences) differenceTable(each);
}
