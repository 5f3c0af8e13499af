/** Runs in a page: the texts whose colour stands out less than WCAG 2.2 asks (1.4.3: 4.5 to 1). */
(() => {
  const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) known.set(colour, painted(colour));
    return known.get(colour);
  };
  const painted = (colour) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    if (element === null) return rgba('white');
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 255 ? own : behind(element.parentElement);
  };
  const isWeak = (element) => {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== '');
    if (!hasText || !element.checkVisibility()) return false;
    const [light, dark] = [rgba(getComputedStyle(element).color), behind(element)].map(luminance).sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05) < 4.5;
  };
  return [...document.body.querySelectorAll('*')].filter(isWeak).map((element) => `${element.className}: ${element.textContent}`);
})();
