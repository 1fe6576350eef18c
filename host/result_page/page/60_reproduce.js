// Command lines, versions and records: what it takes to get the same results.

function command(words) {
  return element("pre", {}, element("code", {}, words));
}

function fileCard(file) {
  const unknown = element("p", { class: "note" }, "The command that wrote it is not recorded (format 2).");
  return element(
    "div",
    { class: "card" },
    element("h3", {}, element("bdi", {}, file.path)),
    element("p", { class: "about" }, `Written by tagloom ${file.tagloom}.`),
    file.command ? command(file.command) : unknown,
  );
}

function recordTable(record) {
  return element(
    "table",
    { class: "record" },
    element("tbody", {}, Object.entries(record).map(([name, value]) => element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value === "" ? "–" : value)))),
  );
}

function modelCard(result) {
  const facts = [
    result.method,
    result.parameters ? `${result.parameters.toLocaleString("en")} parameters` : null,
    result.record.seed !== undefined ? `seed ${result.record.seed}` : null,
    result.selected_on ? `epoch chosen on ${result.selected_on}` : null,
    result.record.tagloom ? `trained by tagloom ${result.record.tagloom}` : null,
    result.record.libtorch ? `LibTorch ${result.record.libtorch}` : null,
    result.seconds ? `scored in ${result.seconds.toFixed(1)} s` : null,
  ].filter((fact) => fact);
  return element(
    "div",
    { class: "card" },
    element("h3", {}, element("bdi", {}, result.cell ?? result.model)),
    element("p", { class: "about" }, facts.join(", ")),
    command(result.training_command),
    element("details", {}, element("summary", {}, "Everything that its checkpoint records"), recordTable(result.record)),
  );
}

function reproduce(data) {
  const models = data.results.filter((result, i) => !result.baseline && data.results.findIndex((other) => other.model === result.model && other.training_command === result.training_command) === i);
  place("recipes").replaceChildren(element("h3", {}, "Scored by"), ...data.files.map(fileCard), element("h3", {}, "Trained by"), element("p", { class: "about" }, "Checkpoints do not record where files lay: DATA, CACHE and MODEL stand for the data set, its feature cache and the checkpoint."), ...models.map(modelCard));
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((details) => (details.open = true)));
}
