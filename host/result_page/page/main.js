// The page, from the data that it carries.

const data = JSON.parse(place("data").textContent);

function head() {
  const models = data.results.filter((result) => !result.baseline);
  const images = [...new Set(models.map((result) => `${counted(result.images, "image")} of ${result.split}`))];
  document.title = `${data.title} – tagloom report`;
  place("title").textContent = data.title;
  place("subtitle").textContent = `${images.join(", ")}; ${counted(data.labels.length, "label")}`;
  place("made").textContent = `Made by tagloom report ${data.tagloom}. Intervals: ${Number((100 * data.confidence).toPrecision(4))} %, from ${data.draws.toLocaleString("en")} bootstrap draws of the images.`;
  for (const section of document.querySelectorAll("main [id]")) {
    const title = section.querySelector(":scope > h2");
    if (title && !section.hidden) place("contents").append(element("li", {}, element("a", { href: `#${section.id}` }, section.dataset.short ?? title.textContent)));
  }
}

// What is below it is of one result.
function showResult(result) {
  labels(data, result);
  mistakes(data, result);
  order(data, result);
  reliability(data, result);
  pictures(data, result);
}

function chooser() {
  const models = data.results.filter((result) => !result.baseline);
  const select = element("select", { id: "result" }, models.map((result, i) => element("option", { value: i }, result.name)));
  select.addEventListener("change", () => showResult(models[select.value]));
  place("chooser").hidden = models.length < 2;
  place("chooser").append(element("label", { class: "choice" }, "Below, you see ", select));
  showResult(models[0]);
}

numbered(data.results);
scores(data);
differences(data);
curves(data);
bands(data);
viewer.prepare();
chooser();
reproduce(data);
head();
document.documentElement.dataset.drawn = "yes";
