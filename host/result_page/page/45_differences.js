// What each result differs by from the first, by the paired bootstrap: its intervals are narrower than those of the scores.

function signed(figure, value) {
  const sign = value < 0 ? "−" : "+";
  return sign + figureText(figure, Math.abs(value));
}

function differenceCell(figure, value) {
  if (!value) return "–";
  const certain = value.low > 0 || value.high < 0;
  const words = signed(figure, value.difference) + (certain ? " *" : "");
  const interval = `${signed(figure, value.low)} to ${signed(figure, value.high)}`;
  return [certain ? element("strong", {}, words) : words, element("span", { class: "interval" }, interval)];
}

function differenceTable({ reference, split, others }, draws) {
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
    ` on the same images of ${split}, each with its interval (paired bootstrap, ${draws.toLocaleString("en")} draws). * The interval leaves out 0.`,
  ];
  table(host, columns, others, { sort: 1, caption: element("span", {}, ...caption) });
}

function differences(data) {
  if (data.differences.length === 0) return hide("differences");
  for (const each of data.differences) differenceTable(each, data.draws);
}
