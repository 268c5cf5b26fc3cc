(function () {
  "use strict";
  var range = document.getElementById("step");
  var last = Number(range.max);
  var curves = {};

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  /* A curve is kept once, as its path: "m x y dx dy ...", x in steps, y in thousandths from the top.
     Values stay whole thousandths, which round to the percent that the program has written. */
  all("path[id]").forEach(function (path) {
    var d = (path.getAttribute("d").match(/-?\d+/g) || []).map(Number), x = 0, y = 0;
    var curve = curves[path.id] = { step: [], value: [] };
    for (var i = 0; i + 1 < d.length; i += 2) {
      curve.step.push(x += d[i]);
      y += d[i + 1];
      curve.value.push(1000 - y);
    }
  });

  /* The last value at or before the step; null if there is none. */
  function at(id, step) {
    var curve = curves[id];
    if (!curve) { return null; }
    var low = 0, high = curve.step.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (curve.step[middle] <= step) { low = middle + 1; } else { high = middle; }
    }
    return low ? curve.value[low - 1] : null;
  }

  function percent(value) { return Math.round(value / 10); }

  function score(value) {
    return "s" + ((value >= 300) + (value >= 500) + (value >= 650) + (value >= 850));
  }

  all("td").forEach(function (cell) {
    cell.kept = { text: cell.textContent, score: cell.className };
  });

  function fill(cell, text, name) {
    cell.textContent = text;
    if (name) { cell.className = name; } else { cell.removeAttribute("class"); }
  }

  function showRow(row, step) {
    var begin = Number(row.dataset.begin), end = Number(row.dataset.end);
    var isOver = end >= 0 && end <= step;
    var isNow = !isOver && begin <= step;
    row.className = isNow ? "now" : "";
    all("td", row).forEach(function (cell) {
      var value = isNow ? at(cell.dataset.of, step) : null;
      if (isOver || (isNow && step === last)) {
        fill(cell, cell.kept.text, cell.kept.score);
      } else if (value !== null) {
        fill(cell, percent(value), score(value));
      } else {
        fill(cell, "\u00b7", "");
      }
    });
    return isOver ? row.dataset.metrics : "";
  }

  function showMatrix(table, step) {
    var said = "";
    all("tr[data-begin]", table).forEach(function (row) { said = showRow(row, step) || said; });
    table.closest("section").querySelector("small").textContent = said;
  }

  function show(step) {
    var visit = "", said = "";
    all(".cursor").forEach(function (line) {
      line.setAttribute("x1", step);
      line.setAttribute("x2", step);
      line.removeAttribute("visibility");
    });
    all("[data-value]").forEach(function (text) {
      var value = at(text.dataset.value, step);
      text.textContent = value === null ? "\u2013" : percent(value) + "\u202f%";
    });
    all("table").forEach(function (table) { showMatrix(table, step); });
    all("[data-visit]").forEach(function (text) {
      if (Number(text.dataset.begin) <= step) { visit = text.dataset.visit; }
    });
    all(".done li, .wrote li").forEach(function (item) {
      var isLater = Number(item.dataset.step) > step;
      item.classList.toggle("later", isLater);
      if (!isLater && item.classList.contains("note")) { said = item.querySelector("span").textContent; }
    });
    document.getElementById("now").textContent = step;
    document.getElementById("visit").textContent = visit;
    document.getElementById("said").textContent = said;
  }

  range.addEventListener("input", function () { show(Number(range.value)); });

  /* A plot is a scrubber, too. */
  all(".plot").forEach(function (plot) {
    function go(event) {
      if (event.type === "pointermove" && !event.buttons) { return; }
      var area = plot.getBoundingClientRect(), inner = plot.querySelector("svg");
      var scale = area.width / plot.viewBox.baseVal.width;
      var left = area.left + inner.x.baseVal.value * scale, width = inner.width.baseVal.value * scale;
      range.value = Math.round(last * (event.clientX - left) / width);
      show(Number(range.value));
    }
    plot.addEventListener("pointerdown", go);
    plot.addEventListener("pointermove", go);
  });

  range.form.hidden = false;
  range.value = last;
  show(last);
}());
