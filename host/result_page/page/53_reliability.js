// Whether confidences are worth what they say.

function drawReliability(svg, width, height, sides) {
  const left = 40;
  const size = Math.min(width - left - 8, height - 60);
  const x = linear([0, 1], [left, left + size]);
  const y = linear([0, 1], [12 + size, 12]);
  const fifths = [0, 0.2, 0.4, 0.6, 0.8, 1];
  axisBelow(svg, x, fifths, 12, 12 + size);
  axisBeside(svg, y, fifths, left, left + size);
  svg.append(
    line(x(0), y(0), x(1), y(1), { class: "dashed" }),
    text(left + size / 2, 12 + size + 36, "confidence", { class: "small", "text-anchor": "middle" }),
    text(left + 6, 26, "share that is right", { class: "small" }),
  );
  sides.forEach(({ bins, index }) => {
    const filled = bins.filter((bin) => bin.labels > 0);
    const most = Math.max(...filled.map((bin) => bin.labels));
    const group = shape("g", { class: series(index) });
    group.append(shape("polyline", { points: filled.map((bin) => `${x(bin.confidence)},${y(bin.right / bin.labels)}`).join(" "), class: "curve", stroke: "currentcolor", opacity: 0.5 }));
    for (const bin of filled) {
      const words = `confidence ${bin.confidence.toFixed(2)}: ${bin.right} of ${counted(bin.labels, "label")} right`;
      group.append(titled(mark(index, x(bin.confidence), y(bin.right / bin.labels), 3 + 6 * Math.sqrt(bin.labels / most)), words));
    }
    svg.append(group);
  });
}

function reliability(data, result) {
  const found = result.confidences;
  place("confidence").hidden = !found;
  if (!found) return;
  const sides = [{ name: "as the model has it", index: 1, ...found.uncalibrated }];
  if (found.calibrated) sides.unshift({ name: "calibrated", index: 0, ...found.calibrated });
  const names = sides.map((side) => [`${side.name}: expected calibration error ${side.expected_calibration_error.toFixed(3)}`, side.index]);
  const host = element("div");
  place("reliability").replaceChildren(key(names), host);
  chart(host, {
    label: `Reliability diagram. ${names.map(([name]) => name).join("; ")}`,
    height: (width) => Math.min(width - 48, 460) + 60,
    draw: (svg, width, height) => drawReliability(svg, width, height, sides),
  });
}
