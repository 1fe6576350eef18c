// Elements, and words for what is in the data. Text from outside becomes text nodes and attributes, never markup.

const kSvg = "http://www.w3.org/2000/svg";

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== null) node.setAttribute(name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function shape(name, attributes = {}, ...children) {
  return filled(document.createElementNS(kSvg, name), attributes, children);
}

function place(id) {
  return document.getElementById(id);
}

function hide(id) {
  place(id).hidden = true;
}

// By name: the group of the table's head, the head itself, and both in words.
const kFigures = [
  ["per_class.precision", "per class", "P", "Per class: precision"],
  ["per_class.recall", "per class", "R", "Per class: recall"],
  ["per_class.f1", "per class", "F1", "Per class: F1"],
  ["per_class.mean_of_f1", "per class", "mF1", "Per class: mean of the labels' F1"],
  ["n_plus", null, "N+", "N+: labels said rightly at least once"],
  ["micro.precision", "micro", "P", "Per image (micro): precision"],
  ["micro.recall", "micro", "R", "Per image (micro): recall"],
  ["micro.f1", "micro", "F1", "Per image (micro): F1"],
  ["example_based.precision", "example", "P", "Example-based: precision"],
  ["example_based.recall", "example", "R", "Example-based: recall"],
  ["example_based.f1", "example", "F1", "Example-based: F1"],
  ["map", null, "mAP", "mAP: mean average precision"],
];

function figureText(figure, value) {
  if (value === undefined || value === null) return "–";
  return figure === "n_plus" ? String(Math.round(value)) : value.toFixed(3);
}

function intervalText(figure, [, low, high]) {
  return low === undefined ? "" : `${figureText(figure, low)}–${figureText(figure, high)}`.replaceAll("0.", ".");
}

function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

// The number of each result's model, which its colour and mark follow from in all drawings, and which of the model's
// results it is.
function numbered(results) {
  const models = [];
  for (const result of results.filter((each) => !each.baseline)) {
    const model = JSON.stringify([result.model, result.training_command]);
    if (!models.includes(model)) models.push(model);
    result.series = models.indexOf(model);
    result.turn = results.filter((other) => other.series === result.series).length - 1;
  }
}

// The class of a series: its colour and, where colours come again, the dashes of its lines.
function series(index) {
  return `s${index % 8} dashes${Math.floor(index / 8) % 4}`;
}
