// The table of scores, and one score of all results with its intervals.

function drawIntervals(svg, width, height, results, figure) {
  const values = results.map((result) => result.scores[figure] ?? []);
  const numbers = values.flat().filter((value) => value !== null && value !== undefined);
  const low = Math.max(0, Math.min(...numbers));
  const high = Math.max(...numbers);
  const margin = (high - low) * 0.06 || high * 0.1 || 1;
  const x = linear([Math.max(0, low - margin), high + margin], [8, width - 14]);
  const bottom = height - 24;
  axisBelow(svg, x, ticks(Math.max(0, low - margin), high + margin, width / 90), 0, bottom);
  results.forEach((result, i) => {
    const y = 44 * i + 32;
    const [value, from, to] = values[i];
    const group = shape("g", { class: series(result.series) });
    svg.append(text(8, y - 14, fitted(result.name, width - 16, 14)), group);
    if (value === undefined || value === null) {
      svg.append(text(8, y + 4, "not known", { class: "small" }));
      return;
    }
    if (from !== undefined)
      group.append(line(x(from), y, x(to), y, { stroke: "currentcolor", "stroke-width": 3, "stroke-linecap": "round" }));
    const words = `${result.name}: ${figureText(figure, value)} (${intervalText(figure, values[i])})`;
    group.append(titled(mark(result.series, x(value), y, 6), words));
  });
}

// Without baselines: beside them, all others would be one dot.
function scorePlot(all) {
  const results = all.filter((result) => !result.baseline);
  const select = place("figure");
  for (const [figure, , , words] of kFigures)
    if (results.some((result) => result.scores[figure] !== undefined)) select.append(element("option", { value: figure }, words));
  select.value = "per_class.f1";
  const draw = () =>
    chart(place("score-plot"), {
      label: `${select.selectedOptions[0].textContent} of all results, with intervals; the table below has the numbers`,
      height: 44 * results.length + 36,
      draw: (svg, width, height) => drawIntervals(svg, width, height, results, select.value),
    });
  select.addEventListener("change", draw);
  draw();
}

function resultCell(result) {
  const about = [result.method, result.search, result.split].filter((word) => word).join(", ");
  return [element("bdi", {}, result.name), element("span", { class: "interval" }, about)];
}

function scoreTable(results, confidence) {
  const columns = [{ title: "result", value: (result) => result.name, cell: resultCell }];
  for (const [figure, group, title, about] of kFigures)
    columns.push({
      title,
      group,
      about,
      number: true,
      value: (result) => result.scores[figure]?.[0],
      cell: (result) => {
        const scores = result.scores[figure] ?? [];
        return [figureText(figure, scores[0]), element("span", { class: "interval" }, intervalText(figure, scores))];
      },
    });
  const percent = Number((100 * confidence).toPrecision(4));
  return table(place("score-table"), columns, results, {
    sort: 3,
    caption: `All scores; below each its ${percent} % interval. A click on a head sorts.`,
  });
}

function scores(data) {
  scorePlot(data.results);
  const made = scoreTable(data.results, data.confidence);
  window.addEventListener("beforeprint", () => made.asCards(true));
  window.addEventListener("afterprint", () => made.asCards(false));
  const notes = data.results.flatMap((result) => result.notes.map((note) => `${result.name}: ${note}`));
  const failures = data.files.flatMap((file) => file.failures.map((failure) => `Could not be scored: ${failure}`));
  place("notes").append(...[...failures, ...notes].map((note) => element("li", {}, note)));
}
