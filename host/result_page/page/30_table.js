// Tables that sort by any column: the heads are buttons, and aria-sort says which one it is.

// columns: { title, group, about, value(row), cell(row), number }. Neighbours of one group share a head above theirs.
// options: caption, sort (a column), limit (rows before "Show all"), filter(row).
function sortedRows(rows, { column, descending }) {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [column.value(a), column.value(b)];
    if (typeof left === "string") return sign * left.localeCompare(right);
    return sign * ((left ?? -Infinity) - (right ?? -Infinity));
  });
}

function tableRow(columns, row) {
  return element(
    "tr",
    { role: "row" },
    columns.map((column, i) =>
      element(
        i === 0 ? "th" : "td",
        {
          scope: i === 0 ? "row" : null,
          role: i === 0 ? "rowheader" : "cell",
          class: column.number ? "number" : null,
          "data-title": [column.group, column.title].filter((word) => word).join(" "),
        },
        column.cell(row),
      ),
    ),
  );
}

// A table that is wider than its place becomes a list of cards.
function fitTable(host, whole) {
  let fitted = 0;
  const fit = () => {
    if (host.clientWidth === fitted) return;
    fitted = host.clientWidth;
    whole.classList.remove("cards");
    if (host.scrollWidth > host.clientWidth) whole.classList.add("cards");
  };
  if (host.observer) host.observer.disconnect();
  host.observer = new ResizeObserver(() => requestAnimationFrame(fit));
  host.observer.observe(host);
  fit();
}

function groupHeads(columns) {
  const groups = [];
  for (const { group } of columns) {
    if (groups.length > 0 && groups.at(-1).group === group) groups.at(-1).span += 1;
    else groups.push({ group, span: 1 });
  }
  if (groups.length === 1) return null;
  const heads = groups.map(({ group, span }) =>
    group ? element("th", { scope: "colgroup", colspan: span, role: "columnheader" }, group) : element("td", { colspan: span, role: "cell" }),
  );
  return element("tr", { role: "row", class: "groups" }, heads);
}

function table(host, columns, rows, options) {
  const body = element("tbody", { role: "rowgroup" });
  const state = { column: columns[options.sort], descending: columns[options.sort].number === true, all: false };
  const shown = () => {
    const sorted = sortedRows(rows.filter(options.filter ?? (() => true)), state);
    return state.all ? sorted : sorted.slice(0, options.limit ?? sorted.length);
  };
  const heads = columns.map((column) => {
    const group = column.group ? element("span", { class: "group" }, `${column.group} `) : null;
    const button = element("button", { type: "button", title: column.about ?? null }, group, column.title);
    const head = element("th", { scope: "col", role: "columnheader", class: column.number ? "number" : null }, button);
    button.addEventListener("click", () => {
      state.descending = state.column === column ? !state.descending : column.number === true;
      state.column = column;
      update();
    });
    return head;
  });
  const more = element("button", { type: "button", class: "more" });
  more.addEventListener("click", () => {
    state.all = !state.all;
    update();
  });
  const update = () => {
    body.replaceChildren(...shown().map((row) => tableRow(columns, row)));
    heads.forEach((head, i) => {
      const order = state.descending ? "descending" : "ascending";
      head.setAttribute("aria-sort", state.column === columns[i] ? order : "none");
    });
    const matching = rows.filter(options.filter ?? (() => true)).length;
    more.hidden = matching <= (options.limit ?? Infinity);
    more.textContent = state.all ? `Show ${options.limit} only` : `Show all ${matching}`;
  };
  update();
  const whole = element(
    "table",
    { role: "table" },
    options.caption ? element("caption", {}, options.caption) : null,
    element("thead", { role: "rowgroup" }, groupHeads(columns), element("tr", { role: "row" }, heads)),
    body,
  );
  host.replaceChildren(whole, more);
  fitTable(host, whole);
  // For a filter that changed, and for paper, which has all rows, and less room for many columns.
  return {
    update,
    asCards: (cards) => whole.classList.toggle("cards", cards || host.scrollWidth > host.clientWidth),
    showAll: (all) => {
      state.all = all;
      update();
    },
  };
}
