// Where the keyboard's focus is, named as in look.js, or null when it is on nothing; and what is
// wrong with it there.
const e = document.activeElement;
if (!e || e === document.body || e === document.documentElement) return null;
const blanks = (text) => (text || '').replace(/\s+/g, ' ').trim();
const said = blanks(e.innerText || e.value || e.alt).slice(0, 40);
const shows = (part) => {
  const style = getComputedStyle(part);
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  return outlined || style.boxShadow !== 'none';
};
const parts = [e, ...(e.labels || [])];
const boxes = parts.map((part) => part.getBoundingClientRect());
const inView = boxes.some((box) => box.bottom > 0 && box.top < innerHeight && box.width > 0);
return {
  stop: `<${e.localName}> "${said}" ${e.name || ''}${e.value || ''}`.trim(),
  marked: parts.some(shows),
  inView,
};
