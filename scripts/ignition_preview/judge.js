// Judges the rendered page as an HMI engineer would and returns what is wrong:
// [{kind, view, component, detail}].
(limits) => {
  const app = document.getElementById("app-container");
  const found = [];
  const round = (number) => Math.round(number * 10) / 10;

  const report = (kind, element, detail) => {
    const owner = element.closest("[data-component]");
    found.push({
      kind,
      view: owner ? owner.dataset.view : "",
      component: owner ? owner.dataset.component : "",
      detail,
    });
  };

  const isShown = (element) =>
    element.checkVisibility({ visibilityProperty: true }) &&
    element.getBoundingClientRect().width > 0 &&
    element.getBoundingClientRect().height > 0;

  const elements = [...app.querySelectorAll("*")].filter(
    (element) => !(element instanceof SVGElement && element.tagName !== "svg") && isShown(element),
  );

  const words = (element) => {
    const text = (element.textContent || element.value || "").trim().replace(/\s+/g, " ");
    return text ? ` "${text.slice(0, 40)}"` : "";
  };

  // -- nothing is clipped: content larger than its box, unless the style says that it scrolls

  const clipped = (element) => {
    const style = getComputedStyle(element);
    if (style.display === "inline" || element.tagName === "svg" || element.tagName === "TEXTAREA") {
      return null;
    }
    const scrolls = element.dataset.scrolls || "";
    const tooWide = element.scrollWidth - element.clientWidth;
    const tooTall = element.scrollHeight - element.clientHeight;
    if (tooWide > 1 && !scrolls.includes("x")) return `is ${tooWide} px too narrow`;
    if (tooTall > 1 && !scrolls.includes("y")) return `is ${tooTall} px too low`;
    return null;
  };

  const cut = [app, ...elements].filter(clipped);
  for (const element of cut) {
    if (!cut.some((other) => other !== element && element.contains(other))) {
      report("clipped", element, clipped(element) + words(element));
    }
  }
  const page = document.scrollingElement;
  if (page.scrollWidth > innerWidth) {
    report("page scrolls sideways", app, `${page.scrollWidth} px wide in ${innerWidth} px`);
  }

  // -- nothing overlaps: boxes of siblings in the flow

  const inFlow = (element) => !["absolute", "fixed"].includes(getComputedStyle(element).position);
  for (const parent of [app, ...elements]) {
    const boxes = [...parent.children]
      .filter((child) => elements.includes(child) && inFlow(child))
      .map((child) => [child, child.getBoundingClientRect()]);
    boxes.forEach(([element, box], index) => {
      for (const [other, its] of boxes.slice(index + 1)) {
        const wide = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const tall = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        if (wide > 1 && tall > 1) {
          report("overlapping", element, `by ${round(wide)} x ${round(tall)} px:` +
            `${words(element)} and${words(other)}`);
        }
      }
    });
  }

  // -- fingers in gloves hit what they aim at

  const touched = elements.filter((element) =>
    element.matches("button, input, textarea, a, [role=combobox], [role=switch], [role=radio]," +
      " [data-touch]"),
  );
  const isMain = (element) => [...element.classList].some((name) => name.includes("/Action/"));
  const tolerance = 0.5;
  for (const element of touched) {
    const { width, height } = element.getBoundingClientRect();
    if (Math.min(width, height) < limits.target_px - tolerance) {
      report("touch target", element, `${round(width)} x ${round(height)} px${words(element)}`);
    }
    if (isMain(element) && height < limits.main_action_px - tolerance) {
      report("main action too low", element, `${round(height)} px${words(element)}`);
    }
  }
  const main = touched.filter(isMain).map((element) => [element, element.getBoundingClientRect()]);
  main.forEach(([element, box], index) => {
    for (const [other, its] of main.slice(index + 1)) {
      const across = Math.max(box.left, its.left) - Math.min(box.right, its.right);
      const down = Math.max(box.top, its.top) - Math.min(box.bottom, its.bottom);
      const gap = Math.max(across, down);
      if (gap < limits.main_action_gap_px - tolerance) {
        report("main actions too close", element,
          `${round(gap)} px:${words(element)} and${words(other)}`);
      }
    }
    const frame = app.getBoundingClientRect();
    if (limits.main_actions_in_sight && (box.bottom > frame.bottom + 1 || box.top < frame.top - 1)) {
      report("main action out of sight", element, `ends at ${round(box.bottom)} px${words(element)}`);
    }
  });

  // -- everything can be read from where people stand

  const channels = (color) => {
    const numbers = color.match(/[\d.]+(?:e-?\d+)?/g).map(Number);
    if (color.startsWith("color(srgb")) {
      return [numbers[0] * 255, numbers[1] * 255, numbers[2] * 255, numbers[3] ?? 1];
    }
    return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
  };
  const over = (top, bottom) =>
    [0, 1, 2].map((i) => top[i] * top[3] + bottom[i] * (1 - top[3])).concat(1);
  const background = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.backgroundImage !== "none") return null;
      const layer = channels(style.backgroundColor);
      layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const luminance = (color) => {
    const [red, green, blue] = color.slice(0, 3).map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const opacity = (element) => {
    let share = 1;
    for (let each = element; each; each = each.parentElement) {
      share *= Number(getComputedStyle(each).opacity);
    }
    return share;
  };
  const hex = (color) =>
    "#" + color.slice(0, 3).map((c) => Math.round(c).toString(16).padStart(2, "0")).join("");

  const judgeColor = (element, color, least, kind, text) => {
    const below = background(element);
    if (below === null) {
      report(kind, element, "stands on an image, its contrast is unknown");
      return;
    }
    const ink = channels(color);
    ink[3] *= opacity(element);
    const shown = over(ink, below);
    const ratio = contrast(shown, below);
    if (ratio < least) {
      report(kind, element, `${ratio.toFixed(2)}:1, ${hex(shown)} on ${hex(below)}${text}`);
    }
  };
  const judgeText = (element, style, text) => {
    judgeColor(element, style.color, limits.contrast, "contrast", text);
    const size = parseFloat(style.fontSize);
    if (size < limits.text_px) report("text too small", element, `${round(size)} px${text}`);
  };

  const walker = document.createTreeWalker(app, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (text && isShown(element)) {
      judgeText(element, getComputedStyle(element), ` "${text.slice(0, 40)}"`);
    }
  }
  for (const field of elements.filter((element) => element.matches("input, textarea"))) {
    if (field.value) judgeText(field, getComputedStyle(field), ` "${field.value.slice(0, 40)}"`);
    else if (field.placeholder) {
      judgeText(field, getComputedStyle(field, "::placeholder"), ` "${field.placeholder}"`);
    }
  }
  for (const icon of elements.filter((element) => element.tagName === "svg")) {
    if (icon.querySelector("path")) {
      judgeColor(icon, getComputedStyle(icon).fill, limits.icon_contrast, "icon contrast", "");
    }
  }
  return found;
}
