// What a person would hold against the page that is shown, as text, one entry each. Runs in the
// page, also while the page's own scripts are off.
// arguments: whether it is shown on a phone, the language that it should be in.
const [phone, language] = arguments;
const findings = [];
const root = document.documentElement;
const blanks = (text) => (text || '').replace(/\s+/g, ' ').trim();
const name = (e) => `<${e.localName}> "${blanks(e.innerText || e.value || e.alt).slice(0, 40)}"`;
const visible = (e) => {
  const box = e.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && e.checkVisibility({ visibilityProperty: true });
};
const all = [...document.body.querySelectorAll('*')];

// Who reads it to whom: the language, the title, the heading.
if (root.lang !== language) findings.push(`the page says it is in "${root.lang}"`);
if (!blanks(document.title)) findings.push('the page has no title');
if (document.querySelectorAll('h1').length !== 1) findings.push('there is not one main heading');

// A page as wide as the window.
if (phone && innerWidth !== screen.width) {
  findings.push(`laid out ${innerWidth} wide for a screen of ${screen.width}`);
}
if (root.scrollWidth > root.clientWidth) {
  const wide = all.filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1);
  const widest = wide.length ? name(wide[wide.length - 1]) : 'something';
  findings.push(`${root.scrollWidth - root.clientWidth} wider than the window: ${widest}`);
}
for (const e of all) {
  const style = getComputedStyle(e);
  const hides = ['hidden', 'clip'].includes(style.overflowX);
  if (hides && e.scrollWidth > e.clientWidth + 1 && blanks(e.innerText) && visible(e)) {
    findings.push(`cut off: ${name(e)}`);
  }
}

// Text that can be told from what lies behind it (WCAG 2.2, 1.4.3), and is not tiny.
const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const color = (css) => {
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = css;
  brush.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
  return { rgb: [r, g, b], a: a / 255 };
};
const over = (top, below) => top.rgb.map((c, i) => c * top.a + below[i] * (1 - top.a));
const canvas = (() => {
  const probe = document.createElement('i');
  probe.style.color = 'Canvas';
  root.append(probe);
  const { rgb } = color(getComputedStyle(probe).color);
  probe.remove();
  return rgb;
})();
const behind = (e) => {
  const layers = [];
  for (let at = e; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.backgroundImage !== 'none') return null;
    layers.unshift(color(style.backgroundColor));
  }
  return layers.reduce((below, layer) => over(layer, below), canvas);
};
const light = (rgb) => {
  const parts = rgb.map((c) => {
    const part = c / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
};
const ratio = (a, b) => {
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};
const says = (e) =>
  [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) ||
  (e.localName === 'input' && !['radio', 'checkbox', 'hidden'].includes(e.type) && e.value);
for (const e of all) {
  if (!says(e) || !visible(e) || e.matches(':disabled')) continue;
  const style = getComputedStyle(e);
  const size = parseFloat(style.fontSize);
  if (size < 12) findings.push(`text of ${size} points: ${name(e)}`);
  let opacity = 1;
  for (let at = e; at; at = at.parentElement) opacity *= getComputedStyle(at).opacity;
  const back = behind(e);
  if (!back) {
    findings.push(`text over a picture: ${name(e)}`);
    continue;
  }
  const ink = color(style.color);
  const seen = ratio(over({ rgb: ink.rgb, a: ink.a * opacity }, back), back);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (seen < (large ? 3 : 4.5)) findings.push(`contrast of ${seen.toFixed(2)}: ${name(e)}`);
}

// What is pressed: named, large enough for a finger, and apart from each other.
const pressed = 'a[href],button,input:not([type=hidden]),select,textarea,summary';
const targets = [...document.querySelectorAll(pressed)].filter((e) =>
  visible(e) || [...(e.labels || [])].some(visible));
const boxes = targets.map((e) => {
  const choice = ['radio', 'checkbox'].includes(e.type);
  const parts = [e, ...(choice ? e.labels : [])].map((p) => p.getBoundingClientRect());
  const [left, top] = [Math.min(...parts.map((p) => p.left)), Math.min(...parts.map((p) => p.top))];
  const right = Math.max(...parts.map((p) => p.right));
  const bottom = Math.max(...parts.map((p) => p.bottom));
  return { left, top, right, bottom };
});
targets.forEach((e, at) => {
  const labelled = blanks(e.innerText || e.getAttribute('aria-label') || e.title) ||
    [...(e.labels || [])].some((l) => blanks(l.innerText)) || (e.type === 'submit' && e.value);
  if (!labelled) findings.push(`nothing says what this is for: ${name(e)} ${e.name || ''}`);
  const [width, height] = [boxes[at].right - boxes[at].left, boxes[at].bottom - boxes[at].top];
  const inText = getComputedStyle(e).display === 'inline' &&
    blanks(e.parentElement.innerText) !== blanks(e.innerText);
  const least = phone ? 44 : 24;
  if (!inText && (width < least || height < least)) {
    findings.push(`only ${Math.round(width)} by ${Math.round(height)}: ${name(e)}`);
  }
  for (let other = 0; other < at; other += 1) {
    const [a, b] = [boxes[at], boxes[other]];
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 1) findings.push(`${name(e)} lies over ${name(targets[other])}`);
  }
});
for (const image of document.images) {
  if (!image.hasAttribute('alt')) findings.push(`a picture without words: ${image.src}`);
  if (!image.complete || image.naturalWidth === 0) findings.push(`no picture: ${image.src}`);
}

// Nothing comes from elsewhere.
for (const entry of performance.getEntriesByType('resource')) {
  if (new URL(entry.name).origin !== location.origin) findings.push(`fetched: ${entry.name}`);
}

// Where the Tab key should stop, in this order. A group of choices is one stop.
const groups = new Set();
const stops = targets.filter((e) => {
  if (e.disabled || e.tabIndex < 0) return false;
  if (e.type !== 'radio') return true;
  const group = [...document.querySelectorAll('input[type=radio]')].filter((r) =>
    r.name === e.name && r.form === e.form && !r.disabled);
  const first = group.find((r) => r.checked) || group[0];
  return first === e && !groups.has(group[0]) && groups.add(group[0]);
});
return { findings, stops: stops.map((e) => `${name(e)} ${e.name || ''}${e.value || ''}`.trim()) };
