// What is wrong with the look of a page, a line each: what sticks out to the side, texts that lie
// over each other in drawings, numbers that break over two lines, contrast below WCAG's AA, and letters too small to read.
(() => {
  const wrong = [];
  const rgba = (text) => {
    const n = text.match(/[\d.]+/g).map(Number);
    return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1];
  };
  const over = (top, alpha, below) => [0, 1, 2].map((i) => top[i] * alpha + below[i] * (1 - alpha));
  const light = (c) => {
    const [r, g, b] = c.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
    return (x + 0.05) / (y + 0.05);
  };
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.unshift(rgba(getComputedStyle(e).backgroundColor));
    return layers.reduce((below, c) => over(c, c[3], below), [255, 255, 255]);
  };
  const say = (what, element) => wrong.push(`${what}: ${element.tagName} ${element.textContent.trim().slice(0, 60)}`);

  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) wrong.push(`the page is ${document.documentElement.scrollWidth} wide, the screen ${width}`);
  for (const e of document.body.querySelectorAll('*')) {
    const box = e.getBoundingClientRect();
    if (!e.closest('.wide, svg, title') && box.right > width + 1) say('sticks out', e);
  }

  const page = [...document.querySelectorAll('body *')].filter(
    (e) => !e.closest('svg') && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
  for (const e of page) {
    const style = getComputedStyle(e);
    const size = parseFloat(style.fontSize);
    const ratio = contrast(rgba(style.color).slice(0, 3), behind(e));
    if (ratio < (size >= 24 ? 3 : 4.5)) say(`contrast ${ratio.toFixed(2)}`, e);
    if (size < 11) say(`letters of ${size} px`, e);
    for (const text of [...e.childNodes].filter((n) => n.nodeType === 3)) {
      for (const number of text.data.matchAll(/(?<![\w/.-])\d[\d.,]*\d(?![\w/-])/g)) {
        const range = document.createRange();
        range.setStart(text, number.index);
        range.setEnd(text, number.index + number[0].length);
        if (!e.closest('pre, dd') && range.getClientRects().length > 1) say(`the number ${number[0]} is broken`, e);
      }
    }
  }

  for (const svg of document.querySelectorAll('svg')) {
    const texts = [...svg.querySelectorAll('text')];
    const frame = svg.getBoundingClientRect();
    const boxes = texts.map((t) => t.getBoundingClientRect());
    texts.forEach((t, i) => {
      const a = boxes[i];
      if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1) say('outside its drawing', t);
      const size = parseFloat(getComputedStyle(t).fontSize) * (frame.width / svg.viewBox.baseVal.width);
      if (size < 8) say(`letters of ${size.toFixed(1)} px`, t);
      const x = (a.left + a.right) / 2;
      const y = (a.top + a.bottom) / 2;
      let below = behind(svg);
      for (const r of svg.querySelectorAll('rect')) {
        const b = r.getBoundingClientRect();
        if (b.left <= x && x <= b.right && b.top <= y && y <= b.bottom) {
          const style = getComputedStyle(r);
          below = over(rgba(style.fill), parseFloat(style.fillOpacity), below);
        }
      }
      const ratio = contrast(rgba(getComputedStyle(t).fill).slice(0, 3), below);
      if (ratio < 4.5) say(`contrast ${ratio.toFixed(2)}`, t);
      // The box of a slanted text is much larger than the text.
      if ((t.getAttribute('transform') || '').includes('rotate(45)')) return;
      for (let j = i + 1; j < texts.length; j++) {
        if ((texts[j].getAttribute('transform') || '').includes('rotate(45)')) continue;
        const b = boxes[j];
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 3) say(`lies over '${texts[j].textContent}'`, t);
      }
    });
  }
  return wrong;
})()
