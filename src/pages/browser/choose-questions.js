/** Choosing questions: one that was chosen cannot be chosen again, and two same answers are told before they are sent. The page works without this. */

for (const form of document.querySelectorAll('form[data-questions]')) {
  const selects = [...form.querySelectorAll('select')];
  const answers = [...form.querySelectorAll('input[type="text"]')].filter((field) => field instanceof HTMLInputElement);
  const plain = (/** @type {string} */ text) => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
  const closeChosen = () => {
    const chosen = selects.map((select) => select.value);
    for (const [place, select] of selects.entries()) {
      for (const option of select.options) {
        option.disabled = option.value !== '' && chosen.some((value, other) => other !== place && value === option.value);
      }
    }
  };
  const tellSame = () => {
    const typed = answers.map((field) => plain(field.value));
    for (const [place, field] of answers.entries()) {
      const isSame = typed[place] !== '' && typed.indexOf(typed[place] ?? '') < place;
      field.setCustomValidity(isSame ? (form.getAttribute('data-same') ?? '') : '');
    }
  };
  form.addEventListener('change', closeChosen);
  form.addEventListener('input', tellSame);
  closeChosen();
  tellSame();
}
