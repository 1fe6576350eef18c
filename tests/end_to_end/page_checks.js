// What the tests ask of a report's page in a browser: appended to a copy of it, it does what a reader does and leaves what it
// finds, as JSON, in an element that --dump-dom shows.

(() => {
  const failures = [];
  const counts = {};
  const check = (right, words) => right || failures.push(words);
  const name = (node) => `<${node.tagName.toLowerCase()}> "${(node.textContent || node.getAttribute("aria-label") || "").trim().slice(0, 60)}"`;
  const visible = (node) => node.getClientRects().length > 0 && node.closest("[hidden]") === null;

  window.addEventListener("error", (event) => failures.push(`error: ${event.message}`));

  // Whatever holds text is as wide as its text, and all of it lies on the page.
  function nothingIsCut(where) {
    const width = document.documentElement.clientWidth;
    check(document.documentElement.scrollWidth <= width, `${where}: the page is ${document.documentElement.scrollWidth} wide, the window ${width}`);
    for (const node of document.querySelectorAll("body *")) {
      if (!visible(node) || node.closest(".skip, .spoken, svg, script, dialog:not([open])")) continue;
      if (node.textContent.trim() === "" || ["OPTION", "SELECT", "METER"].includes(node.tagName)) continue;
      check(node.scrollWidth <= node.clientWidth + 1 || node.clientWidth === 0, `${where}: cut: ${name(node)} (${node.scrollWidth} > ${node.clientWidth})`);
      const box = node.getBoundingClientRect();
      check(box.right <= width + 1 && box.left >= -1, `${where}: beside the page: ${name(node)}`);
    }
    for (const words of document.querySelectorAll("svg text")) {
      if (!visible(words)) continue;
      const [inner, outer] = [words.getBoundingClientRect(), words.ownerSVGElement.parentElement.getBoundingClientRect()];
      check(inner.left >= outer.left - 2 && inner.right <= outer.right + 2, `${where}: drawn beside its place: ${name(words)}`);
    }
  }

  // Numbers or names, in the order that the head claims.
  function tablesSort() {
    for (const table of document.querySelectorAll("table")) {
      const heads = [...table.querySelectorAll("thead [aria-sort]")];
      heads.forEach((head, column) => {
        for (let click = 0; click < 2; ++click) {
          head.querySelector("button").click();
          const order = head.getAttribute("aria-sort");
          check(order === "ascending" || order === "descending", `${name(head)} says it is sorted ${order}`);
          check(heads.filter((other) => other.getAttribute("aria-sort") !== "none").length === 1, "one column sorts");
          const cells = [...table.querySelectorAll("tbody tr")].map((row) => row.children[column].firstChild.textContent);
          const numeric = head.classList.contains("number");
          const value = (text) => (numeric ? (text === "–" ? -Infinity : Number(text.replace("−", "-").replace(" *", ""))) : text);
          const rises = cells.every((text, i) => i === 0 || (numeric ? value(cells[i - 1]) <= value(text) : cells[i - 1].localeCompare(text) <= 0));
          const falls = cells.every((text, i) => i === 0 || (numeric ? value(cells[i - 1]) >= value(text) : cells[i - 1].localeCompare(text) >= 0));
          check(order === "ascending" ? rises : falls, `${name(head)} is not ${order}: ${cells.slice(0, 5)}`);
          counts.sorted = (counts.sorted ?? 0) + 1;
        }
      });
    }
  }

  async function picturesOpen() {
    const dialog = document.getElementById("viewer");
    const buttons = [...document.querySelectorAll(".picture button")];
    counts.pictures = buttons.length;
    for (const button of buttons.slice(0, 2)) {
      button.focus();
      button.click();
      check(dialog.open, "a picture opens");
      // The browser's clock waits for what loads, but not for what is decoded.
      const loaded = (image) => image.complete || new Promise((done) => ["load", "error"].forEach((end) => image.addEventListener(end, done)));
      for (const image of dialog.querySelectorAll("img")) {
        await loaded(image);
        check(image.naturalWidth > 0, `a picture cannot be shown: ${image.alt}`);
      }
      counts.looks = dialog.querySelectorAll(".looks img").length;
      nothingIsCut("the open picture");
      const before = document.getElementById("viewer-title").textContent;
      dialog.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
      check(document.getElementById("viewer-title").textContent !== before, "an arrow shows the next picture");
      check(dialog.contains(document.activeElement), "the dialog has the focus");
      document.getElementById("viewer-close").click();
      check(!dialog.open && document.activeElement === button, "closed, the focus is where it was");
    }
  }

  function everythingIsReachedByKeyboard() {
    for (const node of document.querySelectorAll("button, select, input, summary, nav a")) {
      if (!visible(node) || node.closest("dialog")) continue;
      node.focus({ focusVisible: true });
      const style = getComputedStyle(node);
      check(document.activeElement === node, `not reached by keyboard: ${name(node)}`);
      check(style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, `without a ring of focus: ${name(node)}`);
      const label = node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.[0]?.textContent.trim();
      check(label, `without a name: ${name(node)}`);
    }
    document.activeElement.blur();
  }

  // WCAG 2.1: at least 4.5 to 1.
  function textIsReadable() {
    const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color) => {
      const [r, g, b] = channels(color).slice(0, 3).map((each) => (each / 255 <= 0.03928 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (node) => {
      for (let at = node; at; at = at.parentElement) {
        const color = getComputedStyle(at).backgroundColor;
        if ((channels(color)[3] ?? 1) > 0.99) return color;
      }
      return "rgb(255, 255, 255)";
    };
    for (const node of document.querySelectorAll("body *")) {
      if (!visible(node) || node.closest("svg, script") || ![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) continue;
      const [a, b] = [luminance(getComputedStyle(node).color), luminance(ground(node))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      check(contrast >= 4.5, `contrast ${contrast.toFixed(2)}: ${name(node)}`);
    }
  }

  function everyResultCanBeChosen() {
    const select = document.getElementById("result");
    counts.results = select.options.length;
    for (const option of select.options) {
      select.value = option.value;
      select.dispatchEvent(new Event("change"));
      nothingIsCut(option.textContent);
    }
    const figure = document.getElementById("figure");
    for (const option of figure.options) {
      figure.value = option.value;
      figure.dispatchEvent(new Event("change"));
    }
    const filter = document.querySelector("#label-table input");
    filter.value = document.querySelector("#label-table tbody th").textContent;
    filter.dispatchEvent(new Event("input"));
    check(document.querySelectorAll("#label-table tbody tr").length >= 1, "the filter finds a label");
    filter.value = "no such label";
    filter.dispatchEvent(new Event("input"));
    check(document.querySelectorAll("#label-table tbody tr").length === 0, "the filter hides the others");
    filter.value = "";
    filter.dispatchEvent(new Event("input"));
  }

  async function lookAtAll() {
    check(document.documentElement.dataset.drawn === "yes", "the page is drawn");
    counts.title = document.title;
    counts.dark = matchMedia("(prefers-color-scheme: dark)").matches;
    counts.width = document.documentElement.clientWidth;
    counts.drawings = document.querySelectorAll("main svg[role=img]").length;
    counts.models = new Set([...document.querySelectorAll("#curve-key li")].map((node) => node.className + node.querySelector("svg").innerHTML)).size;
    counts.score_cards = document.querySelector("#score-table table").classList.contains("cards");
    nothingIsCut("at first");
    everyResultCanBeChosen();
    tablesSort();
    everythingIsReachedByKeyboard();
    textIsReadable();
    await picturesOpen();
  }

  window.addEventListener("load", async () => {
    await lookAtAll().catch((error) => failures.push(`the checks failed: ${error.stack}`));
    const found = document.createElement("output");
    found.id = "found";
    found.textContent = btoa(unescape(encodeURIComponent(JSON.stringify({ failures, ...counts }))));
    document.body.append(found);
  });
})();
