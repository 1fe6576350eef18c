// The best and the worst pictures, as cards, and one of them large.

function tagList(data, card) {
  const tag = (kind, sign, words, label) =>
    element("li", { class: kind }, element("span", { "aria-hidden": "true" }, `${sign} `), element("bdi", {}, data.labels[label]), element("span", { class: "spoken" }, ` (${words})`));
  return element(
    "ul",
    { class: "tags" },
    card.tags.map(({ label, right }) => (right ? tag("right", "✓", "right", label) : tag("wrong", "✗", "wrong", label))),
    card.missed.map((label) => tag("missed", "○", "missed", label)),
  );
}

function image(data, card) {
  const found = data.pictures[card.image];
  if (!found) return element("p", { class: "note" }, "The picture is not in the data set, or cannot be read.");
  return element("img", { src: found.src, alt: `Picture ${card.image}`, width: found.width, height: found.height });
}

function cardOf(data, card, open) {
  const button = element("button", { type: "button", "aria-label": `Open picture ${card.image}` }, image(data, card));
  button.addEventListener("click", open);
  const head = element("p", {}, element("bdi", {}, card.image), element("span", {}, `F1 ${card.f1.toFixed(2)}`));
  return element("li", { class: "picture" }, button, element("div", {}, head, tagList(data, card)));
}

function tagTable(data, card) {
  const row = (kind, sign, words, label, probability) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, element("bdi", {}, data.labels[label])),
      element("td", { class: kind }, `${sign} ${words}`),
      element("td", { class: "number" }, probability === undefined ? "" : `${Math.round(100 * probability)} %`),
    );
  return element(
    "table",
    { class: "sure" },
    element("caption", {}, "In the order in which they were said, with the model's own probability"),
    element(
      "tbody",
      {},
      card.tags.map(({ label, right, probability }) => row(right ? "right" : "wrong", right ? "✓" : "✗", right ? "right" : "wrong", label, probability)),
      card.missed.map((label) => row("missed", "○", "missed", label)),
    ),
  );
}

function looks(data, card) {
  const found = card.looks ?? [];
  if (found.length === 0) return [];
  return [
    element("h3", {}, "Where the model looked"),
    element("p", { class: "about" }, "least ", element("span", { class: "scale", role: "img", "aria-label": "from violet to yellow" }), " most"),
    element(
      "ul",
      { class: "looks" },
      found.map(({ label, src }) =>
        element("li", {}, element("figure", {}, element("img", { src, alt: `Where the model looked for ${data.labels[label]}` }), element("figcaption", {}, element("bdi", {}, data.labels[label])))),
      ),
    ),
  ];
}

// The dialog shows one of the cards that are on the page; arrows lead to the others.
const viewer = (() => {
  let cards = [];
  let at = 0;
  let shown = null;
  const show = (next) => {
    at = (next + cards.length) % cards.length;
    const card = cards[at];
    place("viewer-title").textContent = `${card.image}: F1 ${card.f1.toFixed(2)}`;
    place("viewer-content").replaceChildren(
      element("div", { class: "viewer-picture" }, image(shown, card), tagTable(shown, card)),
      ...looks(shown, card),
    );
  };
  const prepare = () => {
    const dialog = place("viewer");
    place("viewer-close").addEventListener("click", () => dialog.close());
    place("viewer-back").addEventListener("click", () => show(at - 1));
    place("viewer-on").addEventListener("click", () => show(at + 1));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft") show(at - 1);
      if (event.key === "ArrowRight") show(at + 1);
    });
  };
  const open = (data, all, index) => {
    [shown, cards] = [data, all];
    show(index);
    place("viewer").showModal();
    place("viewer").scrollTop = 0;
  };
  return { prepare, open };
})();

function pictures(data, result) {
  const found = result.pictures;
  const host = place("picture-cards");
  place("with-attention").hidden = !found?.attention;
  if (!found) {
    const why = result.notes.length > 0 ? "see the notes above" : "give the data set: tagloom report RESULT --out FILE --data DATA";
    return host.replaceChildren(element("p", { class: "note" }, `There are no pictures: ${why}.`));
  }
  const all = [...found.best, ...found.worst];
  const list = (cards, first) => element("ul", { class: "pictures" }, cards.map((card, i) => cardOf(data, card, () => viewer.open(data, all, first + i))));
  const attention = [...found.best, ...found.worst].some((card) => card.looks?.length > 0);
  const note = attention
    ? null
    : element("p", { class: "note" }, found.attention ? "This model looks at pictures as a whole: there is nothing to say where." : "Where the model looked is not shown: give its checkpoint, too (--model FILE).");
  host.replaceChildren(...[element("h3", {}, "Best"), list(found.best, 0), element("h3", {}, "Worst"), list(found.worst, found.best.length), note].filter((node) => node));
}
